internal import LinearAlgebra
internal import SweepModel

/// CKNNA: kernel alignment restricted to common neighbours (Huh et al. 2024, appendix A; `cknna` of the released code), for
/// several k in one pass. Not symmetric.
///
/// With α(i,j) = [j ∈ N_A(i)]·[j ∈ N_B(i)], M = α∘K and P = α∘L everything is a sum over common neighbours: O(nk), no n x n matrix.
/// A neighbour at ranks a and b is common for every k > max(a, b), so that the sums grow as pairs enter in that order; a score does
/// not depend on which other k are asked for.
struct NeighbourKernelAlignment {
    private let sampleCount: Int
    private let ks: [Int]
    private let variant: Variant
    private let table: RankTable
    private var pairs = EnteringPairs()
    private var sums: MaskedSums

    /// `ks` ascends.
    init(sampleCount: Int, ks: [Int], variant: Variant) {
        self.sampleCount = sampleCount
        self.ks = ks
        self.variant = variant
        table = RankTable(sampleCount: sampleCount)
        sums = MaskedSums(sampleCount: sampleCount)
    }

    /// For each of `ks` the scores of every row layer, as A, against every column layer, as B: rows x columns, row-major.
    static func scores(
        rows: [LayerNeighbours], columns: [LayerNeighbours], ks: [Int], variant: Variant
    ) -> [[Double]] {
        guard let n = (rows.first ?? columns.first)?.lists.sampleCount, !ks.isEmpty else { return [] }
        var alignment = NeighbourKernelAlignment(sampleCount: n, ks: ks, variant: variant)
        var results = ks.map { _ in [Double]() }
        let own = columns.map { alignment.selfTerms($0) }
        for row in rows {
            let mine = alignment.selfTerms(row)
            for (c, column) in columns.enumerated() {
                let terms = alignment.terms(row, column)
                for position in ks.indices {
                    results[position].append(alignment.score(terms[position], mine[position], own[c][position]))
                }
            }
        }
        return results
    }

    private func score(_ term: Double, _ a: Double, _ b: Double) -> Double {
        switch variant {
        case .reference: term / ((a * b).squareRoot() + KernelAlignment.referenceOffset)
        // A self term that is not positive leaves nothing to divide by.
        case .exact, .paper: a > 0 && b > 0 ? term / (a * b).squareRoot() : .nan
        }
    }

    private mutating func selfTerms(_ layer: LayerNeighbours) -> [Double] {
        layer.selfTerms(centred: variant == .paper, ks: ks) { terms(layer, layer) }
    }

    /// The unnormalised alignment of A and B for each of `ks`.
    private mutating func terms(_ a: LayerNeighbours, _ b: LayerNeighbours) -> [Double] {
        pairs.collect(a, b, longest: ks.last ?? 0, table: table, centred: variant == .paper)
        return variant == .paper ? pairs.products(ks: ks) : sums.terms(pairs, ks: ks)
    }
}

/// The common neighbours of two layers in the order in which they enter as k grows.
private struct EnteringPairs {
    struct Pair {
        var row: Int32
        var column: Int32
        var k: Double
        var l: Double
        /// The rank from which on the pair the other way round is common too; beyond the lists if it never is.
        var returns: Int32
    }

    /// Pairs by max(a, b), those of rank r at `starts[r] ..< starts[r + 1]`.
    private(set) var pairs: [Pair] = []
    private(set) var starts: [Int] = []
    private var found: [(rank: Int32, pair: Pair)] = []

    mutating func collect(
        _ a: LayerNeighbours, _ b: LayerNeighbours, longest: Int, table: RankTable, centred: Bool
    ) {
        let (left, right) = (a.lists, b.lists)
        let (returnsA, returnsB) = (a.returnRanks, b.returnRanks)
        found.removeAll(keepingCapacity: true)
        starts = Array(repeating: 0, count: longest + 1)
        let ranks = table.ranks
        for i in 0..<left.sampleCount {
            table.fill(from: left, sample: i, count: longest)
            for rank in 0..<longest {
                let entryB = i * right.k + rank
                let j = Int(right.indices[entryB])
                let other = Int(ranks[j])
                guard other < longest else { continue }
                let entryA = i * left.k + other
                let entering = max(other, rank)
                let returning = max(entering, Int(max(returnsA[entryA], returnsB[entryB])))
                var (k, l) = (left.similarities[entryA], right.similarities[entryB])
                if centred {
                    k += left.grandMean - left.rowMeans[i] - left.rowMeans[j]
                    l += right.grandMean - right.rowMeans[i] - right.rowMeans[j]
                }
                let pair = Pair(
                    row: Int32(truncatingIfNeeded: i), column: Int32(truncatingIfNeeded: j), k: k, l: l,
                    returns: Int32(truncatingIfNeeded: returning))
                found.append((Int32(truncatingIfNeeded: entering), pair))
                starts[entering] += 1
            }
            table.clear(from: left, sample: i, count: longest)
        }
        sort()
    }

    /// A counting sort by rank, which keeps the order of samples within one.
    private mutating func sort() {
        var total = 0
        for rank in starts.indices {
            let count = starts[rank]
            starts[rank] = total
            total += count
        }
        if pairs.count < total {
            pairs = Array(repeating: Pair(row: 0, column: 0, k: 0, l: 0, returns: 0), count: total)
        }
        var next = starts
        for (rank, pair) in found {
            pairs[next[Int(rank)]] = pair
            next[Int(rank)] += 1
        }
    }

    /// Σ over common neighbours of the products of both entries, for each of `ks`.
    func products(ks: [Int]) -> [Double] {
        var sum = 0.0
        var next = 0
        return ks.map { k in
            while next < starts[k] {
                sum += pairs[next].k * pairs[next].l
                next += 1
            }
            return sum
        }
    }
}

/// The unbiased HSIC (Song et al. 2012, eq. 5) of two sparse matrices M and P with one pattern and empty diagonals:
/// [Σ M_ij P_ji + ΣM ΣP/((n-1)(n-2)) - 2/(n-2) Σ_j (column sum of M)_j (row sum of P)_j]/(n(n-3)).
private struct MaskedSums {
    private let sampleCount: Int
    private var columnSums: [Double]
    private var rowSums: [Double]
    private var mutual: [Double] = []

    init(sampleCount: Int) {
        self.sampleCount = sampleCount
        columnSums = Array(repeating: 0, count: sampleCount)
        rowSums = columnSums
    }

    mutating func terms(_ entering: EnteringPairs, ks: [Int]) -> [Double] {
        for i in 0..<sampleCount {
            columnSums[i] = 0
            rowSums[i] = 0
        }
        let longest = ks.last ?? 0
        mutual = Array(repeating: 0, count: longest + 1)
        let n = Double(sampleCount)
        var (mSum, pSum, cross, both) = (0.0, 0.0, 0.0, 0.0)
        var next = 0
        var rank = 0
        var results: [Double] = []
        for k in ks {
            while next < entering.starts[k] {
                let pair = entering.pairs[next]
                let (i, j) = (Int(pair.row), Int(pair.column))
                mSum += pair.k
                pSum += pair.l
                // Σ_j column sum x row sum grows by what each new entry meets on the other side.
                columnSums[j] += pair.k
                cross += pair.k * rowSums[j]
                rowSums[i] += pair.l
                cross += pair.l * columnSums[i]
                if pair.returns < longest { mutual[Int(pair.returns)] += pair.k * pair.l }
                next += 1
            }
            while rank < k {
                both += mutual[rank]
                rank += 1
            }
            let correction = mSum * pSum / ((n - 1) * (n - 2)) - 2 / (n - 2) * cross
            results.append((both + correction) / (n * (n - 3)))
        }
        return results
    }
}
