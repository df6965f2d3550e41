import SweepModel

@testable import AlignmentMetrics

/// Preparation and metrics in float64, straight from their definitions: slow, and plain enough to be checked by reading.
enum PlainMetrics {
    typealias Rows = [[Double]]

    static func threshold(_ values: [Double], quantile: Double) -> Double {
        let sorted = values.map(\.magnitude).sorted()
        return sorted[min(Int(quantile * Double(sorted.count)), sorted.count - 1)]
    }

    static func prepared(_ rows: Rows, threshold: Double, normalization: SweepSpec.Normalization) -> Rows {
        rows.map { row in
            let clipped = row.map { $0 > threshold ? threshold : $0 < -threshold ? -threshold : $0 }
            let norm = similarity(clipped, clipped).squareRoot()
            return normalization == .l2 && norm > 0 ? clipped.map { $0 / norm } : clipped
        }
    }

    static func similarity(_ a: [Double], _ b: [Double]) -> Double { FixedOrderSums.dot(a, b, count: a.count) }

    static func neighbours(_ rows: Rows, k: Int) -> [[Int]] {
        rows.indices.map { i in
            let ranked = rows.indices.filter { $0 != i }.map { (index: $0, similarity: similarity(rows[i], rows[$0])) }
            let sorted = ranked.sorted {
                $0.similarity == $1.similarity ? $0.index < $1.index : $0.similarity > $1.similarity
            }
            return sorted.prefix(k).map(\.index)
        }
    }

    static func mutualKNN(_ a: Rows, _ b: Rows, k: Int) -> Double {
        let common = zip(neighbours(a, k: k), neighbours(b, k: k)).map { Set($0).intersection($1).count }
        return Double(common.reduce(0, +)) / Double(a.count * k)
    }

    static func gram(_ rows: Rows) -> Rows {
        rows.map { a in rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    /// tr(K_c L_c)/√(tr(K_c²) tr(L_c²)), K_c = HKH.
    static func cka(_ a: Rows, _ b: Rows) -> Double {
        let (k, l) = (doublyCentred(gram(a)), doublyCentred(gram(b)))
        return trace(k, l) / (trace(k, k) * trace(l, l)).squareRoot()
    }

    /// The same with the unbiased HSIC of Song et al. 2012, eq. 5, of the raw Gram matrices.
    static func unbiasedCKA(_ a: Rows, _ b: Rows) -> Double {
        let (k, l) = (withoutDiagonal(gram(a)), withoutDiagonal(gram(b)))
        return unbiasedHSIC(k, l) / (unbiasedHSIC(k, k) * unbiasedHSIC(l, l)).squareRoot()
    }

    /// How much larger the errors of unbiased CKA are than those of biased CKA, relative to the self terms.
    static func unbiasedAmplification(_ a: Rows, _ b: Rows) -> Double {
        [a, b].map { rows in
            let raw = gram(rows)
            let centred = doublyCentred(raw)
            let unbiased = uCentred(raw)
            return (trace(centred, centred) / trace(unbiased, unbiased)).squareRoot()
        }.reduce(1, *)
    }

    /// Unbiased CKA by U-centred Gram matrices (Székely & Rizzo 2014), which equals eq. 5 and cancels less.
    static func uCentredCKA(_ a: Rows, _ b: Rows) -> Double {
        let (k, l) = (uCentred(gram(a)), uCentred(gram(b)))
        return trace(k, l) / (trace(k, k) * trace(l, l)).squareRoot()
    }

    static func uCentred(_ k: Rows) -> Rows {
        let n = Double(k.count)
        let sums = withoutDiagonal(k).map { $0.reduce(0, +) }
        let all = sums.reduce(0, +) / ((n - 1) * (n - 2))
        let centred = k.indices.map { i in k.indices.map { j in k[i][j] - (sums[i] + sums[j]) / (n - 2) + all } }
        return withoutDiagonal(centred)
    }

    static func unbiasedHSIC(_ k: Rows, _ l: Rows) -> Double {
        let n = Double(k.count)
        let (kSums, lSums) = (k.map { $0.reduce(0, +) }, l.map { $0.reduce(0, +) })
        let sums = kSums.reduce(0, +) * lSums.reduce(0, +) / ((n - 1) * (n - 2))
        let rows = zip(kSums, lSums).reduce(0) { $0 + $1.0 * $1.1 } * 2 / (n - 2)
        return (trace(k, l) + sums - rows) / (n * (n - 3))
    }

    static func doublyCentred(_ k: Rows) -> Rows {
        let n = Double(k.count)
        let means = k.map { $0.reduce(0, +) / n }
        let mean = means.reduce(0, +) / n
        return k.indices.map { i in k.indices.map { j in k[i][j] - means[i] - means[j] + mean } }
    }

    static func withoutDiagonal(_ k: Rows) -> Rows {
        var result = k
        for i in k.indices { result[i][i] = 0 }
        return result
    }

    /// tr(KL) of symmetric matrices.
    static func trace(_ k: Rows, _ l: Rows) -> Double {
        zip(k, l).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
    }
}
