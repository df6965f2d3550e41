import ArgumentParser
import Foundation
import Reporting
import SweepAnalysis
import SweepModel

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Say which of two models agrees more with others, or which of two pairs agrees more, and whether other samples could change that.",
        discussion: """
            The sweep was run with --intervals: differences are taken in the same subsamples, so that what both scores owe to the samples \
            cancels.

              platonic compare results.h5 --models dinov2 mae
              platonic compare results.h5 --pairs dinov2 llama mae llama

            Exit status: 0 compared, 2 the request was wrong.
            """)

    @Argument(help: "A results file.", completion: .results)
    var results: String

    @Option(parsing: .upToNextOption, help: "Two models of one side of the sweep, by name.")
    var models: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "One or more models that both are compared with (default: all that are no variants of their networks).")
    var with: [String] = []

    @Option(
        parsing: .upToNextOption, help: "Two pairs of models, by four names: A B C D sets A with B beside C with D.")
    var pairs: [String] = []

    @Option(
        name: .customLong("metric"), parsing: .upToNextOption,
        help:
            "One or more metrics, or their ids in the file such as mutual_knn_k10 (default: all that have intervals).",
        completion: .metrics)
    var metrics: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        guard (models.count == 2 && pairs.isEmpty) || (models.isEmpty && pairs.count == 4 && with.isEmpty) else {
            throw Complaint(
                .request, "two models or two pairs of models are compared", at: "compare",
                advice: "give --models and two names, or --pairs and four")
        }
        try ResultsTask.check(results)
        var sweep = try ResultsReader(path: results).sweepScores(withLayerScores: false)
        try choose(&sweep)
        let listing = models.isEmpty ? try comparedPairs(sweep) : try comparedModels(sweep)
        guard !listing.isEmpty else {
            throw Complaint(
                .request, "there is no score to compare", at: results, advice: "name other models, or leave --with out")
        }
        try Console.print(json ? listing.json() : listing.text(width: TerminalText.width(of: STDOUT_FILENO)))
    }

    /// Leaves the metrics that have intervals and were asked for.
    private func choose(_ sweep: inout SweepScores) throws(Complaint) {
        let known = sweep.metrics.filter { $0.intervals != nil }
        guard !known.isEmpty else {
            let change = sweep.queryCount == nil ? "with --intervals" : "with --intervals and without --queries"
            throw Complaint(
                .request, "no metric has intervals", at: results,
                advice: "run the sweep again \(change); its artifacts are used again as far as they serve")
        }
        for name in metrics where !known.contains(where: { $0.id == name || $0.kind == name }) {
            throw Complaint(
                .request, "there are no intervals of '\(name)'", at: results,
                advice: "those that have some are \(known.map(\.id).joined(separator: ", "))")
        }
        sweep.metrics = known.filter { metrics.isEmpty || metrics.contains($0.id) || metrics.contains($0.kind) }
    }

    private func comparedModels(_ sweep: SweepScores) throws(Complaint) -> ComparisonListing {
        let names = sweep.x.models.map(\.name) + sweep.y.models.map(\.name)
        for name in models + with where !names.contains(name) { throw PairNames.unknown(name, names, path: results) }
        guard models[0] != models[1] else {
            throw Complaint(
                .request, "'\(models[0])' is compared with itself", at: "--models", advice: "name two models")
        }
        guard let side = ComparedSide(sweep, models[0], models[1]) else {
            throw Complaint(
                .request, "'\(models[0])' and '\(models[1])' are on different sides of the sweep", at: "--models",
                advice: "name two models of one side")
        }
        return ComparisonListing(sweep, side, models[0], models[1], chosen: with)
    }

    private func comparedPairs(_ sweep: SweepScores) throws(Complaint) -> ComparisonListing {
        var cells: [(name: String, cell: Int)] = []
        for pair in [(pairs[0], pairs[1]), (pairs[2], pairs[3])] {
            cells.append(("\(pair.0) with \(pair.1)", try cell(pair, sweep)))
        }
        return ComparisonListing(sweep, pairs: cells)
    }

    /// Where the score of a pair stands, whichever of both is named first.
    private func cell(_ pair: (String, String), _ sweep: SweepScores) throws(Complaint) -> Int {
        let found = try PairNames.find(pair.0, pair.1, in: sweep, path: results)
        return found.x * sweep.y.models.count + found.y
    }
}
