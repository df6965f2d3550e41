import ArgumentParser
import Foundation
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Say why a sweep, or a work item of it, is not running; or what results support of the score of two models.",
        discussion: """
            Without an id it is about everything that the coordinator has. A work item is named as 'platonic status' names it, all \
            positions counted from 0:

              platonic explain 3 model 2      reading model 2 of sweep 3
              platonic explain 3 layer 12     preparing layer 12
              platonic explain 3 step 12,5    step 5 of a shared layer 12
              platonic explain 3 tile 4,7     scoring block row 4, block column 7

            Of a results file, two models are named, and no coordinator is asked:

              platonic explain results.h5 dinov2_small mobilenet_v2
            """)

    @Argument(help: "A sweep's id, or a results file.", completion: .sweeps)
    var subject: String?

    @Argument(
        help: "A work item: model N, layer N, step LAYER,STEP, or tile ROW,COLUMN. Of a results file: two models.",
        completion: .list(["model", "layer", "step", "tile"]))
    var item: [String] = []

    @OptionGroup var client: ClientOptions

    func validate() throws {
        if let results {
            guard item.count != 2, FileManager.default.fileExists(atPath: results) else { return }
            throw ValidationError("of a results file two models are explained: name both")
        }
        _ = try (sweep(), workItem())
    }

    func run() throws {
        if let results { return try explain(results) }
        let (id, item) = (try sweep(), try workItem())
        let explanation = try client.withClient { try $0.explain(id, item) }
        try Console.print(client.json ? ExplanationText.json(explanation) : ExplanationText.text(explanation))
    }

    /// The results file that is named; nil where it is a sweep, which is a number.
    private var results: String? { subject.flatMap { SweepID(argument: $0) == nil ? $0 : nil } }

    private func sweep() throws -> SweepID? { subject.flatMap { SweepID(argument: $0) } }

    /// Says what results support of the score of two models.
    private func explain(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Complaint(
                .request, "this is neither a sweep's id nor a results file", at: path,
                advice: "give a number that 'platonic status' shows, or the path of a results file")
        }
        try ResultsTask.check(path)
        let sweep = try ResultsReader(path: path).sweepScores()
        let found = PairExplanation(sweep, try PairNames.find(item[0], item[1], in: sweep, path: path))
        try Console.print(
            client.json
                ? ExplanationText.json(found.explanations)
                : found.explanations.map(ExplanationText.text).joined(separator: "\n"))
    }

    private func workItem() throws -> WorkItem? {
        if item.isEmpty { return nil }
        let text = item.joined(separator: " ")
        guard let item = WorkItemSyntax.parse(text) else {
            throw ValidationError(
                "'\(text)' is no work item; give model N, layer N, step LAYER,STEP, or tile ROW,COLUMN")
        }
        return item
    }
}
