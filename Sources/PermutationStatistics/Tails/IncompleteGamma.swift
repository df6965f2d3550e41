internal import Foundation

/// The regularised incomplete gamma functions P(a, x) = γ(a, x)/Γ(a) and Q = 1 - P, each to a relative error of about 1e-13, or 1e-12 where
/// it is less than 1e-20; also where the other one is as good as 1.
enum IncompleteGamma {
    /// Q(a, x) for a > 0 and x ≥ 0.
    static func upper(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        return upper(a, excess: x / a - 1, x)
    }

    /// P(a, x) likewise.
    static func lower(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 0 }
        return lower(a, excess: x / a - 1, x)
    }

    /// Q(a, x) of x = a(1 + μ), with μ = `excess`: what x/a - 1 has lost where a is large is not lost here.
    static func upper(_ a: Double, excess: Double, _ x: Double) -> Double {
        if isUniform(a, excess) {
            let root = scaledRoot(a, excess)
            return 0.5 * erfc(root) + uniformRest(a, excess, root)
        }
        return x > a + 1 ? fraction(a, x) * density(a, excess, x) : 1 - series(a, x) * density(a, excess, x)
    }

    /// P(a, x) likewise.
    static func lower(_ a: Double, excess: Double, _ x: Double) -> Double {
        if isUniform(a, excess) {
            let root = scaledRoot(a, excess)
            return 0.5 * erfc(-root) - uniformRest(a, excess, root)
        }
        return x > a + 1 ? 1 - fraction(a, x) * density(a, excess, x) : series(a, x) * density(a, excess, x)
    }

    /// xᵃe⁻ˣ/Γ(a + 1).
    private static func density(_ a: Double, _ excess: Double, _ x: Double) -> Double {
        guard a >= leastLarge else { return pow(x, a) * exp(-x) / tgamma(a + 1) }
        // Stirling: Γ(a + 1) = √(2πa) (a/e)ᵃ Γ*(a), whose logarithm is off by less than 1e-14 (DLMF 5.11.1).
        let square = 1 / (a * a)
        let correction =
            (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188)))) / a
        return exp(a * logarithmLess(excess) - correction) / (2 * .pi * a).squareRoot()
    }

    /// P(a, x)/density = Σ xⁿ/((a + 1)…(a + n)) (DLMF 8.7.1).
    private static func series(_ a: Double, _ x: Double) -> Double {
        var (term, sum, divisor) = (1.0, 1.0, a)
        while term > sum * 0x1p-54 {
            divisor += 1
            term *= x / divisor
            sum += term
        }
        return sum
    }

    /// Q(a, x)/density, a times the continued fraction 1/(x + 1 - a - 1(1 - a)/(x + 3 - a - 2(2 - a)/(x + 5 - a - …))) (DLMF 8.9.2), by
    /// Lentz's method as Thompson & Barnett 1986 have it.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var (numerator, denominator) = (1 / least, 1 / b)
        var value = denominator
        for step in 1...100_000 {
            let term = -Double(step) * (Double(step) - a)
            b += 2
            denominator = 1 / apartFromZero(term * denominator + b)
            numerator = apartFromZero(b + term / numerator)
            let factor = numerator * denominator
            value *= factor
            if abs(factor - 1) < 0x1p-52 { break }
        }
        return a * value
    }

    private static let least = 1e-300

    private static func apartFromZero(_ value: Double) -> Double { abs(value) < least ? least : value }
}

/// Near x = a of large a, where series and fraction take about √a terms, the uniform expansion of Temme 1979 (DLMF 8.12):
/// Q = erfc(η√(a/2))/2 + R, P = erfc(-η√(a/2))/2 - R with η²/2 = μ - ln(1 + μ), η of the sign of μ, R = e^{-aη²/2}/√(2πa) S(η).
extension IncompleteGamma {
    /// Below it series and fraction are short.
    fileprivate static let leastLarge = 12.0

    fileprivate static func isUniform(_ a: Double, _ excess: Double) -> Bool {
        a >= leastLarge && excess > -0.6 && excess < 1.2
    }

    /// η√(a/2).
    fileprivate static func scaledRoot(_ a: Double, _ excess: Double) -> Double {
        let root = (a * -logarithmLess(excess)).squareRoot()
        return excess < 0 ? -root : root
    }

    /// R. S(η) = Σ β_m ηᵐ/(1 + β_1/a), β by the recursion β_{m-1} = f_m + (m + 1) β_{m+1}/a downward from β = f, f_m the coefficients of
    /// η/μ (Temme 1987; Gil, Segura & Temme 2012, section 2.4).
    fileprivate static func uniformRest(_ a: Double, _ excess: Double, _ scaledRoot: Double) -> Double {
        let eta = scaledRoot / (a / 2).squareRoot()
        let sum = coefficients.withUnsafeBufferPointer { f in
            var (higher, current) = (f[termCount], f[termCount - 1])
            var first = 0.0
            // Horner's rule as the coefficients come, from the last.
            var sum = higher * eta + current
            for m in stride(from: termCount - 2, through: 1, by: -1) {
                let next = f[m] + Double(m + 1) * higher / a
                (higher, current) = (current, next)
                if m == 2 { first = next }
                sum = sum * eta + next
            }
            return sum / (1 + first / a)
        }
        return exp(-scaledRoot * scaledRoot) / (2 * .pi * a).squareRoot() * sum
    }

    private static let termCount = 26

    /// f_0 … f_26. μ(η) = η + η²/3 + η³/36 - … follows from μ μ' = η(1 + μ).
    private static let coefficients: [Double] = {
        var excess = [0.0, 1.0]
        for power in 2...(termCount + 1) {
            var sum = excess[power - 1]
            for other in stride(from: 2, to: power, by: 1) {
                sum -= excess[other] * Double(power + 1 - other) * excess[power + 1 - other]
            }
            excess.append(sum / Double(power + 1))
        }
        var quotient = [1.0]
        for power in 1...termCount {
            quotient.append((1...power).reduce(0.0) { $0 - excess[$1 + 1] * quotient[power - $1] })
        }
        return quotient
    }()

    /// ln(1 + μ) - μ, without the cancellation that small μ bring.
    static func logarithmLess(_ excess: Double) -> Double {
        guard abs(excess) < 0.5 else { return log1p(excess) - excess }
        // With r = μ/(2 + μ), ln(1 + μ) = 2 artanh r and 2r - μ = -rμ.
        let ratio = excess / (2 + excess)
        let square = ratio * ratio
        var (power, sum, divisor) = (square, 0.0, 3.0)
        while power / divisor > sum * 0x1p-55 {
            sum += power / divisor
            power *= square
            divisor += 2
        }
        return ratio * (2 * sum - excess)
    }
}
