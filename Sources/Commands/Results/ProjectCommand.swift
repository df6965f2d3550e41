import ArgumentParser
import Foundation
import Projection
import Reporting
import SweepRuntime

extension MapOptions.Distance: ExpressibleByArgument {}

struct ProjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "Map the models of a results file anew: UMAP and MDS, with what each map kept.",
        discussion: """
            The file of a symmetric sweep has maps in /projection from the start; this makes them again with other settings and leaves \
            everything else in the file as it is. Every map comes with its trustworthiness, continuity, neighbour recall, stress and \
            rank correlation: look at them before you read anything into distances on a map.

            Exit status: 0 done, 1 the file could not be written, 2 the request was wrong or there is nothing to map.
            """)

    @Argument(help: "A results file.", completion: .results)
    var results: String

    @Option(
        help:
            "The distance of a score s: -log(max(s, chance)) (log), where the chance level is above 0, or 1 - s (linear)."
    )
    var distance = MapOptions.Distance.log

    @Option(help: "UMAP's neighbours of each model, itself included.")
    var neighbours = 15

    @Option(help: "UMAP's least distance of two points.")
    var minDist = 0.1

    @Option(help: "The seed of UMAP's random numbers.")
    var seed: UInt64 = 0

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    @Option(help: "Write a copy with the new maps here and leave the file as it is.", completion: .results)
    var output: String?

    @OptionGroup var replacing: ForceOption

    func run() throws {
        let options = MapOptions(
            distance: distance, settings: UMAPSettings(neighbours: neighbours, minDist: minDist, seed: seed))
        let update = try ProjectionUpdate(
            path: results, options: options, output: output, force: replacing.force, performing: ResultsTask.apart)
        try SignalInbox.uninterrupted(update.write)
        let path = output ?? results
        if json {
            try Console.print(MapJSON.text(update.maps, output: path))
        } else {
            try Console.print(MapTables(update.maps).text(width: TerminalText.width(of: STDOUT_FILENO)))
            Console.note("platonic: maps written to \(path)")
        }
    }
}
