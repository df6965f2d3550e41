internal import CKernels

/// Sums over the entries A_ij, i < j, of a symmetric matrix, which are added in runs of one row each, in any but always the same order.
struct PairSums {
    /// w (n).
    private let weights: [Double]
    private var squareSum = CompensatedSum()
    private var cubeSum = CompensatedSum()
    private var weightedSum = CompensatedSum()
    /// Σ_{j ≠ i} A_ij² of every i (n).
    private(set) var rowSquares: [Double]

    init(weights: [Double]) {
        self.weights = weights
        rowSquares = [Double](repeating: 0, count: weights.count)
    }

    init(_ matrix: ShiftedPairs, weights: [Double]) {
        self.init(weights: weights)
        var sums = self
        matrix.forEachRow { row, entries in sums.add(row: row, from: row + 1, entries) }
        self = sums
    }

    /// Σ A_ij², Σ A_ij³ and Σ w_i A_ij w_j over i < j.
    var squares: Double { squareSum.value }
    var cubes: Double { cubeSum.value }
    var weighted: Double { weightedSum.value }

    /// Adds A_ij of i = `row` and j = `column`, `column` + 1, …, all beyond `row`.
    mutating func add(row: Int, from column: Int, _ entries: UnsafeBufferPointer<Double>) {
        guard let first = entries.baseAddress, !entries.isEmpty else { return }
        // Squares, cubes and products with weights.
        var sums = [0.0, 0, 0]
        weights.withUnsafeBufferPointer { weights in
            rowSquares.withUnsafeMutableBufferPointer { rowSquares in
                guard let weight = weights.baseAddress, let square = rowSquares.baseAddress else { return }
                ck_pair_sums(first, weight + column, entries.count, square + column, &sums)
            }
        }
        rowSquares[row] += sums[0]
        squareSum.add(sums[0])
        cubeSum.add(sums[1])
        weightedSum.add(sums[2] * weights[row])
    }
}
