package import SweepProtocol

/// An explanation as `platonic explain` prints it.
package enum ExplanationText {
    /// The conclusion, and below it what it rests on.
    package static func text(_ explanation: Explanation) -> String {
        ([explanation.conclusion] + explanation.reasons.map { "  - \($0)" }).map { TerminalText.safe($0) + "\n" }
            .joined()
    }

    /// For programs.
    package static func json(_ explanation: Explanation) throws -> String {
        try SafeJSON.document(Document(conclusion: explanation.conclusion, reasons: explanation.reasons))
    }

    /// Several of them.
    package static func json(_ explanations: [Explanation]) throws -> String {
        try SafeJSON.document(explanations.map { Document(conclusion: $0.conclusion, reasons: $0.reasons) })
    }

    private struct Document: Encodable {
        let conclusion: String
        let reasons: [String]
    }
}
