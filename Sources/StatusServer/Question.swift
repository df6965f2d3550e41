internal import SweepModel

/// What can be asked, beside files and whether the coordinator is well.
enum Question: Hashable, Sendable {
    case metrics
    case overview
    case backlog(target: Double, limit: Int)
    case sweeps
    case sweep(SweepID)
    /// Scores with so many digits after the point; all of them where nil.
    case matrix(SweepID, metric: String?, digits: Int?)
    /// The first `limit` workers whose id, host or state contain `search`.
    case workers(limit: Int?, search: String)
    case incidents(after: Int64)
    case latestIncidents(Int)
    case explain(SweepID?)

    /// A path that asks for something, with parameters that do not do.
    struct Misunderstanding: Error {
        let sentence: String
    }

    /// nil where the path asks for nothing.
    init?(path: String, parameters: [String: String]) throws(Misunderstanding) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if path == "/metrics" {
            self = .metrics
            return
        }
        guard parts.prefix(2) == ["api", "v1"] else { return nil }
        let rest = parts.dropFirst(2).map(String.init)
        func number<Value: LosslessStringConvertible & Comparable>(
            _ name: String, _ range: ClosedRange<Value>
        ) throws(Misunderstanding) -> Value? {
            guard let text = parameters[name] else { return nil }
            guard let value = Value(text), range.contains(value) else {
                throw Misunderstanding(
                    sentence: "\(name) is not a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        switch (rest.first, rest.count) {
        case ("overview", 1): self = .overview
        case ("backlog", 1):
            self = .backlog(
                target: try number("target", 1...1e9) ?? 300, limit: try number("limit", 0...1_000_000) ?? 1_000)
        case ("sweeps", 1): self = .sweeps
        case ("sweeps", 2...3):
            guard let id = SweepID(rest[1]) else { return nil }
            if rest.count == 2 {
                self = .sweep(id)
            } else if rest[2] == "matrix" {
                self = .matrix(id, metric: parameters["metric"], digits: try number("digits", 1...15))
            } else {
                return nil
            }
        case ("workers", 1):
            self = .workers(
                limit: try number("limit", 0...1_000_000), search: String((parameters["search"] ?? "").prefix(100)))
        case ("incidents", 1):
            if let last = try number("last", 1...1_000) {
                self = .latestIncidents(last)
            } else {
                self = .incidents(after: try number("after", 0...Int64.max) ?? 0)
            }
        case ("explain", 1):
            if let text = parameters["sweep"] {
                guard let id = SweepID(text) else { throw Misunderstanding(sentence: "sweep is not a sweep's id") }
                self = .explain(id)
            } else {
                self = .explain(nil)
            }
        default: return nil
        }
    }
}
