internal import LinearAlgebra

/// A factor X (n x d) of a kernel K = XXᵀ, read in runs of rows. Its columns sum to zero, and so K is centred.
package struct FactorRows {
    package let sampleCount: Int
    /// d.
    package let width: Int
    /// Writes rows of X, row-major, to where the second argument points.
    private let read: (Range<Int>, UnsafeMutableBufferPointer<Double>) throws -> Void

    package init(
        sampleCount: Int, width: Int,
        reading read: @escaping (_ rows: Range<Int>, _ target: UnsafeMutableBufferPointer<Double>) throws -> Void
    ) {
        (self.sampleCount, self.width, self.read) = (sampleCount, width, read)
    }

    /// What finding all entries of its kernel takes.
    fileprivate var multiplications: Double { Double(sampleCount) * Double(sampleCount) * Double(width) / 2 }

    /// The runs of rows in which a factor is read.
    fileprivate func blocks(of rows: Int = 512) -> [Range<Int>] {
        stride(from: 0, to: sampleCount, by: rows).map { $0..<min($0 + rows, sampleCount) }
    }

    fileprivate func rows(_ range: Range<Int>) throws -> Matrix<Double> {
        let rows = Matrix<Double>(unwrittenRows: range.count, columns: width)
        try read(range, rows.elements)
        return rows
    }
}

/// Kernels by their factor, of which no n x n matrix is kept: traces of powers are those of the d x d product XᵀX.
extension KernelNumbers {
    /// The most multiplications that entries of a kernel are found with for its skewness: as many as tr K³ takes at `mostSamples`.
    static let mostMultiplications = Double(mostSamples) * Double(mostSamples) * Double(mostSamples) / 6

    /// Those of the centred kernel of `factor`: O(nd²), and n²d/2 for the skewness.
    package static func centred(_ factor: FactorRows) throws -> KernelNumbers {
        try centred(factor, mostMultiplications: mostMultiplications)
    }

    static func centred(_ factor: FactorRows, mostMultiplications: Double) throws -> KernelNumbers {
        let products = try FactorSummary(factor)
        let removed = Removed(trace: products.trace, sampleCount: factor.sampleCount)
        let diagonal = products.diagonal.map { $0 - removed.onDiagonal }
        let (a, degrees) = (removed.share, Double(factor.sampleCount - 1))
        var third: (PairSums, () -> Double)?
        if factor.multiplications <= mostMultiplications {
            let shifts = [Double](repeating: removed.offDiagonal / 2, count: factor.sampleCount)
            // Eigenvalues of K less a each, over the n - 1 directions that are centred.
            let cubes =
                products.cubeTrace - 3 * a * products.squares + 3 * a * a * products.trace - a * a * a * degrees
            third = (try factor.sums(shifts: shifts, weights: diagonal), { cubes })
        }
        return KernelNumbers(
            diagonal: diagonal, trace: products.trace, squares: products.squares,
            centredSquares: products.squares - a * a * degrees, third: third)
    }

    /// Those of the kernel of `factor` once U-centred, likewise.
    ///
    /// U-centring adds a1ᵀ + 1aᵀ and takes the diagonal away, a_i = K_ii/(n-2) - tr K/(2(n-1)(n-2)). With M = K + a1ᵀ + 1aᵀ and E the
    /// diagonal matrix of -M_ii it is M + E, and tr(M + E)³ = tr M³ + 3 Σ (M²)_ii E_i + 3 Σ M_ii E_i² + Σ E_i³, where K1 = 0 leaves
    /// tr M³ = tr K³ + 3n aᵀKa + 2α³ + 6αnβ, (M²)_ii = (K²)_ii + 2(Ka)_i + 2αa_i + na_i² + β, α = Σ a_i and β = Σ a_i².
    package static func uCentred(_ factor: FactorRows) throws -> KernelNumbers {
        try uCentred(factor, mostMultiplications: mostMultiplications)
    }

    static func uCentred(_ factor: FactorRows, mostMultiplications: Double) throws -> KernelNumbers {
        let count = factor.sampleCount
        let n = Double(count)
        let products = try FactorSummary(factor)
        let zeros = [Double](repeating: 0, count: count)
        guard count > 3 else {
            return KernelNumbers(diagonal: zeros, trace: 0, squares: 0, centredSquares: 0, third: nil)
        }
        let shifts = products.diagonal.map { $0 / (n - 2) - products.trace / (2 * (n - 1) * (n - 2)) }
        guard factor.multiplications <= mostMultiplications else {
            // ‖K‖² off the diagonal less what the sums of rows, -K_ii, account for: a difference, of which less than this is rounding.
            let diagonalSquares = CompensatedSum.of(products.diagonal.lazy.map { $0 * $0 })
            let squares =
                products.squares - diagonalSquares - 2 / (n - 2) * diagonalSquares
                + products.trace * products.trace / ((n - 1) * (n - 2))
            return KernelNumbers(
                diagonal: zeros, trace: 0, squares: squares > 1e-12 * products.squares ? squares : 0,
                centredSquares: squares, third: nil)
        }
        let sums = try factor.sums(shifts: shifts, weights: zeros)
        let (alpha, beta) = (CompensatedSum.of(shifts), CompensatedSum.of(shifts.lazy.map { $0 * $0 }))
        let (applied, quadratic) = try products.applied(shifts, factor)
        let squareDiagonal = try products.squareDiagonal(factor)
        var cubes = CompensatedSum()
        cubes.add(products.cubeTrace)
        cubes.add(3 * n * quadratic + 2 * alpha * alpha * alpha + 6 * alpha * n * beta)
        for i in 0..<count {
            let a = shifts[i]
            let diagonal = products.diagonal[i] + 2 * a
            let squared = squareDiagonal[i] + 2 * applied[i] + 2 * alpha * a + n * a * a + beta
            cubes.add(2 * diagonal * diagonal * diagonal - 3 * squared * diagonal)
        }
        let cubeTrace = cubes.value
        let squares = 2 * sums.squares
        return KernelNumbers(
            diagonal: zeros, trace: 0, squares: squares > leastShare * products.squares ? squares : 0,
            centredSquares: squares, third: (sums, { cubeTrace }))
    }
}

/// What the products XᵀX of a factor tell of its kernel.
private struct FactorSummary {
    /// K_ii (n).
    let diagonal: [Double]
    /// tr K, tr K² = ‖K‖² and tr K³.
    let trace, squares, cubeTrace: Double
    /// XᵀX (d x d).
    private let product: Matrix<Double>

    init(_ factor: FactorRows) throws {
        let d = factor.width
        let product = Matrix<Double>(rows: d, columns: d, repeating: 0)
        var diagonal: [Double] = []
        diagonal.reserveCapacity(factor.sampleCount)
        for range in factor.blocks() {
            let rows = try factor.rows(range)
            guard let start = rows.elements.baseAddress, let target = product.elements.baseAddress else { continue }
            Products.leftTransposed(
                start, start, rows: d, columns: d, depth: range.count, into: target, accumulates: true)
            for row in 0..<range.count {
                diagonal.append(CubeTrace.dot(start + row * d, start + row * d, count: d))
            }
            rows.keepAlive()
        }
        let square = Matrix<Double>(unwrittenRows: d, columns: d)
        var (squares, cubes) = (0.0, 0.0)
        if let start = product.elements.baseAddress, let target = square.elements.baseAddress, d > 0 {
            Products.plain(start, start, rows: d, columns: d, depth: d, into: target)
            squares = CubeTrace.dot(start, start, count: d * d)
            cubes = CubeTrace.dot(start, target, count: d * d)
        }
        withExtendedLifetime((product, square)) {}
        self.diagonal = diagonal
        self.product = product
        trace = CompensatedSum.of(diagonal)
        self.squares = squares
        cubeTrace = cubes
    }

    /// (K²)_ii = x_iᵀ XᵀX x_i (n).
    func squareDiagonal(_ factor: FactorRows) throws -> [Double] {
        let d = factor.width
        return try factor.blocks().flatMap { range in
            let rows = try factor.rows(range)
            let image = Matrix<Double>(unwrittenRows: range.count, columns: d)
            defer { withExtendedLifetime((rows, image, product)) {} }
            guard let start = rows.elements.baseAddress, let target = image.elements.baseAddress,
                let middle = product.elements.baseAddress
            else { return [Double](repeating: 0, count: range.count) }
            Products.plain(start, middle, rows: range.count, columns: d, depth: d, into: target)
            return (0..<range.count).map { CubeTrace.dot(start + $0 * d, target + $0 * d, count: d) }
        }
    }

    /// Ka (n) and aᵀKa of a vector a (n).
    func applied(_ vector: [Double], _ factor: FactorRows) throws -> (image: [Double], quadratic: Double) {
        let d = factor.width
        var inner = [Double](repeating: 0, count: d)
        for range in factor.blocks() {
            let rows = try factor.rows(range)
            for (row, i) in range.enumerated() {
                for axis in 0..<d { inner[axis] += vector[i] * rows[row, axis] }
            }
        }
        let image = try factor.blocks().flatMap { range in
            let rows = try factor.rows(range)
            return range.indices.map { i in
                CompensatedSum.of((0..<d).lazy.map { rows[i - range.lowerBound, $0] * inner[$0] })
            }
        }
        return (image, CompensatedSum.of(inner.lazy.map { $0 * $0 }))
    }
}

extension FactorRows {
    /// Sums over K_ij + a_i + a_j, i < j, from blocks of products.
    fileprivate func sums(shifts: [Double], weights: [Double]) throws -> PairSums {
        var sums = PairSums(weights: weights)
        let blocks = blocks()
        for (position, range) in blocks.enumerated() {
            let left = try rows(range)
            for columns in blocks[position...] {
                let right = try rows(columns)
                let product = Matrix<Double>(unwrittenRows: range.count, columns: columns.count)
                guard let a = left.elements.baseAddress, let b = right.elements.baseAddress,
                    let entries = product.elements.baseAddress
                else { continue }
                Products.transposed(a, b, rows: range.count, columns: columns.count, depth: width, into: entries)
                for (row, i) in range.enumerated() {
                    let first = max(columns.lowerBound, i + 1)
                    guard first < columns.upperBound else { continue }
                    let start = entries + row * columns.count + first - columns.lowerBound
                    let count = columns.upperBound - first
                    for place in 0..<count { start[place] += shifts[i] + shifts[first + place] }
                    sums.add(row: i, from: first, UnsafeBufferPointer(start: start, count: count))
                }
                withExtendedLifetime((left, right, product)) {}
            }
        }
        return sums
    }
}
