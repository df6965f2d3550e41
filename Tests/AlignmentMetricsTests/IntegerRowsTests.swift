import CKernels
import SweepTestSupport
import Testing

/// Rows as integers against their plain twins, and the bounds on what is lost against sums of twice the digits.
struct IntegerRowsTests {
    private static let lengths = [1, 2, 3, 5, 7, 8, 9, 16, 31, 64, 100, 256, 777]

    /// Rows of every kind that is hard on the bounds.
    private enum Kind: CaseIterable {
        case normal, outlier, signs, ties, wideRange, constant, fading, tiny, zero
    }

    private func row(_ kind: Kind, _ count: Int, _ generator: inout SeededGenerator) -> [Double] {
        (0..<count).map { j in
            let normal = generator.normal()
            switch kind {
            case .normal: return normal
            case .outlier: return j == count / 2 ? 1000 : normal
            case .signs: return normal < 0 ? -1 : 1
            // With 127 as the first one, the unit is 1 and these lie halfway.
            case .ties: return j == 0 ? 127 : Double(Int.random(in: -127..<127, using: &generator)) + 0.5
            case .wideRange: return normal * Double(sign: .plus, exponent: -(j * 7 % 300), significand: 1)
            case .constant: return 1 / 3
            case .fading: return normal * 0x1p-115
            case .tiny: return normal * 0x1p-560
            case .zero: return 0
            }
        }
    }

    private struct Quantised {
        let facts: ck_quantised
        let integers: [Int8]
    }

    private func quantised(
        _ row: [Double], _ means: [Double], scale: Double = 1, rounding: Double = 0
    ) -> Quantised {
        var integers = [Int8](repeating: -128, count: row.count + 1)
        let facts = ck_quantise(row, means, scale, rounding, row.count, &integers)
        #expect(integers.removeLast() == -128)
        return Quantised(facts: facts, integers: integers)
    }

    @Test(arguments: lengths)
    func valuesAreRoundedToTheNearestInteger(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for kind in Kind.allCases {
            let means = kind == .normal ? row(.normal, count, &generator) : [Double](repeating: 0, count: count)
            let row = row(kind, count, &generator)
            let found = quantised(row, means, scale: 0.25)
            let centred = zip(row, means).map { ($0 - $1) * 0.25 }
            let unit = Float((centred.map(\.magnitude).max() ?? 0) / 127)
            #expect(found.facts.scale == (unit.isNormal ? unit : 0), "\(kind)")
            let inverse = unit.isNormal ? 1 / Double(unit) : 0
            let expected = centred.map { Int8(min(max(($0 * inverse).rounded(.toNearestOrEven), -127), 127)) }
            #expect(found.integers == expected, "\(kind)")
        }
    }

    @Test(arguments: lengths)
    func normsAreBoundsAndNoMore(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for kind in Kind.allCases {
            let means = row(kind == .tiny || kind == .zero ? kind : .normal, count, &generator)
            let row = row(kind, count, &generator)
            let found = quantised(row, means, scale: 0.5)
            var (norm, rest) = (LongSum(), LongSum())
            for j in 0..<count {
                // s q is exact.
                let part = Double(found.facts.scale) * Double(found.integers[j])
                norm.addSquare(of: (part, 0))
                let centred = LongSum.difference(row[j], means[j])
                let difference = LongSum.difference(centred.high * 0.5, part)
                rest.addSquare(of: (difference.high, difference.low + centred.low * 0.5))
            }
            #expect(norm.isAtMost(squareOf: found.facts.norm), "\(kind)")
            #expect(rest.isAtMost(squareOf: found.facts.rest), "\(kind)")
            #expect(found.facts.norm <= norm.value.squareRoot() * (1 + 1e-14), "\(kind)")
            let whole = norm.value.squareRoot() + rest.value.squareRoot()
            #expect(
                found.facts.rest <= rest.value.squareRoot() * (1 + 1e-12) + whole * 1e-15 + 0x1p-499, "\(kind)")
        }
    }

    @Test func rowsWithoutAUnitAreAllRest() {
        let zeros = [Double](repeating: 0, count: 20)
        let zero = quantised(zeros, zeros)
        #expect(zero.facts.scale == 0 && zero.facts.norm == 0 && zero.facts.rest == 0)
        #expect(zero.integers.allSatisfy { $0 == 0 })
        // Around the smallest unit that is a normal number, and where squares are zero.
        let smallest = Double(Float.leastNormalMagnitude) * 127
        for (value, isKept) in [
            (smallest, true), (smallest * 0.999, false), (0x1p-600, false), (Double.leastNonzeroMagnitude, false),
        ] {
            var row = zeros
            row[19] = value
            let found = quantised(row, zeros)
            #expect((found.facts.scale != 0) == isKept && (found.integers[19] == 127) == isKept)
            #expect(isKept || (found.facts.norm == 0 && found.facts.rest >= value))
        }
    }

    /// What the products of integers miss is within the bound, and can come near to it: the rests of two rows may be parallel.
    @Test(arguments: lengths)
    func productsAreWithinTheBound(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let means = [Double](repeating: 0, count: count)
        var rows = Kind.allCases.flatMap { kind in (0..<2).map { _ in row(kind, count, &generator) } }
        // The largest value gives the unit 1, and all others lie 0.4 above an integer.
        rows += [1, 2, 2].map { step in (0..<count).map { $0 == count - 1 ? 127 : Double($0 % step) + 0.4 } }
        let all = rows.map { quantised($0, means) }
        var worst = 0.0
        for (x, a) in zip(rows, all) {
            for (y, b) in zip(rows, all) {
                var miss = LongSum()
                for (value, other) in zip(x, y) { miss.addProduct(value, other) }
                let product = zip(a.integers, b.integers).reduce(0) { $0 + Int($1.0) * Int($1.1) }
                miss.add(-Double(Float(product) * (a.facts.scale * b.facts.scale)))
                let bound =
                    a.facts.norm * b.facts.rest + a.facts.rest * b.facts.norm + a.facts.rest * b.facts.rest
                    + 0x1p-22 * a.facts.norm * b.facts.norm + Double(count) * 0x1p-135
                #expect(miss.value.magnitude <= bound)
                if bound > 1e-30 { worst = max(worst, miss.value.magnitude / bound) }
            }
        }
        #expect(count < 16 || worst > 0.3)
    }

    /// The same operations one value at a time.
    private func hadamardTwin(_ row: [Double]) -> [Double] {
        guard !row.isEmpty else { return [] }
        var values = row
        var generator = SeededGenerator(seed: 0)
        let size = 1 << (Int.bitWidth - 1 - row.count.leadingZeroBitCount)
        let signs = (0..<(2 * size + 63) / 64).map { _ in generator.next() }
        let share = (1 / Double(size)).squareRoot()
        let starts = size == row.count ? [0] : [0, row.count - size]
        for (pass, first) in starts.enumerated() {
            for j in 0..<size {
                let bit = pass * size + j
                values[first + j] *= signs[bit / 64] >> (bit % 64) & 1 == 1 ? -share : share
            }
            for step in 0..<size.trailingZeroBitCount {
                for j in first..<first + size where (j - first) >> step & 1 == 0 {
                    let (a, b) = (values[j], values[j + (1 << step)])
                    values[j] = a + b
                    values[j + (1 << step)] = a - b
                }
            }
        }
        return values
    }

    private func transformed(_ row: [Double]) -> [Double] {
        var row = row + [42]
        ck_hadamard(&row, row.count - 1)
        #expect(row.removeLast() == 42)
        return row
    }

    @Test(arguments: [0] + lengths + [24, 32, 128, 384, 512, 1000])
    func hadamardIsItsTwinBitForBit(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for kind in [Kind.normal, .outlier, .wideRange] {
            let row = row(kind, count, &generator)
            #expect(transformed(row) == hadamardTwin(row))
        }
    }

    /// Rounding aside, norms and inner products of rows stay what they were.
    @Test(arguments: lengths)
    func hadamardIsOrthogonal(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let rows = [Kind.normal, .normal, .outlier, .signs, .constant, .zero].map { row($0, count, &generator) }
        let images = rows.map { transformed($0) }
        let rounding = ck_hadamard_rounding(count)
        #expect(rounding > 0 && rounding < 30 * 0x1p-53)
        for (x, tx) in zip(rows, images) {
            for (y, ty) in zip(rows, images) {
                var (difference, xx, yy) = (LongSum(), LongSum(), LongSum())
                for j in 0..<count {
                    difference.addProduct(tx[j], ty[j])
                    difference.addProduct(-x[j], y[j])
                    xx.addProduct(x[j], x[j])
                    yy.addProduct(y[j], y[j])
                }
                let norms = (xx.value * yy.value).squareRoot()
                #expect(difference.value.magnitude <= rounding * (2 + rounding) * norms * (1 + 1e-12))
            }
        }
    }

    /// One value lands on more than half of the row, whichever it is, and so an outlier costs others little.
    @Test(arguments: [64, 100, 384, 576, 768, 777, 1000])
    func hadamardSpreadsSingleValues(_ count: Int) {
        for j in 0..<count {
            var unit = [Double](repeating: 0, count: count)
            unit[j] = 1
            let image = transformed(unit)
            #expect((image.map(\.magnitude).max() ?? 1) < 5 / Double(count).squareRoot())
        }
        var generator = SeededGenerator(seed: UInt64(count))
        let (row, means) = (row(.outlier, count, &generator), [Double](repeating: 0, count: count))
        let spread = quantised(transformed(row), means, rounding: ck_hadamard_rounding(count))
        #expect(spread.facts.rest < quantised(row, means).facts.rest / 2)
    }

    /// What the features are known to be off by is within the bound on the rest.
    @Test func roundingBeforeIsWithinTheRest() {
        let (row, means) = ([3.0, 4, 127], [0.0, 0, 0])
        let (exact, rough) = (quantised(row, means), quantised(row, means, rounding: 0x1p-27))
        let norm = (9.0 + 16 + 127 * 127).squareRoot()
        #expect(exact.facts.rest < 1e-12 * norm)
        #expect(rough.facts.rest >= 0x1p-27 * norm && rough.facts.rest < 0x1p-27 * norm * (1 + 1e-6))
    }
}

/// A sum of float64 numbers with twice their digits.
private struct LongSum {
    private var (high, low) = (0.0, 0.0)

    var value: Double { high + low }

    /// a - b exactly: its nearest number and the rest.
    static func difference(_ a: Double, _ b: Double) -> (high: Double, low: Double) {
        let high = a - b
        let part = high - a
        return (high, (a - (high - part)) - (b + part))
    }

    mutating func add(_ number: Double) {
        let sum = LongSum.difference(high, -number)
        (high, low) = (sum.high, low + sum.low)
    }

    mutating func addProduct(_ a: Double, _ b: Double) {
        add(a * b)
        low += (-(a * b)).addingProduct(a, b)
    }

    /// Adds (high + low)².
    mutating func addSquare(of number: (high: Double, low: Double)) {
        addProduct(number.high, number.high)
        addProduct(2 * number.high, number.low)
    }

    func isAtMost(squareOf bound: Double) -> Bool {
        var difference = self
        difference.addProduct(-bound, bound)
        return difference.value <= 0
    }
}
