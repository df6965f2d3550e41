package import SweepModel

/// What each work item of a sweep takes in seconds of an ordinary core, by the plan alone: the weights by which progress is counted
/// until what was measured corrects them.
package struct NominalWork: Sendable {
    /// By model, and by layer of the plan.
    package let surveys: [Double]
    /// Of layers that take longer, idle workers' threads do a part.
    package static let leastSharedSeconds = 0.2
    package let layers: [Double]
    /// Of a layer of references, whose artifacts are there.
    private static let found = 2e-3
    private let plan: SweepPlan
    /// By the numbers of rows and columns: only the tiles at the grid's edges differ.
    private var tiles: [[Int]: Double] = [:]
    /// All tiles of scores together.
    package private(set) var allTiles = 0.0
    /// All tiles of permutations together.
    package let allNullTiles: Double

    package init(_ plan: SweepPlan) {
        let rates = HostRates.nominal(for: plan)
        // Of references nothing is read but what is there already.
        surveys = plan.models.indices.map { model in
            rates.survey.seconds(WorkUnits.survey(bytes: plan.isReference(model: model) ? 0 : plan.models[model].bytes))
        }
        // Each is found by going through all layers or metrics.
        let (kinds, form) = (plan.artifactKinds, plan.linearKernelForm)
        layers = plan.layers.map { layer in
            if plan.isReference(model: layer.model) { return Self.found }
            return rates.layer.seconds(
                WorkUnits.layer(
                    samples: plan.sampleCount, width: layer.width, kinds: kinds, form: form, queries: plan.queries))
        }
        self.plan = plan
        allNullTiles = PermutationWork(plan).seconds
        for shape in TileShapes(plan.grid).shapes {
            let seconds = Self.tile(plan, rates, rows: shape.rows, columns: shape.columns)
            tiles[[shape.rows, shape.columns]] = seconds
            allTiles += seconds * Double(shape.count)
        }
    }

    /// A tile, with its artifacts read.
    package func tile(row: Int, column: Int) -> Double {
        let grid = plan.grid
        let (rows, columns) = (grid.rowRange(row).count, grid.columnRange(column, ofRow: row).count)
        guard let drawn = plan.permutations, let run = grid.permutations(ofRow: row) else {
            return tiles[[rows, columns]] ?? 0
        }
        return drawn.seconds(of: plan, rows: rows, columns: columns) * Double(run.count)
    }

    private static func tile(_ plan: SweepPlan, _ rates: HostRates, rows: Int, columns: Int) -> Double {
        let (n, form) = (plan.listedSamples, plan.linearKernelForm)
        let width = Double(plan.layers.reduce(0) { $0 + $1.width }) / Double(max(plan.layers.count, 1))
        var read: Set<ArtifactKind> = []
        let drawn =
            plan.subsamples.reduce(0) { $0 + $1.seconds(of: plan, rows: rows, columns: columns) }
            + GalleryWork.seconds(plan, rows: rows, columns: columns)
        return zip(TilePart.parts(of: plan), zip(rates.tiles, rates.loads)).reduce(drawn) { sum, part in
            let (artifact, (scoring, loading)) = (part.0.artifact, part.1)
            let units = WorkUnits.tile(artifact, samples: n, width: width, rows: rows, columns: columns, form: form)
            let seconds = sum + scoring.seconds(units)
            guard read.insert(artifact).inserted else { return seconds }
            return seconds + Double(rows + columns) * loading.seconds(WorkUnits.load(artifact, samples: n, form: form))
        }
    }
}
