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
            check(values, magnitude: { $0 & 0x7FFF }, infinity: 0x7C00, isNegative: { $0 & 0x8000 != 0 })
        case .float32(let values):
            check(
                values, magnitude: { $0.bitPattern & 0x7FFF_FFFF }, infinity: 0x7F80_0000,
                isNegative: { $0.sign == .minus })
        case .float64(let values):
            check(
                values, magnitude: { $0.bitPattern & 0x7FFF_FFFF_FFFF_FFFF }, infinity: 0x7FF0_0000_0000_0000,
                isNegative: { $0.sign == .minus })
        }
    }

    /// The bit pattern of a magnitude is at least infinity's where the value is not finite, and zero where it is zero.
    @inline(__always)
    private static func check<Element, Bits: FixedWidthInteger>(
        _ matrix: Matrix<Element>, magnitude: (Element) -> Bits, infinity: Bits, isNegative: (Element) -> Bool
    ) -> Findings {
        var findings = Findings()
        for i in 0..<matrix.rows {
            let row = matrix.row(i)
            var largest: Bits = 0
            for value in row { largest = max(largest, magnitude(value)) }
            if largest == 0 { findings.zeroRows.append(i) }
            if largest >= infinity, let column = row.firstIndex(where: { magnitude($0) >= infinity }) {
                // Of the patterns from infinity up, only the first is an infinity.
                let isInfinite = magnitude(row[column]) == infinity
                let found = isNegative(row[column]) ? -Double.infinity : .infinity
                findings.notFinite = (i, column, isInfinite ? found : .nan)
                return findings
            }
        }
        return findings
    }
}
