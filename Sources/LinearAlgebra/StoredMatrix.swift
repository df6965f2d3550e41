/// A matrix of features in the precision in which its store holds them.
package enum StoredMatrix {
    /// IEEE half precision, as bit patterns.
    case float16(Matrix<UInt16>)
    case float32(Matrix<Float>)
    case float64(Matrix<Double>)

    package var rows: Int {
        switch self {
        case .float16(let matrix): matrix.rows
        case .float32(let matrix): matrix.rows
        case .float64(let matrix): matrix.rows
        }
    }

    package var columns: Int {
        switch self {
        case .float16(let matrix): matrix.columns
        case .float32(let matrix): matrix.columns
        case .float64(let matrix): matrix.columns
        }
    }

    /// The bytes of its values.
    package var byteCount: Int { rawRows(0..<rows).count }

    /// The stored bytes of `range` of the rows.
    package func rawRows(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        switch self {
        case .float16(let matrix): Self.raw(matrix, range)
        case .float32(let matrix): Self.raw(matrix, range)
        case .float64(let matrix): Self.raw(matrix, range)
        }
    }

    /// Writes row `index`, widened without loss, to `destination` (`columns` elements).
    package func widenRow(_ index: Int, into destination: UnsafeMutablePointer<Double>) {
        switch self {
        case .float16(let matrix):
            let row = matrix.row(index)
            for column in 0..<row.count { destination[column] = Double(halfToFloat(row[column])) }
        case .float32(let matrix):
            let row = matrix.row(index)
            for column in 0..<row.count { destination[column] = Double(row[column]) }
        case .float64(let matrix):
            let row = matrix.row(index)
            for column in 0..<row.count { destination[column] = row[column] }
        }
    }

    private static func raw<Element>(_ matrix: Matrix<Element>, _ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(
                rebasing: matrix.elements[(range.lowerBound * matrix.columns)..<(range.upperBound * matrix.columns)]))
    }
}

/// The finite half-precision number with the bit pattern `bits`, exactly.
///
/// Shifts exponent and fraction into place and corrects the exponent's bias by a multiplication, which is exact for
/// subnormal numbers too; unlike a conversion instruction it vectorises on every target.
@inline(__always)
package func halfToFloat(_ bits: UInt16) -> Float {
    let magnitude = Float(bitPattern: UInt32(bits & 0x7FFF) << 13) * 0x1p112
    return Float(bitPattern: magnitude.bitPattern | UInt32(bits & 0x8000) << 16)
}
