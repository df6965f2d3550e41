/// Sums of float64 in an order that depends on the length alone, so that every host gets the same bits.
///
/// Eight running sums take elements 0, 8, 16 …, 1, 9, 17 … and so on, and are then added pairwise. Products are rounded
/// before they are added: never contracted to a fused multiply-add.
enum FixedOrderSums {
    /// Σ a_i b_i over `count` elements.
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
        var sums = SIMD8<Double>.zero
        let whole = count & ~7
        var i = 0
        while i < whole {
            let x = UnsafeRawPointer(a + i).loadUnaligned(as: SIMD8<Double>.self)
            let y = UnsafeRawPointer(b + i).loadUnaligned(as: SIMD8<Double>.self)
            let product = x * y
            sums += product
            i += 8
        }
        var lane = 0
        while i < count {
            let product = a[i] * b[i]
            sums[lane] += product
            i += 1
            lane += 1
        }
        let four = sums.lowHalf + sums.highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1]
    }
}
