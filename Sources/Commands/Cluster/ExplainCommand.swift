import ArgumentParser
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a sweep, or a work item of it, is not running.",
        discussion: """
            Without an id it is about everything that the coordinator has. A work item is named as 'platonic status' names it, all \
            positions counted from 0:

              platonic explain 3 model 2      reading model 2 of sweep 3
              platonic explain 3 layer 12     preparing layer 12
              platonic explain 3 step 12,5    step 5 of a shared layer 12
              platonic explain 3 tile 4,7     scoring block row 4, block column 7
            """)

    @Argument(help: "A sweep's id.", completion: .sweeps)
    var id: SweepID?

    @Argument(
        help: "A work item: model N, layer N, step LAYER,STEP, or tile ROW,COLUMN.",
        completion: .list(["model", "layer", "step", "tile"]))
    var item: [String] = []

    @OptionGroup var client: ClientOptions

    func validate() throws { _ = try workItem() }

    func run() throws {
        let item = try workItem()
        let explanation = try client.withClient { try $0.explain(id, item) }
        try Console.print(client.json ? ExplanationText.json(explanation) : ExplanationText.text(explanation))
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
