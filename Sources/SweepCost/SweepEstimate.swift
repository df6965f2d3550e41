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

        let costs = ItemCosts(plan, rates: rates, known: known)
        let parts = costs.parts
        let shapes = TileShapes(plan.grid).shapes
        let scoring = parts.indices.map { part in
            shapes.reduce(0.0) {
                $0 + Double($1.count) * costs.scoring(part: part, rows: $1.rows, columns: $1.columns)
            }
        }
        let readers = ItemCosts.firstReaders(parts)
        let loading = parts.indices.map { part in
            readers.contains(part) ? costs.loads[part] * Self.loads(parts[part], plan, memory, busy) : 0
        }
        tileParts = zip(scoring, loading).map { $0 + $1 }
        surveyWork = costs.surveys.reduce(0, +)
        layerWork = costs.layers.reduce(0, +)
        tileWork = tileParts.reduce(0, +)
        let reading = rates.diskRate.map { Double(coldBytes) / $0 } ?? 0
        surveys = reading + slowdown * Self.spread(costs.surveys, over: busy)
        // Layers that workers share leave none of them idle; of kernels a good part is one thread's.
        let areLists = plan.artifactKinds.allSatisfy { $0.definition.source == .lists }
        let areShared =
            plan.neighbourSteps != nil || areLists && costs.layers.max() ?? 0 > NominalWork.leastSharedSeconds
        layers = slowdown * (areShared ? layerWork / Double(busy) : Self.spread(costs.layers, over: busy))
        // Artifacts are read by every worker that has a row of tiles.
        let readingWorkers = Double(max(1, min(busy, plan.grid.blockRows)))
        let tileTimes = shapes.map { shape in
            (
                parts.indices.reduce(0.0) {
                    $0 + costs.scoring(part: $1, rows: shape.rows, columns: shape.columns)
                }, shape.count
            )
        }
        tiles = slowdown * (Self.makespan(tileTimes, over: busy) + loading.reduce(0, +) / readingWorkers)
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

    /// How often some layer's artifact is read. Blocks that fit stay: each worker reads its rows, and every column, once. Otherwise a row is read once and a column for every
    /// tile; what is streamed, both for every tile.
    private static func loads(_ part: TilePart, _ plan: SweepPlan, _ memory: TileMemory, _ workers: Int) -> Double {
        let grid = plan.grid
        let shapes = TileShapes(grid).shapes
        let layers: Int
        if memory.streamed.contains(part.artifact) {
            layers = shapes.reduce(0) { $0 + $1.count * ($1.rows + $1.columns) }
        } else if fits(plan, memory) {
            let sides = plan.isSymmetric ? [grid.columns] : [grid.columns, grid.rows]
            layers = min(workers, grid.blockRows) * (sides.first ?? 0) + (sides.dropFirst().first ?? 0)
        } else {
            layers = grid.rows + shapes.reduce(0) { $0 + $1.count * $1.columns }
        }
        return Double(layers)
    }

    private static func fits(_ plan: SweepPlan, _ memory: TileMemory) -> Bool {
        let grid = plan.grid
        let blocks = plan.isSymmetric ? grid.blockColumns : grid.blockColumns + grid.blockRows
        return memory.blockBytes.values.reduce(0) { $0 + $1 * blocks } <= memory.limit
    }
}
