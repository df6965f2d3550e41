/// The models of both sides, each once, and which of them a sweep compares.
///
/// N models: those of x in order, then those of y that are not in x. A model is never compared with itself.
package struct ComparedModels: Sendable {
    /// Two different models that the sweep compares, by position, the first one before the second.
    package struct Pair: Hashable, Sendable {
        package let first: Int
        package let second: Int
    }

    package let models: [ScoredModel]
    /// For each model of a side its position in `models`.
    package let xPositions: [Int]
    package let yPositions: [Int]
    /// Every pair once, in order.
    package let pairs: [Pair]
    /// Scores by name, one for each of the N models; NaN where a model has none.
    package let scores: [String: [Double]]
    package let lowerIsBetter: Set<String>
    /// For each model the position of the first one of its network, its own where no network is known: what is drawn independently, so
    /// that the models of a unit are left out together.
    package let units: [Int]
    private let isSymmetric: Bool
    /// N x N: compared in this direction.
    private let isDirected: [Bool]

    package init(_ sweep: SweepScores) {
        isSymmetric = sweep.isSymmetric
        var all = sweep.x.models
        xPositions = Array(all.indices)
        if sweep.isSymmetric {
            yPositions = xPositions
        } else {
            let known = Dictionary(zip(all.map(\.name), all.indices)) { first, _ in first }
            var positions: [Int] = []
            for model in sweep.y.models {
                positions.append(known[model.name] ?? all.count)
                if known[model.name] == nil { all.append(model) }
            }
            yPositions = positions
        }
        models = all
        var networks: [String: Int] = [:]
        units = all.enumerated().map { position, model in
            guard let network = model.network else { return position }
            if networks[network] == nil { networks[network] = position }
            return networks[network] ?? position
        }
        let count = all.count
        var directed = [Bool](repeating: false, count: count * count)
        for a in xPositions { for b in yPositions where a != b { directed[a * count + b] = true } }
        isDirected = directed
        pairs = (0..<count).flatMap { a in
            ((a + 1)..<max(count, a + 1)).filter { directed[a * count + $0] || directed[$0 * count + a] }
                .map { Pair(first: a, second: $0) }
        }
        lowerIsBetter = sweep.x.lowerIsBetter.union(sweep.y.lowerIsBetter)
        scores = Self.joined(sweep, count: count, xPositions, yPositions)
    }

    /// The number of models N.
    package var count: Int { models.count }

    /// Of a cross sweep, whose models are of two sets, the models of x; nil of a symmetric one.
    package var firstSide: [Int]? { isSymmetric ? nil : xPositions }

    /// The scores' names in order.
    package var scoreNames: [String] { scores.keys.sorted() }

    /// N x N, symmetric, of X x Y scores: NaN on the diagonal, where the sweep does not compare, and where there is no score.
    ///
    /// Scores of metrics that are not symmetric are averaged over the two directions, where the sweep has both.
    package func matrix(_ scores: [Double], isSymmetricMetric: Bool) -> [Double] {
        let (n, width) = (count, yPositions.count)
        var matrix = [Double](repeating: .nan, count: n * n)
        for (i, a) in xPositions.enumerated() {
            for (j, b) in yPositions.enumerated() where a != b && scores[i * width + j].isFinite {
                matrix[a * n + b] = scores[i * width + j]
            }
        }
        for pair in pairs {
            let (there, back) = (pair.first * n + pair.second, pair.second * n + pair.first)
            let value: Double
            switch (isDirected[there], isDirected[back]) {
            case (true, true) where !isSymmetricMetric: value = (matrix[there] + matrix[back]) / 2
            case (true, true): value = matrix[there].isNaN ? matrix[back] : matrix[there]
            case (true, false): value = matrix[there]
            case (false, _): value = matrix[back]
            }
            matrix[there] = value
            matrix[back] = value
        }
        return matrix
    }

    /// The N x N matrix of a metric's maxima over layers.
    package func matrix(_ metric: ScoredMetric) -> [Double] {
        matrix(metric.scores, isSymmetricMetric: metric.isSymmetric)
    }

    /// Whether two models are variants of one network, such as a random twin.
    package func sharesNetwork(_ pair: Pair) -> Bool { models[pair.first].sharesNetwork(with: models[pair.second]) }

    private static func joined(
        _ sweep: SweepScores, count: Int, _ xPositions: [Int], _ yPositions: [Int]
    ) -> [String: [Double]] {
        let unknown = [Double](repeating: .nan, count: count)
        var joined: [String: [Double]] = [:]
        // What x says of a model that is on both sides comes last and stands.
        for (side, positions) in [(sweep.y, yPositions), (sweep.x, xPositions)] {
            for (name, values) in side.scores {
                for (position, value) in zip(positions, values) where value.isFinite {
                    joined[name, default: unknown][position] = value
                }
            }
        }
        return joined
    }
}
