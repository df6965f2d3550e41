internal import CKernels
package import LinearAlgebra

/// The products (x̂_i - μ)·(x̂_j - μ) of all pairs of rows in float64: for artifacts made from differences of them, which float32 would
/// lose in rounding.
///
/// The centre μ is the mean of the rows, K_c then being what is here. Where a few rows are so large that the mean is theirs, it is the
/// median of each column: no quantity that is made from here depends on the centre, but for its rounding.
struct PairProducts {
    let sampleCount: Int
    /// Those of i < j, row after row: n(n - 1)/2 values.
    private(set) var packed: [Double]
    /// ‖x̂_i - μ‖² (n).
    let squaredNorms: [Double]
    /// b_i = (x̂_i - μ)·μ (n): x̂_i·x̂_j is the product of i and j plus b_i + b_j, up to a constant.
    let meanProducts: [Double]
    /// ‖μ‖.
    let centreNorm: Double
    /// The share of ‖a‖‖b‖ that rounding may take from a product a·b of d values: (d + 8)·2⁻⁵³.
    let rounding: Double

    /// Rows of a tile.
    static let edge = 1024
    /// The largest squared norm of a centred row, in median ones, at which the mean is still the centre.
    private static let largestOrdinary = 256.0

    init(_ layer: PreparedLayer) {
        let centre = layer.means
        let norms = Self.norms(layer, centre)
        if Self.isSkewed(norms.squares) {
            let medians = ColumnMedians.of(layer)
            self.init(layer, around: medians, Self.norms(layer, medians))
        } else {
            self.init(layer, around: centre, norms)
        }
    }

    /// The products of the rows as they are.
    init(uncentred layer: PreparedLayer) {
        let origin = [Double](repeating: 0, count: layer.width)
        self.init(layer, around: origin, Self.norms(layer, origin))
    }

    private init(_ layer: PreparedLayer, around centre: [Double], _ norms: (squares: [Double], products: [Double])) {
        let (n, d) = (layer.sampleCount, layer.width)
        var packed = [Double](repeating: 0, count: PackedKernel.packedCount(n))
        let largest = min(Self.edge, n)
        let tile = Matrix<Double>(unwrittenRows: largest, columns: largest)
        let (left, right) = (
            Matrix<Double>(unwrittenRows: largest, columns: d),
            Matrix<Double>(unwrittenRows: n > largest ? largest : 0, columns: d)
        )
        defer { withExtendedLifetime((tile, left, right)) {} }
        for first in stride(from: 0, to: n, by: Self.edge) {
            let rows = first..<min(first + Self.edge, n)
            layer.centre(rows, around: centre, into: left)
            for other in stride(from: first, to: n, by: Self.edge) {
                let columns = other..<min(other + Self.edge, n)
                guard let a = left.elements.baseAddress, let values = tile.elements.baseAddress else { continue }
                if other == first {
                    Products.symmetric(a, rows: rows.count, depth: d, into: values, stride: rows.count)
                } else {
                    layer.centre(columns, around: centre, into: right)
                    guard let b = right.elements.baseAddress else { continue }
                    Products.transposed(a, b, rows: rows.count, columns: columns.count, depth: d, into: values)
                }
                packed.withUnsafeMutableBufferPointer { packed in
                    for i in rows {
                        let start = max(i + 1, other)
                        guard start < columns.upperBound, let packed = packed.baseAddress else { continue }
                        let target = PackedKernel.packedOffset(row: i, sampleCount: n) + start - i - 1
                        (packed + target).update(
                            from: values + (i - first) * columns.count + (start - other),
                            count: columns.upperBound - start)
                    }
                }
            }
        }
        sampleCount = n
        self.packed = packed
        (squaredNorms, meanProducts) = norms
        centreNorm = FixedOrderSums.squares(centre).squareRoot()
        rounding = Double(d + 8) * 0x1p-53
    }

    /// Hands over `packed`, without a copy.
    mutating func takePacked() -> [Double] {
        defer { packed = [] }
        return packed
    }

    /// Calls `body` with every i < j in order, and the position of their entry.
    @inline(__always)
    func forEachPair(_ body: (_ i: Int, _ j: Int, _ position: Int) -> Void) {
        var position = 0
        for i in 0..<sampleCount {
            for j in (i + 1)..<max(sampleCount, i + 1) {
                body(i, j, position)
                position += 1
            }
        }
    }

    /// For every row its squared norm and its product with `centre`, once that is taken off.
    private static func norms(
        _ layer: PreparedLayer, _ centre: [Double]
    ) -> (squares: [Double], products: [Double]) {
        let (n, d) = (layer.sampleCount, layer.width)
        let scratch = Matrix<Double>(rows: 1, columns: d, repeating: 0)
        defer { scratch.keepAlive() }
        var squares = [Double](repeating: 0, count: n)
        var products = squares
        var found = [0.0, 0, 0]
        guard let row = scratch.row(0).baseAddress else { return (squares, products) }
        for i in 0..<n {
            ck_centred_products(layer.row(i, scratch: row), centre, 0, d, &found)
            (squares[i], products[i]) = (found[0], found[1])
        }
        return (squares, products)
    }

    private static func isSkewed(_ squares: [Double]) -> Bool {
        guard let largest = squares.max(), largest > 0 else { return false }
        var values = squares
        return largest > largestOrdinary * selectLargest(rank: squares.count / 2, of: &values)
    }
}

extension PreparedLayer {
    /// Writes the rows of `range` less `centre` (d) to the first rows of `result`.
    func centre(_ range: Range<Int>, around centre: [Double], into result: Matrix<Double>) {
        let scratch = Matrix<Double>(rows: 1, columns: width, repeating: 0)
        defer { scratch.keepAlive() }
        guard let prepared = scratch.row(0).baseAddress else { return }
        for i in range {
            ck_differences(
                row(i, scratch: prepared), centre, width, result.row(i - range.lowerBound).baseAddress)
        }
    }

    /// The prepared rows with the column means taken off, in float64 (n x d).
    package func centredRows() -> Matrix<Double> {
        let result = Matrix<Double>(unwrittenRows: sampleCount, columns: width)
        centre(0..<sampleCount, around: means, into: result)
        return result
    }
}
