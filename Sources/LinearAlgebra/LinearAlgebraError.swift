/// A failed LAPACK call: its name and its `info` code.
package struct LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The LAPACK routine, such as `dgesdd`.
    package let operation: String
    /// LAPACK's `info`: below zero, the argument of that number is illegal (or holds a NaN); above, no convergence.
    package let code: Int

    package var description: String {
        code < 0
            ? "\(operation): argument \(-code) is illegal or holds a NaN"
            : "\(operation) did not converge (info = \(code))"
    }
}
