internal import CKernels
internal import LinearAlgebra

/// One look at every value of a layer.
enum LayerValues {
    struct Findings {
        /// The first value that is infinite or no number.
        var notFinite: (row: Int, column: Int, value: Double)?
        /// Rows in which every value is zero.
        var zeroRows: [Int] = []
    }

    static func check(_ matrix: StoredMatrix) -> Findings {
        switch matrix {
        case .float16(let values):
            check(values, infinity: 0x7C00, bits: { $0 }) { ck_largest_magnitude16($0, values.columns) }
        case .float32(let values):
            check(values, infinity: 0x7F80_0000, bits: \.bitPattern) { row in
                row.withMemoryRebound(to: UInt32.self, capacity: values.columns) {
                    ck_largest_magnitude32($0, values.columns)
                }
            }
        case .float64(let values):
            check(values, infinity: 0x7FF0_0000_0000_0000, bits: \.bitPattern) { row in
                row.withMemoryRebound(to: UInt64.self, capacity: values.columns) {
                    ck_largest_magnitude64($0, values.columns)
                }
            }
        }
    }

    /// The bit pattern of a magnitude is at least infinity's where the value is not finite, and zero where it is zero.
    private static func check<Element, Bits: FixedWidthInteger & UnsignedInteger>(
        _ matrix: Matrix<Element>, infinity: Bits, bits: (Element) -> Bits,
        largestMagnitude: (UnsafePointer<Element>) -> Bits
    ) -> Findings {
        var findings = Findings()
        for i in 0..<matrix.rows {
            let row = matrix.row(i)
            guard let start = row.baseAddress else { continue }
            let largest = largestMagnitude(start)
            if largest == 0 { findings.zeroRows.append(i) }
            guard largest >= infinity else { continue }
            let sign = Bits(1) << (Bits.bitWidth - 1)
            guard let column = row.firstIndex(where: { bits($0) & ~sign >= infinity }) else { continue }
            // Of the patterns from infinity up, only the first is an infinity.
            let isInfinite = bits(row[column]) & ~sign == infinity
            let found = bits(row[column]) & sign != 0 ? -Double.infinity : .infinity
            findings.notFinite = (i, column, isInfinite ? found : .nan)
            return findings
        }
        return findings
    }
}
