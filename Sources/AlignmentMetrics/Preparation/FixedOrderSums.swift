internal import CKernels

/// Sums of float64 in an order that depends on the length alone, so that every host gets the same bits.
///
/// Eight running sums take elements 0, 8, 16 …, 1, 9, 17 … and so on, and are then added pairwise. Products are rounded
/// before they are added: never contracted to a fused multiply-add.
enum FixedOrderSums {
    /// Σ a_i b_i over `count` elements.
    @inline(__always)
    static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Double {
        ck_dot(a, b, count)
    }

    /// Σ a_i².
    static func squares(_ values: [Double]) -> Double {
        values.withUnsafeBufferPointer { values in
            values.baseAddress.map { dot($0, $0, count: values.count) } ?? 0
        }
    }
}
