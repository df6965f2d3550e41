internal import Foundation
package import SweepModel

/// How a similarity s becomes a distance.
package enum DistanceRule: Hashable, Sendable {
    /// -log max(s, chance), as in figure 2 of the paper.
    case negativeLog(chance: Double)
    /// 1 - s.
    case complement
}

extension DistanceMatrix {
    /// Makes distances of similarities (rows x columns, row-major): asymmetric ones are averaged first, the diagonal is not read, and
    /// what is 1 up to the rounding of scores is distance 0.
    package init(
        similarities: [Double], rows: Int, columns: Int, rule: DistanceRule, at place: String
    ) throws(Complaint) {
        try Self.checkShape(similarities, rows, columns, place)
        if case .negativeLog(let chance) = rule, !(chance > 0 && chance < 1) {
            throw DistanceRefusal.chanceOutOfRange(chance).complaint(place)
        }
        let n = rows
        for i in 0..<n {
            for j in 0..<n where i != j && !similarities[i * n + j].isFinite {
                throw DistanceRefusal.notFinite(i, j).complaint(place)
            }
        }
        try self.init(count: n, place) { i, j in
            let s = (similarities[i * n + j] + similarities[j * n + i]) / 2
            if ScoreRounding.isOne(s) { return 0 }
            switch rule {
            case .negativeLog(let chance): return -log(max(s, chance))
            case .complement: return 1 - s
            }
        }
    }
}
