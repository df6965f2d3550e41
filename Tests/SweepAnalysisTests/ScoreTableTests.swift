import SweepModel
import Testing

@testable import SweepAnalysis

struct ScoreTableTests {
    private static let metrics = [Metric(kind: .cka), Metric(kind: .mutualKNN, k: 5)]

    /// A score that no other cell has.
    private func score(_ metric: Int, _ row: Int, _ column: Int) -> Double {
        Double(metric * 1_000_000 + row * 1000 + column)
    }

    @Test func nothingIsComputedAtFirst() {
        let table = ScoreTable(plan: plan([[0, 1], [0]], metrics: Self.metrics))
        #expect(table.scores.map(\.count) == [9, 9])
        #expect(table.scores.allSatisfy { $0.allSatisfy { $0.isNaN } })
    }

    @Test(arguments: [1, 63, 64, 65, 129], [1, 64, 65]) func rectangular(_ rows: Int, _ columns: Int) {
        let plan = plan([Array(0..<rows), Array(0..<columns)], x: [0], y: [1], metrics: Self.metrics)
        let table = table(plan, score)
        for metric in 0..<2 {
            let wrong = (0..<(rows * columns)).count {
                table.scores[metric][$0] != score(metric, $0 / columns, $0 % columns)
            }
            #expect(wrong == 0)
        }
    }

    @Test(arguments: [1, 64, 65, 129]) func symmetric(_ layers: Int) {
        let plan = plan([Array(0..<layers)], metrics: Self.metrics)
        let table = table(plan) { score($0, min($1, $2), max($1, $2)) }
        for metric in 0..<2 {
            let wrong = (0..<(layers * layers)).count { cell in
                let (r, c) = (cell / layers, cell % layers)
                return table.scores[metric][cell] != score(metric, min(r, c), max(r, c))
            }
            #expect(wrong == 0)
        }
    }

    /// Rounding may differ between the halves of a tile on the diagonal; the table must not.
    @Test func tilesOnTheDiagonalAreMadeSymmetric() {
        let plan = plan([[0, 1, 2]])
        let table = table(plan, [[1, 2, 3], [2.5, 4, 5], [3.5, 5.5, 6]])
        for r in 0..<3 { for c in 0..<3 { #expect(table.scores[0][r * 3 + c] == table.scores[0][c * 3 + r]) } }
    }

    @Test(arguments: [1, 64, 65, 129]) func metricsThatAreNotSymmetric(_ layers: Int) {
        let plan = plan([Array(0..<layers)], metrics: [Metric(kind: .cka), Metric(kind: .cycleKNN, k: 5)])
        let table = table(plan) { $0 == 0 ? score(0, min($1, $2), max($1, $2)) : score(1, $1, $2) }
        let wrong = (0..<(layers * layers)).count {
            table.scores[1][$0] != score(1, $0 / layers, $0 % layers)
                || table.scores[0][$0] != score(0, min($0 / layers, $0 % layers), max($0 / layers, $0 % layers))
        }
        #expect(wrong == 0)
    }

    @Test func oneTileTouchesOnlyItsCells() {
        let plan = plan([Array(0..<100), Array(0..<70)], x: [0], y: [1])
        var table = ScoreTable(plan: plan)
        let isTaken = table.put(TileScores(row: 1, column: 0, values: [Double](repeating: 1, count: 36 * 64)))
        #expect(isTaken)
        for r in [0, 63, 64, 99] {
            for c in [0, 63, 64, 69] { #expect(table.scores[0][r * 70 + c].isNaN == !(r >= 64 && c < 64)) }
        }
    }
}
