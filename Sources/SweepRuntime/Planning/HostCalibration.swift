internal import ArtifactStore
internal import FeatureStore
internal import Foundation
internal import SweepCost
internal import SweepModel
internal import SweepProtocol

/// Finds out what the work of one sweep costs on this host, by doing a little of it.
struct HostCalibration {
    private let context: SweepContext
    private let precision: StoredPrecision
    private let workers: Int
    private let workerBytes: Int
    private let folder: String

    /// Trials are made with so many samples at most, and with layers so wide at most: what is larger is scaled.
    private static let samplesLimit = 1024
    private static let widthLimit = 2048
    /// Of more samples than that the growth is found from two numbers of them, on both sides of the size up to which a layer is
    /// one product.
    private static let manySamples = [512, 1536]
    /// Of far more samples it is found from larger numbers: long lists of few samples are most of the samples.
    private static let farMore = (than: 16_384, samples: [2048, 4096])
    /// Where nothing but lists is made, what grows with the product is the smaller part of layers as small as those: of more samples than
    /// `than` two layers of up to `samples` tell it.
    private static let product = (than: 4096, samples: 12_288)
    /// How folders of trials begin.
    private static let prefix = "trials-"
    /// Seconds after which a folder of trials cannot be in use any more.
    private static let longestTrial = 3600.0

    /// - Parameters:
    ///   - precision: that of most feature values.
    ///   - directory: where trials are made, each in a folder of its own that is removed.
    init(
        _ context: SweepContext, precision: StoredPrecision, workers: Int, workerBytes: Int, directory: String
    ) {
        self.context = context
        self.precision = precision
        self.workers = workers
        self.workerBytes = workerBytes
        folder = "\(directory)/\(Self.prefix)\(UUID().uuidString)"
    }

    /// The rates of this host for the sweep.
    /// - Parameters:
    ///   - record: trials that were made before; it takes up the new ones.
    ///   - results: seconds to write the results of a plan.
    func rates(
        _ record: inout TrialRecord, cores: Int, results: (SweepPlan, _ folder: String) throws -> Double
    ) throws -> HostRates {
        removeAbandoned()
        defer {
            try? FileManager.default.removeItem(atPath: folder)
            record.save()
        }
        let busy = max(1, min(workers, cores))
        var findings = try sampleCounts.map { samples in
            try record.value(key("stages", samples, "threads \(busy)")) {
                try StageTrials(
                    context: context, samples: samples, widths: widths(samples), precision: precision,
                    memoryBytes: workerBytes, folder: try empty("stages \(samples)")
                ).run(threads: busy)
            }
        }
        if let samples = productSamples {
            let found = try record.value(key("layers", samples, "threads \(busy)")) {
                let all = widths(samples)
                return try StageTrials(
                    context: context, samples: samples, widths: [all[0], all[all.count - 1]], precision: precision,
                    memoryBytes: workerBytes, folder: try empty("layers \(samples)")
                ).runLayers(threads: busy)
            }
            findings.append(found)
        }
        // The larger the layers, the less of it is chance.
        let contentions = (productSamples == nil ? findings : findings.suffix(1)).map(\.contention)
        let start = try record.value("start \(workers)") {
            // The second finds everything in memory.
            try (0..<2).map { _ in try StartTrial.seconds(workers: workers, folder: try empty("start")) }.min() ?? 0
        }
        let written = try smallPlans.map { plan in
            let units = WorkUnits.results(plan)
            let what = "results \(units) \(context.plan.metrics.map(\.id)) \(plan.models.map(\.layers.count))"
            return try record.value(what) { [units + [try results(plan, try empty("results"))]] }[0]
        }
        let parts = TilePart.parts(of: context.plan)
        return HostRates(
            survey: FittedCost(
                fitting: findings.flatMap(\.surveys).map {
                    Trial(units: WorkUnits.survey(bytes: $0.bytes), seconds: $0.seconds)
                }),
            layer: FittedCost(
                fitting: findings.flatMap { found in
                    found.layers.map {
                        let units = WorkUnits.layer(
                            samples: found.samples, width: $0.width, kinds: context.plan.artifactKinds,
                            form: context.plan.linearKernelForm)
                        return Trial(units: units, seconds: $0.seconds)
                    }
                }),
            tiles: parts.indices.map { tileCost($0, parts[$0], findings) },
            loads: parts.indices.map { loadCost($0, parts[$0], findings) },
            results: FittedCost(fitting: written.map { Trial(units: Array($0.dropLast()), seconds: $0.last ?? 0) }),
            startSeconds: start, contention: contentions.reduce(0, +) / Double(max(contentions.count, 1)),
            cores: cores)
    }

    /// What a coordinator on this host takes, whatever its sweeps are of.
    func coordinator(_ record: inout TrialRecord) throws -> CoordinatorRates {
        defer {
            try? FileManager.default.removeItem(atPath: folder)
            record.save()
        }
        return try record.value("coordinator") { try CoordinatorTrial.rates { try empty($0) } }
    }

    // MARK: Fits

    private func tileCost(_ position: Int, _ part: TilePart, _ findings: [TrialFindings]) -> FittedCost {
        FittedCost(
            fitting: findings.flatMap { found in
                found.tiles.filter { $0.part == position }.map { tile in
                    let units = WorkUnits.tile(
                        part.artifact, samples: found.samples, width: Double(tile.width), rows: tile.rows,
                        columns: tile.columns, form: context.plan.linearKernelForm)
                    return Trial(units: units, seconds: tile.warm * longer(part, found.samples))
                }
            })
    }

    private func loadCost(_ position: Int, _ part: TilePart, _ findings: [TrialFindings]) -> FittedCost {
        FittedCost(
            fitting: findings.flatMap { found in
                found.tiles.filter { $0.part == position }.map { tile in
                    let seconds = (tile.cold - tile.warm) / Double(tile.rows + tile.columns)
                    return Trial(
                        units: WorkUnits.load(
                            part.artifact, samples: found.samples, form: context.plan.linearKernelForm),
                        seconds: seconds * longer(part, found.samples))
                }
            })
    }

    /// By how much the sweep's lists are longer than a trial's could be.
    private func longer(_ part: TilePart, _ samples: Int) -> Double {
        max(1, Double(part.longestList) / Double(samples - 1))
    }

    // MARK: Sizes

    private var sampleCounts: [Int] {
        let n = context.plan.sampleCount
        if n > Self.farMore.than { return Self.farMore.samples }
        return n <= Self.samplesLimit ? [n] : Self.manySamples
    }

    /// The number of samples of layers that tell what the product takes; nil where smaller ones do.
    private var productSamples: Int? {
        let plan = context.plan
        guard plan.sampleCount > Self.product.than, plan.artifactKinds.allSatisfy({ $0.definition.source == .lists })
        else { return nil }
        return min(plan.sampleCount, Self.product.samples)
    }

    /// Three widths from the sweep's narrowest layer to its widest.
    private func widths(_ samples: Int) -> [Int] {
        let all = context.plan.layers.map(\.width)
        let limit = Self.widthLimit * min(samples, 1024) / max(samples, 512) / (sampleCounts.count > 1 ? 2 : 1)
        let low = min(max(all.min() ?? 1, 16), 512)
        let high = max(min(all.max() ?? 1, limit), 2 * low)
        let middle = Int(Double(low * high).squareRoot())
        return [low, middle, high]
    }

    /// The sweep's plan, or where it has many models those of the first few of each side.
    private var smallPlans: [SweepPlan] {
        let plan = context.plan
        let most = max(plan.xModels.count, plan.yModels.count)
        let counts = [3, 6, 12].filter { $0 < most } + (most <= 12 ? [most] : [])
        return counts.map { plan.first(models: $0) }
    }

    /// What a trial depends on beside the host.
    private func key(_ kind: String, _ samples: Int, _ more: String) -> String {
        let plan = context.plan
        let parts = TilePart.parts(of: plan).map(\.name).joined(separator: " ")
        return [
            kind, more, "n \(samples)", "widths \(widths(samples))", precision.rawValue, parts,
            "k \(plan.longestNeighbourList ?? 0)", "q \(plan.basisDimensions ?? 0)", plan.variant.rawValue,
            "\(plan.isSymmetric)", "\(context.clip) \(context.clipScope.rawValue) \(context.normalize.rawValue)",
        ].joined(separator: "\n")
    }

    /// Removes the folders of trials that were interrupted.
    private func removeAbandoned() {
        let directory = URL(fileURLWithPath: folder).deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in names where name.hasPrefix(Self.prefix) {
            guard UUID(uuidString: String(name.dropFirst(Self.prefix.count))) != nil else { continue }
            let path = directory.appendingPathComponent(name).path
            let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            guard let changed, changed.timeIntervalSinceNow < -Self.longestTrial else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    private func empty(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Complaint(
                .request, "a folder for trials cannot be made: \(error.localizedDescription)", at: path,
                advice: "point XDG_CACHE_HOME to a directory that you may write to")
        }
        return path
    }
}
