internal import CKernels
package import LinearAlgebra

/// Finds the element of a given rank among the sorted magnitudes of many matrices, without sorting or copying them.
///
/// A radix selection over the bit patterns, whose order is that of the magnitudes: each pass counts the values that share
/// the bits known so far by their next 16 bits. float16 needs one pass, float32 two, float64 four.
package struct MagnitudeSelection {
    /// Bits of a pattern: 16, 32 or 64, the sign's place included and zero.
    private let patternBits: Int
    private var remaining: Int
    private var prefix: UInt64 = 0
    private var knownBits = 0
    /// Four histograms, to be added up: equal values in a row then do not wait for one another.
    private var histograms = [UInt64](repeating: 0, count: 4 << 16)

    /// Looks for the magnitude of rank `rank` (from 0) among matrices of `bits` bits a value; 64 does for mixtures too.
    package init(rank: Int, bits: Int) {
        precondition([16, 32, 64].contains(bits), "features are half, single or double precision")
        remaining = rank
        patternBits = bits
    }

    /// The magnitude, once enough passes have been made over all the matrices.
    package var result: Double? {
        guard knownBits == patternBits else { return nil }
        switch patternBits {
        case 16: return Double(halfToFloat(UInt16(truncatingIfNeeded: prefix)))
        case 32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: prefix)))
        default: return Double(bitPattern: prefix)
        }
    }

    /// Takes in one matrix in the current pass.
    package mutating func count(_ matrix: StoredMatrix) {
        let count = matrix.rows * matrix.columns
        let raw = UnsafeRawPointer(matrix.rawRows(0..<matrix.rows).baseAddress)
        guard count > 0, let raw else { return }
        let shift = UInt32(patternBits - knownBits - 16)
        switch (matrix, patternBits) {
        case (.float16, 16):
            ck_count_patterns16(raw.assumingMemoryBound(to: UInt16.self), count, &histograms)
        case (.float32, 32):
            ck_count_patterns32(raw.assumingMemoryBound(to: UInt32.self), count, shift, prefix, &histograms)
        case (.float64, _):
            ck_count_patterns64(raw.assumingMemoryBound(to: UInt64.self), count, shift, prefix, &histograms)
        default:
            // Narrower values among wider ones are counted as those.
            let row = Matrix<Double>(unwrittenRows: 1, columns: matrix.columns)
            guard let widened = row.elements.baseAddress else { return }
            for i in 0..<matrix.rows {
                matrix.widenRow(i, into: widened)
                let patterns = UnsafeRawPointer(widened).assumingMemoryBound(to: UInt64.self)
                ck_count_patterns64(patterns, matrix.columns, shift, prefix, &histograms)
            }
            row.keepAlive()
        }
    }

    /// Ends a pass: narrows the search to one bin.
    package mutating func endPass() {
        let size = 1 << 16
        for bin in 0..<size {
            let count = Int((0..<4).reduce(0) { $0 + histograms[$1 * size + bin] })
            if remaining < count {
                prefix = prefix << 16 | UInt64(bin)
                break
            }
            remaining -= count
        }
        knownBits += 16
        for bin in histograms.indices { histograms[bin] = 0 }
    }
}
