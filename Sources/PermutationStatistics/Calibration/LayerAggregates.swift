internal import SweepModel

/// The layers of one side of a score matrix, or of a part of it, with where they stand in their models.
package struct LayerSide: Equatable, Sendable {
    /// For each layer the position of its model among the side's.
    package let modelOfLayer: [Int]
    /// For each layer its depth, counted from 0 among its model's layers; nil for concatenations, which are all of these side by side.
    package let depths: [Int?]
    /// How many layers with a depth each model has, be they here or not.
    package let depthCounts: [Int]
    /// Layers that take no part in a maximum or a mean over all: one flag each. Tied layers, for instance.
    package let isExcluded: [Bool]

    package init(modelOfLayer: [Int], depths: [Int?], depthCounts: [Int], isExcluded: [Bool]) {
        precondition(
            depths.count == modelOfLayer.count && isExcluded.count == modelOfLayer.count
                && modelOfLayer.allSatisfy(depthCounts.indices.contains), "properties of each layer")
        self.modelOfLayer = modelOfLayer
        self.depths = depths
        self.depthCounts = depthCounts
        self.isExcluded = isExcluded
    }

    fileprivate struct Place: Hashable {
        let model: Int
        let depth: Int
    }

    /// The layers that are here by their places.
    fileprivate var layers: [Place: Int] {
        var layers: [Place: Int] = [:]
        for (layer, depth) in depths.enumerated() {
            if let depth { layers[Place(model: modelOfLayer[layer], depth: depth)] = layer }
        }
        return layers
    }
}

/// What becomes of the scores of layer pairs for a pair of models: for the scores that were observed as for those of each permutation, so
/// that one may be compared with the other. What parts of a score matrix give adds up to what the whole gives.
package struct LayerAggregates: Sendable {
    /// A cell of the score matrix, and the pair of models that it counts for.
    private struct Counted {
        let cell: Int
        let pair: Int
    }

    /// Of each pair of models the sum of scores, and how many there are.
    package typealias Sums = (sums: [Double], counts: [Double])

    private let startsAtZero: Bool
    private let pairCount: Int
    private let candidates: [Counted]
    private let last: [Counted]
    private let matched: [Counted]

    /// - Parameter startsAtZero: whether a maximum is at least 0, as in released code.
    package init(x: LayerSide, y: LayerSide, startsAtZero: Bool = false) {
        self.startsAtZero = startsAtZero
        let (width, models) = (y.modelOfLayer.count, y.depthCounts.count)
        pairCount = x.depthCounts.count * models
        candidates = x.modelOfLayer.indices.filter { !x.isExcluded[$0] }.flatMap { row in
            y.modelOfLayer.indices.filter { !y.isExcluded[$0] }.map { column in
                Counted(
                    cell: row * width + column, pair: x.modelOfLayer[row] * models + y.modelOfLayer[column])
            }
        }
        let (rows, columns) = (x.layers, y.layers)
        func counted(_ i: Int, _ j: Int, _ a: Int, _ b: Int) -> Counted? {
            guard let row = rows[.init(model: i, depth: a)], let column = columns[.init(model: j, depth: b)] else {
                return nil
            }
            return Counted(cell: row * width + column, pair: i * models + j)
        }
        let pairs = x.depthCounts.indices.flatMap { i in y.depthCounts.indices.map { (i, $0) } }
        last = pairs.compactMap { i, j in counted(i, j, x.depthCounts[i] - 1, y.depthCounts[j] - 1) }
        matched = pairs.flatMap { i, j in
            matchedDepths(x.depthCounts[i], y.depthCounts[j]).compactMap { counted(i, j, $0, $1) }
        }
    }

    /// The largest finite score of each pair of models among layers that are not excluded; NaN where there is none.
    /// - Parameter cells: x layers x y layers, row-major.
    package func maxima(_ cells: [Double]) -> [Double] { maxima(startsAtZero) { cells[$0] } }

    /// The largest studentised score of each pair of models, (score - mean)/deviation under the null. Layer pairs whose deviation is not
    /// positive, or that have no moments, take no part, nor does the zero that released code starts at.
    /// - Parameters:
    ///   - means: of each layer pair's score under the null.
    ///   - deviations: its standard deviation.
    package func studentisedMaxima(_ cells: [Double], means: [Double], deviations: [Double]) -> [Double] {
        precondition(means.count == cells.count && deviations.count == cells.count, "moments for each pair of layers")
        return maxima(false) { cell in
            deviations[cell] > 0 ? (cells[cell] - means[cell]) / deviations[cell] : .nan
        }
    }

    /// The score of the models' last layers, concatenations aside; NaN where they are not here or have none.
    package func lastLayers(_ cells: [Double]) -> [Double] {
        var result = [Double](repeating: .nan, count: pairCount)
        for counted in last where cells[counted.cell].isFinite { result[counted.pair] = cells[counted.cell] }
        return result
    }

    /// The sum of finite scores over layers at matched relative depth, and how many there are. Concatenations take no part.
    ///
    /// Sums of whole numbers below 2⁵³ are exact, so that counts that are equal are tied.
    package func matchedDepth(_ cells: [Double]) -> Sums { sums(cells, over: matched) }

    /// The sum of all finite scores among layers that are not excluded, and how many there are.
    package func all(_ cells: [Double]) -> Sums { sums(cells, over: candidates) }

    private func maxima(_ startsAtZero: Bool, _ score: (Int) -> Double) -> [Double] {
        var result = [Double](repeating: .nan, count: pairCount)
        result.withUnsafeMutableBufferPointer { result in
            for counted in candidates {
                let score = score(counted.cell)
                guard score.isFinite else { continue }
                let known = result[counted.pair]
                if !(score <= known) { result[counted.pair] = startsAtZero ? max(score, 0) : score }
            }
        }
        return result
    }

    private func sums(_ cells: [Double], over counted: [Counted]) -> Sums {
        var sums = [Double](repeating: 0, count: pairCount)
        var counts = sums
        for counted in counted where cells[counted.cell].isFinite {
            sums[counted.pair] += cells[counted.cell]
            counts[counted.pair] += 1
        }
        return (sums, counts)
    }
}
