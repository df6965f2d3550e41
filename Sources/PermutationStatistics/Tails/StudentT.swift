internal import Foundation

/// Student's t distribution.
package enum StudentT {
    /// The t > 0 with P(|T| ≤ t) = `level`, by halving, to the last bits that the distribution function has: for intervals mean ± t·SE.
    ///
    /// - Parameters:
    ///   - level: above 0 and below 1; its complement, the two tails together, is known to about 1e-15.
    ///   - degreesOfFreedom: ν ≥ 1, fractions as well; infinite for the normal distribution.
    package static func quantile(level: Double, degreesOfFreedom: Double) -> Double {
        precondition(level > 0 && level < 1 && degreesOfFreedom >= 1, "a level, and degrees of freedom")
        var (low, high) = (0.0, 40.0)
        while within(high, degreesOfFreedom) < level { (low, high) = (high, 2 * high) }
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return middle }
            if within(middle, degreesOfFreedom) < level { low = middle } else { high = middle }
        }
    }

    /// P(|T| ≤ t) for t > 0.
    ///
    /// With y = t²/(ν + t²) and x = 1 - y it is I_y(½, ν/2) = 1 - I_x(ν/2, ½), regularised incomplete beta functions. Both are a factor
    /// times a series of positive terms (DLMF 8.17.8 with Euler's transformation), the better the smaller their argument.
    private static func within(_ t: Double, _ degreesOfFreedom: Double) -> Double {
        guard degreesOfFreedom.isFinite else { return erf(t / 2.0.squareRoot()) }
        let a = degreesOfFreedom / 2
        let ratio = t * t / degreesOfFreedom
        let (y, x) = (ratio / (1 + ratio), 1 / (1 + ratio))
        // xᵃ y^½/B(a, ½)
        let factor = exp(-a * log1p(ratio)) * (y / .pi).squareRoot() * gammaRatio(a)
        return ratio <= 1
            ? 2 * factor * series(y, 1.5, over: a + 0.5) : 1 - factor / a * series(x, a + 1, over: a + 0.5)
    }

    /// F(c, 1; b; z) = Σ (c)_n/(b)_n zⁿ for 0 ≤ z ≤ ½.
    private static func series(_ z: Double, _ b: Double, over c: Double) -> Double {
        var (term, sum, n) = (1.0, 1.0, 0.0)
        // Terms grow as long as (c + n)z > b + n.
        while term > sum * 0x1p-56 || (c + n) * z > b + n {
            term *= (c + n) / (b + n) * z
            sum += term
            n += 1
        }
        return sum
    }

    /// Γ(a + ½)/Γ(a).
    private static func gammaRatio(_ a: Double) -> Double {
        guard a >= 20 else { return tgamma(a + 0.5) / tgamma(a) }
        // The logarithm of the ratio to √a, from Stirling's series (DLMF 5.11.8 with h = ½ and 0); the next term is below 1e-15.
        let square = 1 / (a * a)
        let rest =
            (-1.0 / 8 + square * (1.0 / 192 - square * (1.0 / 640 - square * (17.0 / 14336 - square * 31 / 18432)))) / a
        return a.squareRoot() * exp(rest)
    }
}
