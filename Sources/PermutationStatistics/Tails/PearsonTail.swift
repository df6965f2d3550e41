internal import Foundation

/// The upper tail of the Pearson type III distribution (a shifted gamma distribution) with a given skewness, which is that of a score under
/// random matchings to a good approximation (Kazi-Aoual et al. 1995; Mielke & Berry 2007, section 2.3).
enum PearsonTail {
    /// P(Z ≥ z) of the distribution with mean 0, deviation 1 and `skewness`, which is the normal one where that is 0.
    ///
    /// With a = 4/γ² it is (G - a)/√a for γ > 0, G a gamma variable of shape a, and the same mirrored for γ < 0.
    static func upper(_ z: Double, skewness: Double) -> Double {
        guard !z.isNaN, !skewness.isNaN else { return .nan }
        // Smaller ones change no digit, and their shape would be no number.
        guard abs(skewness) > 1e-15 else { return 0.5 * erfc(z / 2.0.squareRoot()) }
        let shape = 4 / (skewness * skewness)
        // (a + z√a)/a - 1, for γ < 0 with -z for z: zγ/2 in both cases.
        let excess = z * skewness / 2
        guard excess > -1 else { return skewness > 0 ? 1 : 0 }
        let x = shape * (1 + excess)
        return skewness > 0
            ? IncompleteGamma.upper(shape, excess: excess, x) : IncompleteGamma.lower(shape, excess: excess, x)
    }
}
