internal import Glibc

/// The sign test: whether one of two paired values is the higher one more often than by chance.
package enum SignTest {
    /// The two-sided p of so many pairs in which the first value is higher and so many in which it is lower; ties are left out of both.
    ///
    /// Exact, of independent pairs: min(1, 2·P(B ≥ max(higher, lower))), B binomial of higher + lower trials with probability ½; 1 of no
    /// pairs.
    package static func p(higher: Int, lower: Int) -> Double {
        precondition(higher >= 0 && lower >= 0, "numbers of pairs")
        let count = higher + lower
        func logFactorial(_ n: Int) -> Double { lgamma(Double(n) + 1) }
        let tail = (max(higher, lower)...count).reduce(0.0) { sum, k in
            sum + exp(logFactorial(count) - logFactorial(k) - logFactorial(count - k) - Double(count) * log(2))
        }
        return min(1, 2 * tail)
    }
}
