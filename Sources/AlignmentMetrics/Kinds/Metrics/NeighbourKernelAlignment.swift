internal import SweepModel

/// CKNNA: kernel alignment restricted to common neighbours (Huh et al. 2024, appendix A; `cknna` of the released code), for
/// several k in one pass. Not symmetric.
///
/// With α(i,j) = [j ∈ N_A(i)]·[j ∈ N_B(i)], M = α∘K and P = α∘L everything is a sum over common neighbours: O(nk), no n x n matrix.
/// A neighbour at ranks a and b is common for every k > max(a, b), so that the sums grow as pairs enter in that order; a score does
/// not depend on which other k are asked for.
struct NeighbourKernelAlignment: NeighbourMetric {
    static var kind: MetricKind { .cknna }

    private let sampleCount: Int
    private let ks: [Int]
    private let variant: Variant
    private let pairs: EnteringPairs
    private let sums: MaskedSums

    /// `ks` ascends.
    init(sampleCount: Int, ks: [Int], variant: Variant) {
        self.sampleCount = sampleCount
        self.ks = ks
        self.variant = variant
        let longest = ks.last ?? 0
        precondition(longest < Int(UInt16.max), "ranks are held in 16 bits")
        pairs = EnteringPairs(sampleCount: sampleCount, longest: longest, centred: variant == .paper)
        sums = MaskedSums(sampleCount: sampleCount, longest: longest)
    }

    /// For each of `ks` the scores of every row layer, as A, against every column layer, as B: rows x columns, row-major.
    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.lists.sampleCount, !ks.isEmpty else { return [] }
        let alignment = NeighbourKernelAlignment(sampleCount: n, ks: ks, variant: variant)
        var results = ks.map { _ in [Double]() }
        let own = columns.map { alignment.ownTerms($0) }
        for row in rows {
            let mine = alignment.ownTerms(row)
            for (c, column) in columns.enumerated() {
                let terms = alignment.terms(row, column, mine, own[c])
                for position in ks.indices {
                    results[position].append(
                        alignment.score(
                            terms[position], mine.terms[position], own[c].terms[position],
                            scale: row.lists.scale * column.lists.scale))
                }
            }
        }
        return results
    }

    /// - Parameter scale: what terms of both layers were multiplied by.
    private func score(_ term: Double, _ a: Double, _ b: Double, scale: Double) -> Double {
        switch variant {
        case .reference: finite(term / (meanSelfTerm(a, b) + KernelAlignment.referenceOffset * scale))
        // A self term that is not positive leaves nothing to divide by.
        case .exact, .paper: a > 0 && b > 0 ? finite(term / meanSelfTerm(a, b)) : .nan
        }
    }

    /// Those of a layer with itself; NaN where rounding may be too much of them.
    private func ownTerms(_ layer: LayerNeighbours) -> LayerNeighbours.OwnTerms {
        layer.ownTerms(centred: variant == .paper, ks: ks) {
            var terms = plainTerms(layer, layer)
            let squares = PreciseMaskedSums.squares(layer.lists, ks: ks)
            if variant == .paper {
                // The rounding of similarities as they are may be more than a millionth of the centred ones.
                for position in ks.indices where !(terms[position] > 0x1p-59 * squares[position]) {
                    terms[position] = .nan
                }
                return LayerNeighbours.OwnTerms(terms: terms, cancel: ks.map { _ in false })
            }
            let cancel = ks.indices.map {
                PreciseMaskedSums.isNeeded(by: terms[$0], squares: squares[$0], sampleCount: sampleCount, k: ks[$0])
            }
            takeCare(of: &terms, where: cancel) { _ in nil }
            return LayerNeighbours.OwnTerms(terms: terms, cancel: cancel)
        }
    }

    /// The unnormalised alignment of A and B for each of `ks`; NaN where rounding may be too much beside their own terms.
    private func terms(
        _ a: LayerNeighbours, _ b: LayerNeighbours, _ mine: LayerNeighbours.OwnTerms, _ others: LayerNeighbours.OwnTerms
    ) -> [Double] {
        var terms = plainTerms(a, b)
        let cancel = zip(mine.cancel, others.cancel).map { $0 || $1 }
        takeCare(of: &terms, where: cancel) { (mine.terms[$0], others.terms[$0]) }
        return terms
    }

    /// Makes those of `terms`, of the pairs that are there, anew that `cancel`; `own` gives the own terms of both layers,
    /// unless those are what is made.
    private func takeCare(
        of terms: inout [Double], where cancel: [Bool], own: (_ position: Int) -> (Double, Double)?
    ) {
        guard cancel.contains(true) else { return }
        let found = PreciseMaskedSums(sampleCount: sampleCount).terms(pairs, ks: ks)
        for position in ks.indices where cancel[position] {
            let (term, error) = found[position]
            let (a, b) = own(position) ?? (term, term)
            terms[position] = PreciseMaskedSums.isKnown(error, a, b) ? term : .nan
        }
    }

    private func plainTerms(_ a: LayerNeighbours, _ b: LayerNeighbours) -> [Double] {
        _ = LayerEntries.with(a) { a in LayerEntries.with(b) { b in pairs.collect(a, b) } }
        return variant == .paper ? pairs.products(ks: ks) : sums.terms(pairs, ks: ks)
    }
}

/// The unbiased HSIC (Song et al. 2012, eq. 5) of two sparse matrices M and P with one pattern and empty diagonals:
/// [Σ M_ij P_ji + ΣM ΣP/((n-1)(n-2)) - 2/(n-2) Σ_j (column sum of M)_j (row sum of P)_j]/(n(n-3)).
private struct MaskedSums {
    private let sampleCount: Int
    private let columnSums: Scratch<Double>
    private let rowSums: Scratch<Double>
    /// Σ M_ij P_ji by the rank at which both (i, j) and (j, i) are common.
    private let mutual: Scratch<Double>

    init(sampleCount: Int, longest: Int) {
        self.sampleCount = sampleCount
        columnSums = Scratch(sampleCount, repeating: 0)
        rowSums = Scratch(sampleCount, repeating: 0)
        mutual = Scratch(longest + 1, repeating: 0)
    }

    func terms(_ entering: EnteringPairs, ks: [Int]) -> [Double] {
        let (columnSums, rowSums, mutual) = (columnSums.start, rowSums.start, mutual.start)
        columnSums.update(repeating: 0, count: sampleCount)
        rowSums.update(repeating: 0, count: sampleCount)
        mutual.update(repeating: 0, count: self.mutual.count)
        // Beyond the last k nothing is asked for.
        let beyond = self.mutual.count - 1
        let n = Double(sampleCount)
        var (mSum, pSum, cross, both) = (0.0, 0.0, 0.0, 0.0)
        var rank = 0
        return ks.map { k in
            while rank < k {
                for pair in entering.entering(rank) {
                    let (i, j) = (Int(pair.sample), Int(pair.neighbour))
                    mSum += pair.m
                    pSum += pair.p
                    // Σ_j column sum x row sum grows by what each new entry meets on the other side.
                    columnSums[j] += pair.m
                    cross += pair.m * rowSums[j]
                    rowSums[i] += pair.p
                    cross += pair.p * columnSums[i]
                    mutual[min(pair.returns, beyond)] += pair.m * pair.p
                }
                // A pair of this rank may return at this rank, none at an earlier one.
                both += mutual[rank]
                rank += 1
            }
            let correction = mSum * pSum / ((n - 1) * (n - 2)) - 2 / (n - 2) * cross
            return (both + correction) / (n * (n - 3))
        }
    }
}
