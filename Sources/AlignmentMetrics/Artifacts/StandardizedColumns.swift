internal import LinearAlgebra

/// A layer's features with every column centred and of variance 1 (ddof 1), those that hardly vary left out.
struct StandardizedColumns {
    /// Z (n x d').
    let matrix: Matrix<Double>
    /// The width d of the features, each of whose rows was divided by a norm over all of them.
    private let width: Int
    /// Σ_j (largest |x̂_ij| over the deviation of column j)² of the columns that are left.
    private let squaredMagnitudes: Double

    /// Columns whose standard deviation is at most this share of the largest are dropped.
    private static let leastDeviation = 1e-6

    init(_ layer: PreparedLayer) {
        let centred = layer.centredRows()
        defer { centred.keepAlive() }
        let (n, d) = (centred.rows, centred.columns)
        var largest = [Double](repeating: 0, count: d)
        for i in 0..<n {
            let row = centred.row(i)
            for j in 0..<d { largest[j] = max(largest[j], row[j].magnitude) }
        }
        // In units of a column's largest value squares neither vanish nor overflow.
        var squares = [Double](repeating: 0, count: d)
        for i in 0..<n {
            let row = centred.row(i)
            for j in 0..<d where largest[j] > 0 {
                let value = row[j] / largest[j]
                squares[j] += value * value
            }
        }
        let deviations = squares.indices.map { (squares[$0] / Double(n - 1)).squareRoot() * largest[$0] }
        let limit = Self.leastDeviation * (deviations.max() ?? 0)
        let kept = deviations.indices.filter { deviations[$0] > limit }
        matrix = Matrix<Double>(rows: n, columns: kept.count, repeating: 0)
        for i in 0..<n {
            let (source, target) = (centred.row(i), matrix.row(i))
            for (position, j) in kept.enumerated() { target[position] = source[j] / deviations[j] }
        }
        width = d
        squaredMagnitudes = kept.reduce(0) { sum, j in
            let magnitude = (largest[j] + layer.means[j].magnitude) / deviations[j]
            return sum + magnitude * magnitude
        }
    }

    /// How far eigenvalues of ZZᵀ, the largest of which is `largest`, may be from those of exact arithmetic on the stored values.
    ///
    /// By Weyl's theorem the norm of what was added to the matrix: γ‖Z‖²_F of its products and of the deviations, and 2‖Z‖₂‖ΔZ‖_F of its
    /// entries, where a row's norm is off by d/2 roundings and every division by one (Higham 2002, sections 3.1 and 3.5). Column means that
    /// are off move all rows alike, which centred columns feel in the second order only.
    func eigenvalueError(largest: Double) -> Double {
        let (n, d) = (Double(matrix.rows), Double(width))
        let unit = 0x1p-53
        let squaredNorm = (n - 1) * Double(matrix.columns)
        let entries = (d / 2 + 4) * unit * (n * squaredMagnitudes).squareRoot()
        let means = n * unit * (n * squaredMagnitudes).squareRoot()
        return 4 * (n + d) * unit * squaredNorm + 2 * largest.squareRoot() * entries + means * means
    }
}
