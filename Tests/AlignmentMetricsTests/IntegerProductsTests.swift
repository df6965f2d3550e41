import CKernels
import SweepTestSupport
import Testing

/// Every form of the integer products that this machine has, against plain sums of integers.
struct IntegerProductsTests {
    private static let strip = Int(CK_INTEGER_STRIP)
    private static let forms = [
        ck_integers_plain, ck_integers_neon, ck_integers_avx_vnni, ck_integers_avx512_vnni,
    ].filter { ck_has_integer_form($0) != 0 }

    /// Rows of integers, and what they are packed into.
    private struct Side {
        let rows: [[Int8]]
        let scales: [Float]
        let packed: [Int8]
        let sums: [UInt32]

        /// Packs `rows`, which lie `gap` values further apart than they are wide, `run` of them at a time.
        init(_ rows: [[Int8]], gap: Int = 0, run: Int = .max, _ generator: inout SeededGenerator) {
            self.rows = rows
            let (count, depth, whole) = (rows.count, rows[0].count, IntegerProductsTests.whole(rows.count))
            scales = (0..<whole).map { $0 < count ? Float.random(in: 0.001..<1, using: &generator) : 0 }
            let values = rows.flatMap { $0 + [Int8](repeating: -128, count: gap) }
            let width = ck_packed_width(depth)
            var packed = [Int8](repeating: 99, count: whole * width)
            var sums = [UInt32](repeating: 99, count: whole)
            values.withUnsafeBufferPointer { values in
                packed.withUnsafeMutableBufferPointer { packed in
                    sums.withUnsafeMutableBufferPointer { sums in
                        guard let from = values.baseAddress, let to = packed.baseAddress, let sum = sums.baseAddress
                        else { return }
                        for first in stride(from: 0, to: count, by: min(run, count)) {
                            ck_pack_integers(
                                from + first * (depth + gap), depth + gap, min(run, count - first), depth,
                                to + first * width, sum + first)
                        }
                    }
                }
            }
            (self.packed, self.sums) = (packed, sums)
        }

        func withRows<Result>(_ body: (ck_packed_rows) -> Result) -> Result {
            packed.withUnsafeBufferPointer { packed in
                scales.withUnsafeBufferPointer { scales in
                    sums.withUnsafeBufferPointer { sums in
                        body(
                            ck_packed_rows(
                                values: packed.baseAddress, scales: scales.baseAddress, sums: sums.baseAddress,
                                count: rows.count))
                    }
                }
            }
        }
    }

    /// As many rows as whole strips have.
    private static func whole(_ count: Int) -> Int { (count + strip - 1) / strip * strip }

    private func integers(_ count: Int, _ depth: Int, _ generator: inout SeededGenerator) -> [[Int8]] {
        (0..<count).map { _ in (0..<depth).map { _ in Int8.random(in: -127...127, using: &generator) } }
    }

    /// The products of two sides in rows of `stride`, of which nothing was there before but `untouched`.
    private func products(
        _ form: ck_integer_form, _ rows: Side, _ columns: Side, upperOnly: Bool = false, stride: Int, untouched: Float
    ) -> [Float] {
        var values = [Float](repeating: untouched, count: Self.whole(rows.rows.count) * stride)
        rows.withRows { a in
            columns.withRows { b in
                ck_integer_products(form, a, b, rows.rows[0].count, upperOnly ? 1 : 0, &values, stride)
            }
        }
        return values
    }

    private func twin(_ a: Side, _ r: Int, _ b: Side, _ c: Int) -> Float {
        let sum = zip(a.rows[r], b.rows[c]).reduce(0) { $0 + Int($1.0) * Int($1.1) }
        return Float(Int32(sum)) * (a.scales[r] * b.scales[c])
    }

    @Test func theBestFormIsOneOfThoseThatAreThere() {
        #expect(Self.forms.first == ck_integers_plain)
        #expect(Self.forms.last == ck_best_integer_form())
    }

    @Test(arguments: [1, 3, 4, 5, 15, 16, 17, 35, 64], [1, 15, 16, 17, 33])
    func rowsLieInterleavedInStrips(_ depth: Int, _ count: Int) {
        var generator = SeededGenerator(seed: UInt64(depth * 100 + count))
        let rows = integers(count, depth, &generator)
        let width = (depth + 3) / 4 * 4
        #expect(ck_packed_width(depth) == width)
        var expected = [Int8](repeating: 0, count: Self.whole(count) * width)
        for i in 0..<count {
            for j in 0..<depth { expected[i / 16 * 16 * width + j / 4 * 64 + i % 16 * 4 + j % 4] = rows[i][j] }
        }
        let sums = rows.map { UInt32(truncatingIfNeeded: $0.reduce(0) { $0 + Int($1) }) }
        for run in [Self.strip, 2 * Self.strip, .max] {
            let side = Side(rows, gap: run % 3, run: run, &generator)
            #expect(side.packed == expected)
            #expect(side.sums == sums + [UInt32](repeating: 0, count: Self.whole(count) - count))
        }
    }

    /// Strips and blocks of all sizes, the widths of columns that are taken at a time among them.
    @Test(
        arguments: [(1, 1), (5, 16), (16, 17), (17, 48), (33, 49), (20, 64), (48, 80), (3, 97)],
        [1, 3, 4, 5, 63, 200])
    func everyFormGivesTheExactProducts(_ shape: (rows: Int, columns: Int), _ depth: Int) {
        var generator = SeededGenerator(seed: UInt64(depth * 10_000 + shape.rows * 100 + shape.columns))
        let a = Side(integers(shape.rows, depth, &generator), &generator)
        let b = Side(integers(shape.columns, depth, &generator), &generator)
        let stride = Self.whole(shape.columns) + 3
        for form in Self.forms {
            let values = products(form, a, b, stride: stride, untouched: -7)
            for r in 0..<Self.whole(shape.rows) {
                for c in 0..<stride {
                    let inUse = r < shape.rows && c < shape.columns
                    let expected = c >= stride - 3 ? -7 : inUse ? twin(a, r, b, c) : 0
                    #expect(values[r * stride + c] == expected, "\(form) at \(r), \(c)")
                }
            }
        }
    }

    /// The largest values of either sign: sums of shifted ones pass 2³¹ from 66,312 on, and sums at 133,144 nearly do.
    @Test(arguments: [1, 64, 66_311, 66_312, 70_000, Int(CK_MOST_INTEGERS)])
    func sumsOfTheLargestValuesAreExact(_ depth: Int) {
        var generator = SeededGenerator(seed: 1)
        func row(_ value: Int8) -> [Int8] { [Int8](repeating: value, count: depth) }
        let mixed = (0..<depth).map { $0 % 2 == 0 ? Int8(127) : -127 }
        let side = Side([row(127), row(-127), mixed, row(1)], &generator)
        for form in Self.forms {
            let values = products(form, side, side, stride: Self.strip, untouched: 0)
            for r in 0..<4 {
                for c in 0..<4 {
                    #expect(values[r * Self.strip + c] == twin(side, r, side, c), "\(form) at \(r), \(c)")
                }
            }
        }
    }

    @Test func whatLiesAboveTheDiagonalIsEnough() {
        var generator = SeededGenerator(seed: 2)
        let count = 150
        let stride = Self.whole(count)
        let side = Side(integers(count, 37, &generator), &generator)
        for form in Self.forms {
            let all = products(form, side, side, stride: stride, untouched: .nan)
            let upper = products(form, side, side, upperOnly: true, stride: stride, untouched: .nan)
            for r in 0..<count {
                for c in 0..<count {
                    #expect(all[r * stride + c] == all[c * stride + r])
                    if r <= c { #expect(upper[r * stride + c] == all[r * stride + c]) }
                }
            }
            #expect(upper[(count - 1) * stride].isNaN, "the lower left corner is not computed")
        }
    }
}
