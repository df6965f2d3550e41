import ArgumentParser
import Foundation
import Reporting
import SweepModel
import SweepRuntime

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract:
            "Say of a finished sweep's scores what is to be expected of unrelated models: p, q and calibrated scores.",
        discussion: """
            The sweep's samples are matched anew at random, so many times, and the maximum over layers of every model pair found again; \
            beside it the score of the last layers and of matched depth. Artifacts that the sweep left are used, and no layer is computed \
            again while they are there. Run it in the folder where the sweep was run: stores are named as they were then. All else in the file \
            stays as it is. Ctrl-C stops cleanly, and the same command goes on where it was.

            Exit status: 0 done, 1 some or all of it could not be computed, 2 the request was wrong, 3 interrupted.
            """)

    @Argument(help: "A results file.", completion: .results)
    var results: String

    @Option(help: "Random permutations of the samples.")
    var permutations = 1000

    @Option(
        name: .customLong("metric"), parsing: .upToNextOption,
        help: "One or more metrics of the sweep to calibrate, or all (default: mutual_knn and jaccard_knn).",
        completion: .metrics)
    var metrics: [String] = []

    @OptionGroup(title: "This machine") var options: RunOptions

    func run() throws {
        let update = try CalibrationUpdate(path: results, performing: ResultsTask.apart)
        var flags = [SpecFlag("calibrate_permutations", as: "permutations", ["\(permutations)"])]
        if !metrics.isEmpty { flags.append(SpecFlag("calibrate_metrics", as: "metric", metrics)) }
        let spec = try SpecReader.read(
            document: try SpecDocument.parse(update.recorded.spec.canonicalYAML, file: results),
            flags: flags.map { (key: $0.key, entry: SpecEntry.flag($0.name, $0.texts)) })
        let session = SweepSession(spec: spec, run: options, output: results, force: false, inputs: [])
        try session.calibrate(update)
    }
}
