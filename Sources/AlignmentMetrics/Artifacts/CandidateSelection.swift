internal import LinearAlgebra

/// For every row, the samples that may be among its `count` most similar ones, given float32 products with known error bounds.
///
/// The true similarity of i and j, up to a constant of row i, lies within e_ij of the float32 value K_ij + b_j, with
/// e_ij = (d + 8)·2⁻²⁴‖x_c,i‖‖x_c,j‖ + 2⁻²²|b_j| + r_j: rounding of the features, of the sum of d products and of the last
/// addition, and r_j that of the float64 similarity itself, which is all that orders the rows of a nearly constant layer.
/// The `count`-th largest lower bound is a bound on the `count`-th similarity, so whatever cannot reach it is dropped, and
/// everything else is kept: no cap, a row of a saturated layer may keep all n - 1.
struct CandidateSelection {
    struct Candidate {
        var index: Int32
        /// The float32 value K_ij + b_j.
        var score: Float
    }

    private(set) var candidates: [[Candidate]]
    private let count: Int
    /// The best known lower bound on each row's `count`-th similarity.
    private var floors: [Float]
    /// b_j, and 2⁻²²|b_j| + r_j.
    private let offsets: [Float]
    private let offsetMargins: [Float]
    /// Norms ‖x_c,j‖, rounded up, and the error bound's factor (d + 8)·2⁻²⁴‖x_c,i‖.
    private let norms: [Float]
    private let factors: [Float]
    /// Where samples of one group are never neighbours: the group of each sample.
    private let groups: [Int32]?
    private var limits: [Int]
    private var scratch: [Float] = []

    init(features: CentredFeatures, count: Int, groups: [Int32]? = nil) {
        let n = features.squaredNorms.count
        let d = features.matrix.columns
        self.count = count
        self.groups = groups
        let limit = 2 * count + 48
        candidates = Array(repeating: [], count: n)
        limits = Array(repeating: limit, count: n)
        floors = Array(repeating: -.infinity, count: n)
        offsets = features.meanProducts.map { Float($0) }
        offsetMargins = zip(offsets, features.similarityMargins).map { abs($0) * 0x1p-22 + Float($1) }
        norms = features.squaredNorms.map { Float($0.squareRoot() * (1 + 0x1p-20)) }
        factors = norms.map { $0 * Float(d + 8) * 0x1p-24 }
    }

    /// Takes in a tile of K_c.
    mutating func take(_ tile: CentredProduct.Tile) {
        for (position, i) in tile.rows.enumerated() {
            take(row: i, columns: tile.columns, values: tile.values + position * tile.columns.count)
        }
    }

    /// Drops what has become impossible since each row was last looked at.
    mutating func finish() {
        for i in candidates.indices where candidates[i].count > count { prune(i) }
    }

    private mutating func take(row i: Int, columns: Range<Int>, values: UnsafePointer<Float>) {
        var position = 0
        while position < columns.count {
            // Most blocks of 16 hold no candidate once the floor has risen, and are passed over in one comparison.
            let isWhole = columns.count - position >= 16
            if !isWhole || mayHold(i, values + position, at: columns.lowerBound + position) {
                for p in position..<min(position + 16, columns.count) {
                    offer(columns.lowerBound + p, value: values[p], to: i)
                }
            }
            position += 16
        }
    }

    private mutating func offer(_ j: Int, value: Float, to i: Int) {
        let score = value + offsets[j]
        guard score + (factors[i] * norms[j] + offsetMargins[j]) >= floors[i], j != i else { return }
        if let groups, groups[i] == groups[j] { return }
        candidates[i].append(Candidate(index: Int32(truncatingIfNeeded: j), score: score))
        if candidates[i].count >= limits[i] { prune(i) }
    }

    /// Whether any of 16 columns from `j` on may be a candidate of row `i`: a loop without a branch, which vectorises.
    @inline(__always)
    private func mayHold(_ i: Int, _ values: UnsafePointer<Float>, at j: Int) -> Bool {
        let (floor, factor) = (floors[i], factors[i])
        return offsets.withUnsafeBufferPointer { offsets in
            norms.withUnsafeBufferPointer { norms in
                offsetMargins.withUnsafeBufferPointer { margins in
                    var hits: Int32 = 0
                    for p in 0..<16 {
                        let upper = values[p] + offsets[j &+ p] + (factor * norms[j &+ p] + margins[j &+ p])
                        hits |= upper >= floor ? 1 : 0
                    }
                    return hits != 0
                }
            }
        }
    }

    /// Raises the row's floor to the `count`-th largest lower bound and drops what cannot reach it.
    private mutating func prune(_ i: Int) {
        let (factor, norms, margins) = (factors[i], norms, offsetMargins)
        func margin(_ j: Int32) -> Float { factor * norms[Int(j)] + margins[Int(j)] }
        scratch.removeAll(keepingCapacity: true)
        for candidate in candidates[i] { scratch.append(candidate.score - margin(candidate.index)) }
        let floor = max(floors[i], selectLargest(rank: count - 1, of: &scratch))
        floors[i] = floor
        candidates[i].removeAll { $0.score + margin($0.index) < floor }
        // A saturated row keeps most of what it has: look again only after as much has come in.
        limits[i] = max(limits[i], 2 * candidates[i].count)
    }
}

/// The value of rank `rank` (from 0, largest first) of `values`, which are reordered (Hoare's quickselect).
func selectLargest<Value: Comparable>(rank: Int, of values: inout [Value]) -> Value {
    var low = 0
    var high = values.count - 1
    while low < high {
        let pivot = values[(low + high) / 2]
        var i = low
        var j = high
        while i <= j {
            while values[i] > pivot { i += 1 }
            while values[j] < pivot { j -= 1 }
            if i <= j {
                values.swapAt(i, j)
                i += 1
                j -= 1
            }
        }
        if rank <= j {
            high = j
        } else if rank >= i {
            low = i
        } else {
            break
        }
    }
    return values[rank]
}
