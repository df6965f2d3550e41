/// The largest eigenvalues of a positive semidefinite float64 matrix and their eigenvectors, by block Lanczos iteration with full
/// reorthogonalisation (Golub & Van Loan, section 10.3.6), and densely where that does not converge.
package struct LeadingEigenpairs {
    /// Eigenvalues, descending.
    package let values: [Double]
    /// For each value how far it may be from an eigenvalue of the matrix: its residual, and what rounding adds to it.
    package let errors: [Double]
    /// Eigenvectors, one a row, in the order of the values; the largest component of each is positive.
    package let vectors: Matrix<Double>
    /// Whether the iteration converged; otherwise LAPACK's dense solver took over.
    package let isIterative: Bool

    /// Rows added to the basis in a step.
    private static let block = 16
    private static let mostSteps = 24
    /// A pair is accepted when ‖Gy - θy‖ is at most this share of θ, or about what rounding leaves behind of the largest.
    private static let tolerance = 0x1p-32
    private static let roundingShare = 0x1p-48
    /// Rounding in products and in LAPACK's solver, as a share of the largest eigenvalue for each row of the matrix.
    private static let roundingOfRow = 0x1p-51

    /// Pairs that have converged, with the norms ‖Gy - θy‖.
    private typealias Found = (values: [Double], residuals: [Double], vectors: Matrix<Double>)

    /// Maps `count` rows of m values each: the product of a symmetric m x m matrix with each of them goes to the second argument.
    package typealias Mapping = (UnsafePointer<Double>, UnsafeMutablePointer<Double>, _ count: Int) -> Void

    /// The `count` largest pairs of `matrix`, of which the upper triangle is read; all of it may be overwritten.
    package init(ofOverwriting matrix: Matrix<Double>, count: Int) throws(LinearAlgebraError) {
        let m = matrix.rows
        var isMirrored = false
        try self.init(
            size: m, count: count,
            map: { rows, images, count in
                if !isMirrored { Self.mirror(matrix) }
                isMirrored = true
                guard let g = matrix.elements.baseAddress else { return }
                Products.plain(rows, g, rows: count, columns: m, depth: m, into: images)
            },
            dense: { matrix })
    }

    /// The `count` largest pairs of the `size` x `size` matrix that `map` applies. Only where that does not converge, or is no saving, does
    /// `dense` make the matrix, of which the upper triangle is read and all overwritten.
    package init(
        size m: Int, count: Int, map: Mapping, dense: () -> Matrix<Double>
    ) throws(LinearAlgebraError) {
        let wanted = min(count, m)
        // A basis that is a good part of the whole space is no saving.
        if m >= 256, wanted <= m / 16,
            let found = try Self.iterate(map, size: m, wanted: wanted)
        {
            values = found.values
            errors = found.residuals.map { $0 + Self.rounding(of: found.values, size: m) }
            vectors = found.vectors
            isIterative = true
        } else {
            let dense = try SymmetricEigenpairs(ofOverwriting: dense(), count: wanted)
            values = dense.values
            errors = dense.values.map { _ in Self.rounding(of: dense.values, size: m) }
            vectors = dense.vectors
            isIterative = false
        }
        Self.fixSigns(vectors)
    }

    private static func rounding(of values: [Double], size: Int) -> Double {
        roundingOfRow * Double(size) * (values.first ?? 0)
    }

    private static func iterate(
        _ map: Mapping, size m: Int, wanted: Int
    ) throws(LinearAlgebraError) -> Found? {
        let capacity = min(m, max(mostSteps * block, 6 * wanted))
        let basis = Matrix<Double>(rows: capacity, columns: m, repeating: 0)
        let images = Matrix<Double>(rows: capacity, columns: m, repeating: 0)
        defer {
            basis.keepAlive()
            images.keepAlive()
        }
        guard let q = basis.elements.baseAddress, let gq = images.elements.baseAddress else { return nil }
        var noise = FixedNoise()
        for position in 0..<(block * m) { q[position] = noise.next() }
        var size = orthonormalize(basis, from: 0, to: block)
        var done = 0
        var nextCheck = 2 * wanted + block
        while size > done {
            map(q + done * m, gq + done * m, size - done)
            done = size
            let isSaturated = done + block > capacity
            if done >= nextCheck || isSaturated {
                if let found = try converged(basis, images, size: done, wanted: wanted) {
                    return mayHideCopies(found) ? nil : found
                }
                // A look costs more than a step: the more there is of the basis, the longer until the next.
                nextCheck = done + max(block, done / 4)
            }
            if isSaturated { return nil }
            // The next block is what the last one was mapped to, less what the basis already spans.
            (q + done * m).update(from: gq + (done - block) * m, count: block * m)
            size = orthonormalize(basis, from: done, to: done + block)
            // Where directions are used up, others keep every block at its size.
            while size > done, size < done + block {
                for position in (size * m)..<((done + block) * m) { q[position] = noise.next() }
                let grown = orthonormalize(basis, from: size, to: done + block)
                if grown == size { return nil }
                size = grown
            }
        }
        return nil
    }

    /// Of an eigenvalue that occurs more often than a block has rows the iteration sees as many copies as rows, and smaller values after
    /// them.
    private static func mayHideCopies(_ found: Found) -> Bool {
        var copies = 1
        for (position, value) in found.values.enumerated().dropFirst() {
            let difference = found.values[position - 1] - value
            let isCopy =
                difference <= found.residuals[position - 1] + found.residuals[position]
                + rounding(of: found.values, size: found.vectors.columns)
            copies = isCopy ? copies + 1 : 1
            if copies >= block { return true }
        }
        return false
    }

    /// The Rayleigh–Ritz pairs of the first `size` rows of `basis`, if the first `wanted` have converged.
    private static func converged(
        _ basis: Matrix<Double>, _ images: Matrix<Double>, size: Int, wanted: Int
    ) throws(LinearAlgebraError) -> Found? {
        let m = basis.columns
        let projected = Matrix<Double>(rows: size, columns: size, repeating: 0)
        let vectors = Matrix<Double>(rows: wanted, columns: m, repeating: 0)
        let mapped = Matrix<Double>(rows: wanted, columns: m, repeating: 0)
        defer {
            projected.keepAlive()
            mapped.keepAlive()
        }
        guard let q = basis.elements.baseAddress, let gq = images.elements.baseAddress,
            let t = projected.elements.baseAddress, let y = vectors.elements.baseAddress,
            let gy = mapped.elements.baseAddress
        else { return nil }
        Products.transposed(q, gq, rows: size, columns: size, depth: m, into: t)
        let ritz = try SymmetricEigenpairs(ofOverwriting: projected, count: wanted)
        guard let s = ritz.vectors.elements.baseAddress else { return nil }
        Products.plain(s, q, rows: wanted, columns: m, depth: size, into: y)
        Products.plain(s, gq, rows: wanted, columns: m, depth: size, into: gy)
        let largest = ritz.values.first ?? 0
        var residuals: [Double] = []
        for row in 0..<wanted {
            var residual = 0.0
            for j in (row * m)..<((row + 1) * m) {
                let difference = gy[j] - ritz.values[row] * y[j]
                residual += difference * difference
            }
            let limit = max(tolerance * ritz.values[row], roundingShare * largest)
            guard residual.squareRoot() <= limit else { return nil }
            residuals.append(residual.squareRoot())
        }
        ritz.vectors.keepAlive()
        return (ritz.values, residuals, vectors)
    }

    /// Makes rows `start` ..< `end` orthonormal to each other and to all before, moving those that are left to the front; returns
    /// where they end.
    private static func orthonormalize(_ basis: Matrix<Double>, from start: Int, to end: Int) -> Int {
        let m = basis.columns
        guard let q = basis.elements.baseAddress else { return start }
        let count = end - start
        let coefficients = Matrix<Double>(rows: count, columns: max(start, 1), repeating: 0)
        defer { coefficients.keepAlive() }
        let before = (start..<end).map { norm(q + $0 * m, count: m) }
        // Twice is enough (Kahan, Parlett).
        for _ in 0..<2 where start > 0 {
            guard let c = coefficients.elements.baseAddress else { break }
            Products.transposed(q + start * m, q, rows: count, columns: start, depth: m, into: c)
            Products.plain(
                c, q, rows: count, columns: m, depth: start, into: q + start * m, scale: -1, accumulates: true)
        }
        var next = start
        for row in start..<end {
            let source = q + row * m
            for _ in 0..<2 {
                for other in start..<next {
                    let along = dot(source, q + other * m, count: m)
                    for j in 0..<m { source[j] -= along * q[other * m + j] }
                }
            }
            let length = norm(source, count: m)
            guard length > 1e-12 * before[row - start] else { continue }
            for j in 0..<m { q[next * m + j] = source[j] / length }
            next += 1
        }
        return next
    }

    private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = count & ~7
        for j in stride(from: 0, to: whole, by: 8) {
            sums +=
                UnsafeRawPointer(a + j).loadUnaligned(as: SIMD8<Double>.self)
                * UnsafeRawPointer(b + j).loadUnaligned(as: SIMD8<Double>.self)
        }
        for j in whole..<count { sums[j & 7] += a[j] * b[j] }
        return sums.sum()
    }

    private static func norm(_ a: UnsafePointer<Double>, count: Int) -> Double { dot(a, a, count: count).squareRoot() }

    private static func mirror(_ matrix: Matrix<Double>) {
        let (n, values) = (matrix.rows, matrix.elements)
        for i in 0..<n { for j in 0..<i { values[i * n + j] = values[j * n + i] } }
    }

    private static func fixSigns(_ vectors: Matrix<Double>) {
        for row in 0..<vectors.rows {
            let values = vectors.row(row)
            var largest = 0.0
            for value in values where value.magnitude > largest.magnitude { largest = value }
            if largest < 0 { for j in values.indices { values[j] = -values[j] } }
        }
    }
}

/// The same numbers between -1 and 1 on every run: a starting block needs to be generic, not random (SplitMix64).
private struct FixedNoise {
    private var state: UInt64 = 0

    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double(Int64(bitPattern: z ^ (z >> 31))) * 0x1p-63
    }
}
