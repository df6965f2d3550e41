import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Every neighbour metric beside its plain twin.
struct NeighbourScoresTests {
    private static let counted: [MetricKind] = [.mutualKNN, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN]

    /// A layer, a related and an unrelated one, prepared, with their lists.
    private struct Layers {
        let rows: [[[Double]]]
        let neighbours: [LayerNeighbours]
        let plain: [PlainMetrics.Lists]

        init(_ kind: LayerKind, _ precision: Precision, n: Int, d: Int, k: Int) throws {
            // float16 would round tiny values to zero.
            let scale = kind == .tiny && precision == .float16 ? 1e5 : 1
            let base = kind.rows(n, d, seed: UInt64(n + d)).map { $0.map { $0 * scale } }
            let stored = [base, blend(base, normals(n, d, seed: 5), 0.4), normals(n, 7, seed: 6)].map(precision.stored)
            rows = stored.map { PlainMetrics.prepared($0.plainRows, threshold: .infinity, normalization: .l2) }
            neighbours = try stored.map { values in
                let made = artifacts(of: values, threshold: .infinity, normalization: .l2, k: k, gram: false)
                return LayerNeighbours(try #require(made.neighbours))
            }
            plain = rows.map { PlainMetrics.neighbours($0, k: k) }
        }
    }

    private func twin(_ kind: MetricKind, _ a: PlainMetrics.Lists, _ b: PlainMetrics.Lists, k: Int) -> Double {
        switch kind {
        case .mutualKNN: PlainMetrics.mutualKNN(lists: a, b, k: k)
        case .cycleKNN: PlainMetrics.cycleKNN(a, b, k: k)
        case .lcsKNN: PlainMetrics.lcsKNN(a, b, k: k)
        case .editDistanceKNN: PlainMetrics.editDistanceKNN(a, b, k: k)
        case .jaccardKNN: PlainMetrics.jaccardKNN(a, b, k: k)
        default: .nan
        }
    }

    private func compare(_ layers: Layers, ks: [Int]) {
        let (a, b) = (layers.neighbours, layers.neighbours)
        for kind in Self.counted {
            let scores = NeighbourScores.scores(kind, rows: a, columns: b, ks: ks, variant: .exact)
            for (position, k) in ks.enumerated() {
                for cell in 0..<9 {
                    let expected = twin(kind, layers.plain[cell / 3], layers.plain[cell % 3], k: k)
                    let tolerance = kind == .jaccardKNN ? 1e-12 : 0
                    #expect(abs(scores[position][cell] - expected) <= tolerance, "\(kind) k = \(k) cell \(cell)")
                }
            }
        }
        for variant in Variant.allCases {
            let scores = NeighbourScores.scores(.cknna, rows: a, columns: b, ks: ks, variant: variant)
            for (position, k) in ks.enumerated() {
                for cell in 0..<9 {
                    let (i, j) = (cell / 3, cell % 3)
                    let expected = PlainMetrics.cknna(
                        layers.rows[i], layers.rows[j], lists: layers.plain[i], layers.plain[j], k: k, variant: variant)
                    // A self term that rounding alone makes positive or negative has no defined score.
                    guard expected.condition < 1e10 else { continue }
                    let found = scores[position][cell]
                    let bound = max(1e-6, 1e-15 * expected.condition)
                    #expect(
                        expected.score.isNaN ? found.isNaN : abs(found - expected.score) < bound,
                        "\(variant) k = \(k) cell \(cell): \(found) \(expected)")
                }
            }
        }
    }

    @Test(arguments: LayerKind.allCases, Precision.allCases)
    func everyMetricEqualsItsTwin(_ kind: LayerKind, _ precision: Precision) throws {
        for (n, d) in [(24, 9), (20, 20), (16, 40)] {
            try compare(Layers(kind, precision, n: n, d: d, k: n - 1), ks: [1, 3, 10, n - 1])
        }
    }

    /// Around and beyond one machine word, and in three of them.
    @Test(arguments: [LayerKind.random, .duplicated, .fewDistinct])
    func longListsEqualTheirTwins(_ kind: LayerKind) throws {
        try compare(Layers(kind, .float64, n: 80, d: 12, k: 70), ks: [62, 63, 64, 65, 70])
        try compare(Layers(kind, .float64, n: 160, d: 12, k: 130), ks: [127, 128, 129, 130])
    }

    @Test func severalKInOneCallEqualSingleCallsAlsoBeyondAWord() throws {
        let layers = try Layers(.random, .float64, n: 150, d: 10, k: 140)
        let ks = [1, 2, 10, 63, 64, 65, 127, 128, 140]
        for kind in Self.counted + [.cknna] {
            for variant in Variant.allCases {
                func scores(_ ks: [Int]) -> [[Double]] {
                    NeighbourScores.scores(
                        kind, rows: layers.neighbours, columns: layers.neighbours, ks: ks, variant: variant)
                }
                let together = scores(ks)
                for (position, k) in ks.enumerated() { #expect(scores([k])[0] == together[position], "\(kind) \(k)") }
            }
        }
    }

    @Test func scoresStandAtTheirRowAndColumn() throws {
        let layers = try Layers(.random, .float64, n: 40, d: 8, k: 5)
        let (rows, columns) = (Array(layers.neighbours[..<1]), Array(layers.neighbours[1...]))
        for kind in Self.counted + [.cknna] {
            let whole = NeighbourScores.scores(
                kind, rows: layers.neighbours, columns: layers.neighbours, ks: [5], variant: .exact)
            let part = NeighbourScores.scores(kind, rows: rows, columns: columns, ks: [5], variant: .exact)
            #expect(part[0] == Array(whole[0][1..<3]), "\(kind)")
        }
    }

    @Test func theReferenceVariantTurnsCyclesRoundAndKeepsLengths() throws {
        let layers = try Layers(.random, .float64, n: 40, d: 8, k: 6)
        let all = layers.neighbours
        func scores(_ kind: MetricKind, _ variant: Variant) -> [Double] {
            NeighbourScores.scores(kind, rows: all, columns: all, ks: [6], variant: variant)[0]
        }
        let cycles = scores(.cycleKNN, .exact)
        #expect(scores(.cycleKNN, .reference) == NeighbourScores.transposed(cycles, rows: 3, columns: 3))
        #expect(cycles != NeighbourScores.transposed(cycles, rows: 3, columns: 3))
        #expect(scores(.lcsKNN, .reference) == scores(.lcsKNN, .exact).map { $0 * 6 })
        #expect(scores(.editDistanceKNN, .reference) == scores(.editDistanceKNN, .exact))
        #expect(scores(.cknna, .paper) != scores(.cknna, .exact))
    }

    @Test func aSampleKnowsWhoListsIt() throws {
        let lists = try #require(artifacts(normals(30, 4, seed: 3), k: 7).neighbours)
        let turned = InNeighbours(lists)
        let returns = LayerNeighbours(lists).returnRanks
        for i in 0..<30 {
            let expected = (0..<30).filter { j in lists.indices[(j * 7)..<(j * 7 + 7)].contains(Int32(i)) }
            #expect(turned.sources[Int(turned.starts[i])..<Int(turned.starts[i + 1])].map { Int($0) } == expected)
            for rank in 0..<7 {
                let j = Int(lists.indices[i * 7 + rank])
                let back = (0..<7).first { lists.indices[j * 7 + $0] == Int32(i) }
                #expect(returns[i * 7 + rank] == back.map { UInt16($0) } ?? RankTable.absent)
            }
        }
    }

    @Test func symmetricMetricsAreSymmetricToTheBitAndOthersAreNot() throws {
        let layers = try Layers(.random, .float64, n: 60, d: 8, k: 9)
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            let scores = NeighbourScores.scores(
                kind, rows: layers.neighbours, columns: layers.neighbours, ks: [9], variant: .exact)[0]
            #expect((scores == NeighbourScores.transposed(scores, rows: 3, columns: 3)) == kind.isSymmetric, "\(kind)")
        }
    }
}
