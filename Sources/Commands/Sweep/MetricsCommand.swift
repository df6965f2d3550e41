import ArgumentParser
import Reporting

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "List the metrics, their properties, parameters and sources.")

    @Flag(help: "Print JSON instead of text.")
    var json = false

    func run() throws {
        try Console.print(json ? MetricsListing.json() : MetricsListing.text(width: TerminalText.width(of: 1)))
    }
}
