import CKernels
import SweepTestSupport
import Testing

/// The C kernels against their plain twins, bit for bit: lengths around the vectors' own.
struct FeatureRowKernelsTests {
    private static let lengths = [0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 1000]

    private func values(_ count: Int, seed: Int) -> [Double] {
        var generator = SeededGenerator(seed: UInt64(seed))
        return (0..<count).map { _ in generator.normal() }
    }

    @Test(arguments: lengths, [0, 0.4, Double.infinity])
    func clippingWidensClampsAndCounts(_ count: Int, _ limit: Double) {
        let halves = (0..<count).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }.map {
            $0 & 0x7C00 == 0x7C00 ? $0 & 0x83FF : $0
        }
        let singles = values(count, seed: 1).map { Float($0) }
        let doubles = values(count, seed: 2)
        func check(_ plain: [Double], _ clip: (UnsafeMutablePointer<Double>) -> Int) {
            var row = [Double](repeating: .nan, count: count + 1)
            #expect(clip(&row) == plain.count { $0.magnitude > limit })
            #expect(
                row.dropLast().map(\.bitPattern) == plain.map { min(max($0, -limit), limit).bitPattern } || limit == 0)
            #expect(zip(row, plain).allSatisfy { $0 == min(max($1, -limit), limit) })
            #expect(row[count].isNaN)
        }
        check(halves.map { Double(Float16(bitPattern: $0)) }) { ck_clip_float16(halves, count, limit, $0) }
        check(singles.map { Double($0) }) { ck_clip_float32(singles, count, limit, $0) }
        check(doubles) { ck_clip_float64(doubles, count, limit, $0) }
    }

    @Test func everyHalfPrecisionNumberIsWidenedExactly() {
        let patterns = (UInt16.min...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
        var row = [Double](repeating: 0, count: patterns.count)
        #expect(ck_clip_float16(patterns, patterns.count, .infinity, &row) == 0)
        #expect(row.map(\.bitPattern) == patterns.map { Double(Float16(bitPattern: $0)).bitPattern })
    }

    @Test(arguments: lengths)
    func rowsAreDividedAddedAndCentred(_ count: Int) {
        let (row, means) = (values(count, seed: 3), values(count, seed: 4))
        var divided = row
        ck_divide(&divided, count, 3.7)
        #expect(divided == row.map { $0 / 3.7 })
        for divisor in [1, 0.3] {
            var sums = means
            ck_add_quotients(row, count, divisor, &sums)
            #expect(sums == zip(means, row).map { $0 + $1 / divisor })
        }
        var sums = means
        ck_add_differences(row, means, count, &sums)
        #expect(sums == zip(means, row).map { $0 + ($1 - $0) })
        var centred = [Float](repeating: .nan, count: count)
        ck_centre(row, means, 0.125, count, &centred)
        #expect(centred == zip(row, means).map { Float(($0 - $1) * 0.125) })
    }

    /// Rows of a layer lie anywhere in memory.
    @Test(arguments: lengths)
    func productsOfSeveralRowsHaveTheBitsOfOne(_ count: Int) {
        let a = values(count, seed: 5)
        let others = (6..<10).map { values(count + 1, seed: $0) }
        var results = [Double](repeating: .nan, count: 4)
        func product(_ rows: [UnsafePointer<Double>?]) {
            if rows.count == 4 { return ck_dot4(a, rows, count, &results) }
            others[rows.count].withUnsafeBufferPointer { other in product(rows + [other.baseAddress.map { $0 + 1 }]) }
        }
        product([])
        #expect(results == others.map { ck_dot(a, Array($0.dropFirst()), count) })
        let means = values(count, seed: 11)
        let centred = zip(a, means).map { $0 - $1 }
        var found = [Double](repeating: .nan, count: 3)
        ck_centred_products(a, means, 0.7, count, &found)
        #expect(Array(found[..<2]) == [ck_dot(centred, centred, count), ck_dot(centred, means, count)])
        let beyond = zip(centred, means).reduce(0) { $0 + ($1.0.magnitude > 0.7 * $1.1.magnitude ? $1.0 * $1.0 : 0) }
        #expect(abs(found[2] - beyond) <= 1e-12 * beyond)
        ck_centred_products(a, a, 0.7, count, &found)
        #expect(found == [0, 0, 0])
        var differences = [Double](repeating: .nan, count: count + 1)
        ck_differences(a, means, count, &differences)
        #expect(differences.dropLast() == centred[...] && differences[count].isNaN)
        #expect(ck_squared_distance(a, means, count) == ck_dot(centred, centred, count))
        ck_multiply(&differences, count, 0.25)
        #expect(differences.dropLast().elementsEqual(centred.map { $0 * 0.25 }))
    }
}
