internal import Foundation

/// A world of n discrete events: how often any two of them happen together, P(a, b), symmetric (Huh et al. 2024, section 4.1).
package struct World: Sendable {
    package let kind: WorldKind
    /// P(a, b), n x n; sums to 1.
    package let joint: PairValues
    /// How many events.
    package var count: Int { joint.count }
    /// P(a) (n).
    package var marginals: [Double] { joint.rowSums }

    package init(_ kind: WorldKind, joint: PairValues) {
        self.kind = kind
        self.joint = joint
    }

    /// PMI(a, b) = log P(a, b)/(P(a) P(b)), minus infinity for events that never happen together.
    package var pmi: PairValues { Self.pmi(of: joint) }

    /// The PMI of any joint distribution.
    package static func pmi(of joint: PairValues) -> PairValues {
        let marginals = joint.rowSums
        return PairValues(count: joint.count) { a, b in
            joint[a, b] > 0 ? log(joint[a, b] / (marginals[a] * marginals[b])) : -.infinity
        }
    }
}
