import ArgumentParser
import ArtifactStore
import FeatureStore
import Foundation
import Reporting
import SweepAnalysis
import SweepModel
import SweepRuntime
import WorkerCore

struct NeighboursCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbours",
        abstract: "Show what two models take for alike: the nearest neighbours of samples in both, side by side.",
        discussion: """
              platonic neighbours results.h5 --models dinov2 llama
              platonic neighbours results.h5 --models dinov2 llama --samples 00017 \\
                --images photos --output neighbours

            The layers are those with the highest score of the two. Lists that the sweep left among its artifacts are used, and made again \
            where they are gone. Run it in the folder where the sweep was run: stores are named as they were then. Without --samples two \
            samples are shown with most, two with usual and two with fewest neighbours in common. With --output a page is written, as by \
            'platonic report'; pictures in it are the files of --images that are called by the samples' ids. --groups says what samples that \
            belong together (/samples/groups), such as captions of one image, do to the score: alone and all of them, with their group near and \
            left out.

            Exit status: 0 shown, 1 a list could not be made, 2 the request was wrong, 3 interrupted.
            """)

    @Argument(help: "A results file.", completion: .results)
    var results: String

    @Option(parsing: .upToNextOption, help: "Two models that the sweep compares, by name.")
    var models: [String]

    @Option(
        help: "The metric whose best layers are taken, or its id in the file (default: mutual_knn, else the first).",
        completion: .metrics)
    var metric: String?

    @Option(help: "Neighbours of each sample (default: the metric's k, else 10).")
    var k: Int?

    @Option(parsing: .upToNextOption, help: "The ids of one or more samples.")
    var samples: [String] = []

    @Flag(help: "Also find how the score depends on samples of one group.")
    var groups = false

    @Option(help: "A folder with the samples' pictures, for the page.", completion: .directory)
    var images: String?

    @Option(help: "The directory of a page to write.", completion: .directory)
    var output: String?

    @Option(
        help: "Memory to work in, such as 8GiB (default: three quarters of what is free).",
        transform: { try ByteCount($0) })
    var memory: ByteCount?

    @Option(help: "The directory for artifacts (default: $XDG_CACHE_HOME/platonic).", completion: .directory)
    var artifacts: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        guard models.count == 2, models[0] != models[1] else {
            throw Complaint(
                .request, "neighbours are those of two models", at: "--models", advice: "give two names of models")
        }
        guard images == nil || output != nil else {
            throw Complaint(
                .request, "a terminal shows no pictures", at: "--images", advice: "give --output, where a page goes")
        }
        let directory = try output.map { (path) throws(Complaint) in try ReportDirectory(path: path, by: .neighbours) }
        if let directory { try OutputPlaces.keepApart([results], closed: [directory.path]) }
        let pictures = try images.map { (folder) throws(Complaint) in try SamplePictures(folder: folder) }
        try ResultsTask.check(results)
        let found = try examples()
        if let directory {
            try SignalInbox.uninterrupted { try directory.write(NeighbourPage(found, pictures: pictures).files) }
            Console.note("platonic: page written to \(TerminalText.safe(directory.page))")
        }
        if json {
            try Console.print(found.json())
        } else if directory == nil {
            try Console.print(found.text(width: TerminalText.width(of: STDOUT_FILENO)))
        }
    }

    private func examples() throws -> NeighbourExamples {
        let reader = try ResultsReader(path: results)
        let sweep = try reader.sweepScores(withLayerScores: false)
        let place = try PairNames.find(models[0], models[1], in: sweep, path: results)
        let metric = try chosenMetric(sweep)
        let cell = place.x * sweep.y.models.count + place.y
        let best = [metric.bestXLayers[cell], metric.bestYLayers[cell]]
        guard metric.scores[cell].isFinite, !best.contains(-1) else {
            throw Complaint(
                .request, "the two models have no score by \(metric.id)", at: results,
                advice: "name other models, or another metric with --metric")
        }
        let ids = try reader.sampleIDs()
        let prepared = try prepare(ids)
        let k = try neighbourCount(metric, prepared)
        let names = [sweep.x.models[place.x].name, sweep.y.models[place.y].name]
        let positions = try names.map { (name) throws(Complaint) in try position(of: name, prepared) }
        let places = zip(positions, best).map { (model: $0, index: $1) }
        let lists = try lists(places, prepared)
        let sides = [(sweep.x, place.x), (sweep.y, place.y)]
        let layers = zip(zip(names, best), zip(lists, sides)).map { layer, rest in
            NeighbourExamples.Layer(
                model: layer.0, index: layer.1,
                name: rest.1.0.layers.first { $0.model == rest.1.1 && $0.index == layer.1 }?.name ?? "",
                listLength: rest.0.k, indices: rest.0.indices)
        }
        let swapped = names[0] == models[0] ? layers : layers.reversed()
        let chosen = try chosenSamples(ids)
        let grouped = groups ? try grouped(names[0] == models[0] ? places : places.reversed(), prepared, k: k) : nil
        let found = NeighbourExamples(
            swapped[0], swapped[1], k: k, ids: ids, apart: prepared.groups, chosen: chosen, groups: grouped)
        try checkScore(found, metric, cell)
        return found
    }

    private func chosenMetric(_ sweep: SweepScores) throws(Complaint) -> ScoredMetric {
        if let metric {
            guard let found = sweep.metrics.first(where: { $0.id == metric || $0.kind == metric }) else {
                throw Complaint(
                    .request, "there are no scores by '\(metric)'", at: results,
                    advice: "those that there are: \(sweep.metrics.map(\.id).joined(separator: ", "))")
            }
            return found
        }
        guard let found = sweep.metrics.first(where: { $0.kind == "mutual_knn" }) ?? sweep.metrics.first else {
            throw Complaint(
                .request, "there are no scores of layer pairs", at: results, advice: "run the sweep with a single --k")
        }
        return found
    }

    /// The sweep with its neighbour metrics alone: what else it computed is not needed here.
    private func prepare(_ ids: [String]) throws -> PreparedSweep {
        let recorded = try RecordedSweep(path: results)
        var spec = recorded.spec
        guard spec.queries == nil else {
            throw Complaint(
                .request, "the sweep found the neighbours of some samples alone", at: results,
                advice: "run it without --queries")
        }
        let known = spec.metrics.filter { $0.definition.artifact(nil) == .neighbours }
        if known.isEmpty {
            (spec.metrics, spec.k) = ([.mutualKNN], [k ?? 10])
        } else {
            spec.metrics = known
        }
        let prepared = try PreparedSweep(spec, reading: StoreProcess.interruptibleReading(), complain: Console.complain)
        try recorded.check(stores: prepared.stores.map(\.path))
        guard prepared.join.ids == ids else {
            throw Complaint(
                .request, "the stores have other samples than those that were scored", at: results,
                advice: "run the sweep again")
        }
        return prepared
    }

    private func lists(_ layers: [(model: Int, index: Int)], _ prepared: PreparedSweep) throws -> [LayerLists] {
        try NeighbourLookup(
            prepared, memoryBytes: memory?.bytes ?? MachineResources.defaultMemory,
            artifacts: artifacts ?? ArtifactDirectory.defaultPath
        ).lists(layers)
    }

    /// What samples of one group do to the score of two layers: from lists that are as long as can be and have all samples, also where the
    /// sweep kept groups apart.
    private func grouped(
        _ layers: [(model: Int, index: Int)], _ prepared: PreparedSweep, k: Int
    ) throws -> SamplesPerGroup {
        guard prepared.stores.contains(where: { $0.sampleGroups != nil }) else {
            throw Complaint(
                .request, "no store of the sweep says which samples belong together", at: "--groups",
                advice: "write /samples/groups, see Schemas/feature-store.md, or leave --groups out")
        }
        guard prepared.stores.allSatisfy({ $0.references == nil }) else {
            throw Complaint(
                .request, "the sweep has references, whose lists are of one length", at: "--groups",
                advice: "run a sweep of stores alone, or leave --groups out")
        }
        let groups = try SampleGroups(prepared.stores, join: prepared.join)
        let reach = SamplesPerGroup.reach(k: k, groupSizes: groups.sizes, samples: groups.groups.count)
        var spec = prepared.spec
        (spec.metrics, spec.k, spec.kRanges) = (
            [.mutualKNN], [reach], []
        )
        spec.excludeGroups = false
        // What else the sweep found takes memory that this does not need.
        (spec.permutations, spec.calibratedMetrics, spec.subsamples, spec.intervalMetrics) = (nil, nil, nil, nil)
        (spec.splits, spec.gallery) = (nil, nil)
        let long = try lists(layers, PreparedSweep(spec, reading: StoreProcess.interruptibleReading()))
            .map { SamplesPerGroup.Lists(length: $0.k, indices: $0.indices) }
        return SamplesPerGroup(long[0], long[1], groups: groups.groups, k: k)
    }

    private func neighbourCount(_ metric: ScoredMetric, _ prepared: PreparedSweep) throws(Complaint) -> Int {
        let most = prepared.plan.longestNeighbourList ?? 0
        let count = k ?? min(metric.k ?? 10, most)
        guard (1...max(1, most)).contains(count) else {
            throw Complaint(
                .request, "--k is \(count), and the sweep's lists have \(most) neighbours", at: "--k",
                advice: "give a number from 1 to \(most), or run the sweep with a larger k")
        }
        return count
    }

    private func position(of name: String, _ prepared: PreparedSweep) throws(Complaint) -> Int {
        guard let found = prepared.plan.models.firstIndex(where: { $0.name == name }) else {
            throw Complaint(
                .request, "no store has the model '\(TerminalText.safe(name))' any more", at: results,
                advice: "run the sweep again")
        }
        return found
    }

    private func chosenSamples(_ ids: [String]) throws(Complaint) -> [Int] {
        try samples.map { (id) throws(Complaint) in
            guard let found = ids.firstIndex(of: id) else {
                throw Complaint(
                    .request, "there is no sample '\(TerminalText.safe(id))'", at: results,
                    advice:
                        "its samples are \(TerminalText.safe(ids.prefix(5).joined(separator: ", ")))\(ids.count > 5 ? ", …" : "")"
                )
            }
            return found
        }
    }

    /// What the lists say of both layers has to be what the sweep said.
    private func checkScore(_ found: NeighbourExamples, _ metric: ScoredMetric, _ cell: Int) throws(Complaint) {
        guard metric.kind == "mutual_knn", metric.k == found.k, abs(found.score - metric.scores[cell]) > 1e-9 else {
            return
        }
        throw Complaint(
            .request, "the stores have other values than those that were scored", at: results,
            advice: "run the sweep again")
    }
}
