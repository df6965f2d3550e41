/// A statistic with the number of observations that went into it, or why there is none.
package struct Estimate<Value: Sendable>: Sendable {
    /// Nil where the observations do not determine it.
    package let value: Value?
    /// The number of complete observations n.
    package let n: Int
    /// Why there is no value; nil where there is one.
    package let reason: String?

    package init(_ value: Value, n: Int) {
        self.value = value
        self.n = n
        reason = nil
    }

    /// No value, for a reason told to a person.
    package init(none reason: String, n: Int) {
        value = nil
        self.n = n
        self.reason = reason
    }

    func map<Other: Sendable>(_ transform: (Value) -> Other) -> Estimate<Other> {
        if let value { return Estimate<Other>(transform(value), n: n) }
        return Estimate<Other>(none: reason ?? "", n: n)
    }
}

extension Estimate: Equatable where Value: Equatable {}
