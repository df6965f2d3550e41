internal import SweepModel
internal import SweepProtocol

/// What a worker has done so far, in the words of its log.
struct WorkTally {
    private var surveys = 0
    private var layers = 0
    private var steps = 0
    private var tiles = 0
    private var failures = 0

    /// Counts an outcome, and returns the kind of its log line, the line and its fields.
    mutating func note(_ outcome: LeaseOutcome) -> (kind: String, text: String, fields: [String: String]) {
        let work = outcome.part.work
        var fields = ["sweep": "\(outcome.part.sweep)", "lease": "\(outcome.part.number)"]
        let (kind, what): (String, String)
        switch work {
        case .survey(let model):
            (kind, what) = ("surveyed", "surveyed model \(model)")
            fields["model"] = "\(model)"
        case .layer(let layer):
            (kind, what) = ("prepared", "prepared layer \(layer)")
            fields["layer"] = "\(layer)"
        case .step(let layer, let index):
            (kind, what) = ("stepped", "did step \(index) of layer \(layer)")
            fields["layer"] = "\(layer)"
            fields["step"] = "\(index)"
        case .tiles(let row, let columns):
            (kind, what) = (
                "scored",
                columns.count == 1
                    ? "scored tile (\(row), \(columns.lowerBound))"
                    : "scored tiles (\(row), \(columns.lowerBound) to \(columns.upperBound - 1))"
            )
            fields["row"] = "\(row)"
            fields["columns"] = "\(columns.lowerBound)..\(columns.upperBound - 1)"
        }
        if case .failure(let failure) = outcome.result {
            failures += work.count
            return ("failed", "failed: \(what), sweep \(outcome.part.sweep): \(failure)", fields)
        }
        switch work {
        case .survey: surveys += 1
        case .layer: layers += 1
        case .step: steps += 1
        case .tiles: tiles += work.count
        }
        let milliseconds = Int((outcome.seconds * 1000).rounded())
        fields["milliseconds"] = "\(milliseconds)"
        return (kind, "\(what) of sweep \(outcome.part.sweep) in \(milliseconds) ms", fields)
    }
}

extension WorkTally: CustomStringConvertible {
    /// Such as "3 models surveyed, 12 layers prepared, 40 tiles scored".
    var description: String {
        func count(_ number: Int, _ one: String, _ done: String) -> String {
            "\(number) \(one)\(number == 1 ? "" : "s") \(done)"
        }
        var done = [
            count(surveys, "model", "surveyed"), count(layers, "layer", "prepared"), count(tiles, "tile", "scored"),
        ]
        // Few sweeps have any.
        if steps > 0 { done.insert(count(steps, "layer step", "done"), at: 1) }
        if failures > 0 { done.append(count(failures, "work item", "failed")) }
        return done.joined(separator: ", ")
    }
}
