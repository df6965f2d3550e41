internal import Foundation
internal import LinearAlgebra

/// A loss that tells pairs that happened together from pairs that are drawn apart, as its expectation over all pairs of events.
///
/// Of scores s_ab = ⟨f(a), f(b)⟩ (+ a bias, for binary NCE), both are least where s is the PMI up to an offset, if a table can give it.
package enum ContrastiveLoss: String, Sendable, CaseIterable {
    /// -Σ P(a, b) log σ(s_ab) - Σ P(a) P(b) log σ(-s_ab) (Gutmann & Hyvärinen 2010): least at s = PMI.
    case binaryNCE = "binary_nce"
    /// -Σ P(a, b) [s_ab - log Σ_c P(c) exp s_ac] (van den Oord et al. 2018, of infinitely many negatives): least at s_ab = PMI + any c(a).
    case infoNCE = "info_nce"

    package var title: String {
        switch self {
        case .binaryNCE: "binary NCE"
        case .infoNCE: "InfoNCE"
        }
    }

    /// Whether the scores have a bias beside the kernel. InfoNCE does not see one.
    var hasBias: Bool { self == .binaryNCE }

    /// Writes ∂loss/∂s_ab to `gradient` (n x n), and returns its sum, the derivative by the bias.
    /// - Parameters:
    ///   - scores: s (n x n); overwritten.
    ///   - joint: P(a, b) (n x n).
    ///   - marginals: P(a) (n).
    func differentiate(
        _ scores: UnsafeMutableBufferPointer<Double>, joint: [Double], marginals: [Double],
        into gradient: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        switch self {
        case .binaryNCE: Self.binary(scores, joint, marginals, gradient)
        case .infoNCE: Self.info(scores, joint, marginals, gradient)
        }
    }

    private static func binary(
        _ scores: UnsafeMutableBufferPointer<Double>, _ joint: [Double], _ marginals: [Double],
        _ gradient: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let n = marginals.count
        var sum = 0.0
        for a in 0..<n {
            for b in 0..<n {
                let position = a * n + b
                let together = joint[position]
                // (P + Q) σ(s) - P, of Q = P(a) P(b).
                let value =
                    (together + marginals[a] * marginals[b]) / (1 + exp(-scores[position])) - together
                gradient[position] = value
                sum += value
            }
        }
        return sum
    }

    private static func info(
        _ scores: UnsafeMutableBufferPointer<Double>, _ joint: [Double], _ marginals: [Double],
        _ gradient: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let n = marginals.count
        for a in 0..<n {
            let row = UnsafeMutableBufferPointer(rebasing: scores[(a * n)..<((a + 1) * n)])
            let largest = row.max() ?? 0
            var sum = 0.0
            for b in 0..<n {
                row[b] = marginals[b] * exp(row[b] - largest)
                sum += row[b]
            }
            let share = marginals[a] / sum
            for b in 0..<n { gradient[a * n + b] = share * row[b] - joint[a * n + b] }
        }
        return 0
    }

    /// The loss itself.
    package func value(_ scores: PairValues, joint: PairValues) -> Double {
        let (n, marginals) = (joint.count, joint.rowSums)
        var loss = 0.0
        for a in 0..<n {
            switch self {
            case .binaryNCE:
                for b in 0..<n {
                    // -log σ(s) = log(1 + exp(-s)), without overflow.
                    func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
                    loss += joint[a, b] * softplus(-scores[a, b])
                    loss += marginals[a] * marginals[b] * softplus(scores[a, b])
                }
            case .infoNCE:
                let largest = (0..<n).map { scores[a, $0] }.max() ?? 0
                let sum = (0..<n).reduce(0) { $0 + marginals[$1] * exp(scores[a, $1] - largest) }
                for b in 0..<n { loss -= joint[a, b] * (scores[a, b] - largest - log(sum)) }
            }
        }
        return loss
    }
}
