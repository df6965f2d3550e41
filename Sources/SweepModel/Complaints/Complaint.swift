/// What a person is told when something cannot be done: what, where, and what to do about it.
///
/// The command line prints it as `platonic: <what> (<place>)` and the advice below, and exits by `kind`.
package struct Complaint: Error, Hashable, Sendable, Codable {
    /// Whose fault it is, and so the exit status.
    package enum Kind: String, Sendable, Codable {
        /// The request was wrong: usage, specification or store. Exit status 2.
        case request
        /// The request was fine and the work failed. Exit status 1.
        case work
    }

    package let kind: Kind
    /// Why, for programs.
    package let code: Code
    package let what: String
    package let place: String
    package let advice: String

    package init(_ kind: Kind, _ what: String, at place: String, advice: String, code: Code = .other) {
        self.kind = kind
        self.code = code
        self.what = what
        self.place = place
        self.advice = advice
    }

    /// Earlier releases wrote no code.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(Kind.self, forKey: .kind)
        code = try container.decodeIfPresent(Code.self, forKey: .code) ?? .other
        what = try container.decode(String.self, forKey: .what)
        place = try container.decode(String.self, forKey: .place)
        advice = try container.decode(String.self, forKey: .advice)
    }
}

extension Complaint: CustomStringConvertible {
    package var description: String { "\(what) (\(place)): \(advice)" }
}
