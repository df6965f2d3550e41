package import SweepModel

/// The seconds that a sweep is expected to take on a host, stage by stage.
package struct SweepEstimate: Hashable, Sendable {
    /// Processes, state, sockets; stores opened; the results file with what follows from the scores.
    package let start: Double
    package let opening: Double
    package let results: Double
    /// Seconds that workers compute, all workers together, as if each were alone.
    package let surveyWork: Double
    package let layerWork: Double
    package let tileWork: Double
    /// For each of the plan's `TilePart`s its share of `tileWork`.
    package let tileParts: [Double]
    /// The wall-clock seconds of each stage.
    package let surveys: Double
    package let layers: Double
    package let tiles: Double
    /// Of permutations, by the rate of an ordinary core.
    package let permutations: Double
    /// Of subsamples, likewise.
    package let subsamples: Double
    /// Of galleries, likewise.
    package let galleries: Double
    /// How many workers have something to do at a time.
    package let busyWorkers: Int

    /// Wall-clock seconds in all.
    package var total: Double {
        start + opening + surveys + layers + tiles + permutations + subsamples + galleries + results
    }

    /// - Parameters:
    ///   - coldBytes: bytes of the stores that have to come from their disk.
    ///   - workers: worker processes.
    package init(
        _ plan: SweepPlan, rates: HostRates, memory: TileMemory, workers: Int, known: KnownWork = KnownWork(),
        coldBytes: Int = 0
    ) {
        start = rates.startSeconds
        opening = rates.openSeconds
        // A small results file is part of the start.
        let units = WorkUnits.results(plan)
        results = rates.results.seconds([0] + units.dropFirst())
        let busy = max(1, min(workers, rates.cores))
        permutations = PermutationWork(plan).seconds / Double(busy)
        subsamples = SubsampleWork.seconds(plan) / Double(busy)
        galleries = GalleryWork(plan).seconds / Double(busy)
        busyWorkers = busy
        let slowdown = busy > 1 ? max(1, rates.contention) : 1

        let surveyTimes = plan.models.indices.map { model in
            rates.survey.seconds(WorkUnits.survey(bytes: known.models.contains(model) ? 0 : plan.models[model].bytes))
        }
        // Each is found by going through all layers or metrics.
        let (found, kinds, form) = (Self.finding(plan, rates), plan.artifactKinds, plan.linearKernelForm)
        let layerTimes = plan.layers.indices.map { layer in
            guard !known.layers.contains(layer) else { return found }
            return rates.layer.seconds(
                WorkUnits.layer(
                    samples: plan.sampleCount, width: plan.layers[layer].width, kinds: kinds, form: form,
                    queries: plan.queries))
        }
        let parts = TilePart.parts(of: plan)
        let shapes = TileShapes(plan.grid).shapes
        let scoring = parts.indices.map { part in
            shapes.reduce(0.0) { $0 + Double($1.count) * Self.scoring(part, parts[part], plan, rates, $1) }
        }
        let loading = parts.indices.map { part in
            // Parts that go by the same artifact read it together.
            let isFirst = parts.firstIndex { $0.artifact == parts[part].artifact } == part
            return isFirst ? Self.loading(part, parts[part], plan, rates, memory, busy) : 0
        }
        tileParts = zip(scoring, loading).map { $0 + $1 }
        surveyWork = surveyTimes.reduce(0, +)
        layerWork = layerTimes.reduce(0, +)
        tileWork = tileParts.reduce(0, +)
        let reading = rates.diskRate.map { Double(coldBytes) / $0 } ?? 0
        surveys = reading + slowdown * Self.spread(surveyTimes, over: busy)
        // Layers that workers share leave none of them idle; of kernels a good part is one thread's.
        let areLists = kinds.allSatisfy { $0.definition.source == .lists }
        let areShared =
            plan.neighbourSteps != nil || areLists && layerTimes.max() ?? 0 > NominalWork.leastSharedSeconds
        layers =
            slowdown
            * (areShared ? layerTimes.reduce(0, +) / Double(busy) : Self.spread(layerTimes, over: busy))
        // Artifacts are read by every worker that has a row of tiles.
        let readers = Double(max(1, min(busy, plan.grid.blockRows)))
        let tileTimes = shapes.map { shape in
            (parts.indices.reduce(0.0) { $0 + Self.scoring($1, parts[$1], plan, rates, shape) }, shape.count)
        }
        tiles = slowdown * (Self.makespan(tileTimes, over: busy) + loading.reduce(0, +) / readers)
    }

    /// Wall-clock seconds of tiles, of which the last ones leave workers idle: the largest first, each to whoever is free.
    private static func makespan(_ tiles: [(seconds: Double, count: Int)], over workers: Int) -> Double {
        let total = tiles.reduce(0) { $0 + $1.seconds * Double($1.count) }
        // Of very many the last ones do not matter.
        guard tiles.reduce(0, { $0 + $1.count }) <= 64 * workers else { return total / Double(workers) }
        var busy = [Double](repeating: 0, count: workers)
        for tile in tiles.sorted(by: { $0.seconds > $1.seconds }) {
            for _ in 0..<tile.count {
                let free = busy.indices.min { busy[$0] < busy[$1] } ?? 0
                busy[free] += tile.seconds
            }
        }
        return busy.max() ?? 0
    }

    /// Wall-clock seconds of items that workers take one after another: no less than the longest of them.
    private static func spread(_ seconds: [Double], over workers: Int) -> Double {
        max(seconds.reduce(0, +) / Double(workers), seconds.max() ?? 0)
    }

    /// Artifacts that are there are read once and checked.
    private static func finding(_ plan: SweepPlan, _ rates: HostRates) -> Double {
        let parts = TilePart.parts(of: plan)
        var seen: Set<ArtifactKind> = []
        return parts.indices.reduce(0) { sum, part in
            guard seen.insert(parts[part].artifact).inserted, rates.loads.indices.contains(part) else { return sum }
            return sum
                + rates.loads[part].seconds(
                    WorkUnits.load(
                        parts[part].artifact, samples: plan.listCount, form: plan.linearKernelForm))
        }
    }

    /// The seconds of one part of one tile.
    private static func scoring(
        _ index: Int, _ part: TilePart, _ plan: SweepPlan, _ rates: HostRates, _ shape: TileShapes.Shape
    ) -> Double {
        guard rates.tiles.indices.contains(index) else { return 0 }
        let widths = plan.layers.reduce(0) { $0 + $1.width }
        let width = Double(widths) / Double(max(plan.layers.count, 1))
        let units = WorkUnits.tile(
            part.artifact, samples: plan.listedSamples, width: width, rows: shape.rows, columns: shape.columns,
            form: plan.linearKernelForm)
        return rates.tiles[index].seconds(units)
    }

    /// Blocks that fit stay: each worker reads its rows, and every column, once. Otherwise a row is read once and a column for every
    /// tile; what is streamed, both for every tile.
    private static func loading(
        _ index: Int, _ part: TilePart, _ plan: SweepPlan, _ rates: HostRates, _ memory: TileMemory, _ workers: Int
    ) -> Double {
        guard rates.loads.indices.contains(index) else { return 0 }
        let grid = plan.grid
        let shapes = TileShapes(grid).shapes
        let each = rates.loads[index].seconds(
            WorkUnits.load(
                part.artifact, samples: plan.listCount, form: plan.linearKernelForm))
        let layers: Int
        if memory.streamed.contains(part.artifact) {
            layers = shapes.reduce(0) { $0 + $1.count * ($1.rows + $1.columns) }
        } else if fits(plan, memory) {
            let sides = plan.isSymmetric ? [grid.columns] : [grid.columns, grid.rows]
            layers = min(workers, grid.blockRows) * (sides.first ?? 0) + (sides.dropFirst().first ?? 0)
        } else {
            layers = grid.rows + shapes.reduce(0) { $0 + $1.count * $1.columns }
        }
        return each * Double(layers)
    }

    private static func fits(_ plan: SweepPlan, _ memory: TileMemory) -> Bool {
        let grid = plan.grid
        let blocks = plan.isSymmetric ? grid.blockColumns : grid.blockColumns + grid.blockRows
        return memory.blockBytes.values.reduce(0) { $0 + $1 * blocks } <= memory.limit
    }
}
