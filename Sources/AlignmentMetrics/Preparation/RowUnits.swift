/// The powers of two that the rows of a layer are multiplied by, so that squares and products of their values stay within the range of
/// float64 whatever unit they were stored in: 0 for all but extreme values. Nothing is lost by it, since only exponents change.
package struct RowUnits {
    /// That of every row, where rows are not normalised.
    let common: Int
    /// One for each row that is normalised; empty while all are 0.
    private var own: [Int16] = []

    /// Exponents of the largest row of a layer that need no other unit: fourth powers of its values, and sums of many, are numbers.
    private static let ordinary = -100...100
    /// The largest exponent of rows of whose products with one another fourth powers, and of whose own squares sums, are numbers.
    private static let (wide, widest) = (240, 480)

    /// The power of two by which all rows of a layer have to be multiplied, whose norms have these exponents; nil for none.
    ///
    /// The largest row comes to 1, unless products of most of the others with one another, or with the least, would then be too small for
    /// float64: it may be larger then.
    static func missing(_ exponents: [Int]) -> Int? {
        guard let largest = exponents.max(), let least = exponents.min() else { return nil }
        var others = exponents
        let median = selectLargest(rank: others.count / 2, of: &others)
        let distance = largest - median
        let wanted = max(min(distance - wide, wide), distance - widest, largest - 500 - (median + least) / 2, 0)
        let excess = min(wanted, widest)
        let unit = excess - largest
        return excess == 0 && ordinary.contains(largest) || unit == 0 ? nil : unit
    }

    init(common: Int) { self.common = common }

    /// That of row `i`.
    subscript(i: Int) -> Int { own.isEmpty ? common : Int(own[i]) }

    /// Sets the unit of row `i` of `count`.
    mutating func set(_ unit: Int, ofRow i: Int, of count: Int) {
        if own.isEmpty, unit != 0 { own = [Int16](repeating: 0, count: count) }
        if !own.isEmpty { own[i] = Int16(clamping: unit) }
    }

    /// What products of two rows are multiplied by, beside what they are in the stored unit.
    var productScale: Double { Double(sign: .plus, exponent: 2 * common, significand: 1) }
}

/// The Euclidean norm of a row, whose squares may be beyond the range of float64.
struct RowLength {
    /// The power of two that the row is to be multiplied by, so that its squares are not: 0 where they are not anyway.
    let unit: Int
    /// The norm once it is.
    let scaled: Double

    /// The norm of the row as it is; infinite where that is no number.
    var value: Double { scaled * Double(sign: .plus, exponent: -unit, significand: 1) }
    /// The norm's exponent, of the row as it is.
    var exponent: Int { Int(scaled.exponent) - unit }

    /// The largest and the least sum of squares of which neither the largest nor any that counts is lost.
    private static let safe = 0x1p-700...0x1p700

    /// That of a row of zeros.
    static var zero: RowLength { RowLength(unit: 0, scaled: 0) }

    private init(unit: Int, scaled: Double) {
        self.unit = unit
        self.scaled = scaled
    }

    init(_ row: UnsafePointer<Double>, count: Int) {
        let square = FixedOrderSums.dot(row, row, count: count)
        guard !Self.safe.contains(square) else {
            (unit, scaled) = (0, square.squareRoot())
            return
        }
        let largest = (0..<count).reduce(0.0) { max($0, row[$1].magnitude) }
        guard largest > 0 else {
            (unit, scaled) = (0, 0)
            return
        }
        let unit = -Int(largest.exponent)
        let copy = UnsafeMutablePointer<Double>.allocate(capacity: count)
        defer { copy.deallocate() }
        copy.update(from: row, count: count)
        copy.multiply(count: count, byPowerOfTwo: unit)
        self.unit = unit
        scaled = FixedOrderSums.dot(copy, copy, count: count).squareRoot()
    }
}
