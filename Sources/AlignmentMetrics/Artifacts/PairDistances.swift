internal import CKernels
internal import LinearAlgebra

/// Squared Euclidean distances between all pairs of prepared rows.
struct PairDistances {
    let sampleCount: Int
    /// d.
    private let width: Int
    /// Norms of the rows of the products that distances were made of (n).
    private let norms: [Double]
    /// D_ij² of i < j, row after row: n(n - 1)/2 values.
    let squares: [Double]

    /// What is left of the squared norms of two rows where their distance is no longer known well enough by their product.
    private static let leastShare = 0x1p-20

    /// ‖c_i‖² + ‖c_j‖² - 2 c_i·c_j from the rows' `products`; where that cancels, from the rows' own differences, and zero where rounding
    /// alone may have set them apart.
    init(_ layer: PreparedLayer, _ products: inout PairProducts) {
        let (n, d) = (layer.sampleCount, layer.width)
        let rows = Matrix<Double>(rows: 2, columns: d, repeating: 0)
        defer { rows.keepAlive() }
        let least = layer.rowNorms.map { $0 * layer.frame.rounding }
        let norms = products.squaredNorms
        var squares = products.takePacked()
        squares.withUnsafeMutableBufferPointer { squares in
            guard let scratch = rows.row(0).baseAddress, let other = rows.row(1).baseAddress else { return }
            var position = 0
            for i in 0..<n {
                var mine: UnsafePointer<Double>?
                for j in (i + 1)..<max(n, i + 1) {
                    let sum = norms[i] + norms[j]
                    var square = sum - 2 * squares[position]
                    if !(square > sum * Self.leastShare) {
                        let row = mine ?? layer.row(i, scratch: scratch)
                        mine = row
                        square = ck_squared_distance(row, layer.row(j, scratch: other), d)
                        let rounding = least[i] + least[j]
                        if square <= rounding * rounding { square = 0 }
                    }
                    squares[position] = square
                    position += 1
                }
            }
        }
        sampleCount = n
        width = d
        self.norms = norms.map { $0.squareRoot() }
        self.squares = squares
    }

    /// About how often a distance is rounded in units of 2⁻⁵⁴ of itself, norms of rows aside: that of i and j, at `position`.
    @inline(__always)
    func rounding(_ i: Int, _ j: Int, _ position: Int) -> Double {
        let (a, b, square) = (norms[i], norms[j], squares[position])
        // Of two rows that are close their own differences were summed up.
        let share = square > (a * a + b * b) * Self.leastShare ? a * b / square : 0.5
        return 1.2 + Double(width).squareRoot() / 2 * share
    }

    /// Calls `body` with every i < j in order, and the position of their entry.
    @inline(__always)
    static func forEachPair(_ n: Int, _ body: (_ i: Int, _ j: Int, _ position: Int) -> Void) {
        var position = 0
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                body(i, j, position)
                position += 1
            }
        }
    }
}
