import Reporting
import SweepAnalysis
import SweepModel

/// Models of a results file, as they are named on the command line.
enum PairNames {
    /// The positions of two models that the sweep compares. Throws where it has none of that name, or does not compare them.
    static func find(
        _ first: String, _ second: String, in sweep: SweepScores, path: String
    ) throws(Complaint) -> (x: Int, y: Int) {
        let names = sweep.x.models.map(\.name) + sweep.y.models.map(\.name)
        for name in [first, second] where !names.contains(name) { throw unknown(name, names, path: path) }
        guard let found = sweep.pair(first, second) else {
            throw Complaint(
                .request, "the sweep does not compare '\(first)' with '\(second)'", at: path,
                advice: "name a model of either side")
        }
        return found
    }

    static func unknown(_ name: String, _ names: [String], path: String) -> Complaint {
        let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        return Complaint(
            .request, "there is no model '\(TerminalText.safe(name))'", at: path,
            advice: "its models are \(TerminalText.safe(shown))")
    }
}
