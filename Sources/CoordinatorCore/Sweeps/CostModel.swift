internal import SweepModel

/// What work items of one sweep take on an average worker, learned from those that are done.
///
/// Each stage has a unit that its time grows with: a survey the stored bytes, a layer n² d operations, a step its
/// share of them, a tile its layer pairs, and one of permutations these as often as they are permuted.
struct CostModel {
    private struct Stage {
        var seconds = 0.0
        var units = 0.0

        var rate: Double? { units > 0 ? seconds / units : nil }
    }

    private let plan: SweepPlan
    private let neighbourSteps: NeighbourSteps?
    private var surveys = Stage()
    private var layers = Stage()
    private var steps = Stage()
    private var tiles = Stage()
    private var nullTiles = Stage()

    /// - Parameter neighbourSteps: those of `plan`, which are found by going through all layers.
    init(plan: SweepPlan, neighbourSteps: NeighbourSteps?) {
        self.plan = plan
        self.neighbourSteps = neighbourSteps
    }

    /// Expected seconds of `item` on an average worker; nil while nothing like it is done.
    func seconds(_ item: WorkItem) -> Double? { rate(item).map { $0 * units(item) } }

    mutating func learn(_ item: WorkItem, count: Int = 1, seconds: Double) {
        guard seconds >= 0, seconds.isFinite else { return }
        let units = units(item) * Double(count)
        switch item {
        case .survey: Self.add(seconds, units, to: &surveys)
        case .layer: Self.add(seconds, units, to: &layers)
        case .step: Self.add(seconds, units, to: &steps)
        case .tile(let row, _) where plan.grid.isOfScores(row): Self.add(seconds, units, to: &tiles)
        case .tile: Self.add(seconds, units, to: &nullTiles)
        }
    }

    private static func add(_ seconds: Double, _ units: Double, to stage: inout Stage) {
        stage.seconds += seconds
        stage.units += units
    }

    private func rate(_ item: WorkItem) -> Double? {
        switch item {
        case .survey: surveys.rate
        case .layer: layers.rate
        case .step: steps.rate
        case .tile(let row, _): plan.grid.isOfScores(row) ? tiles.rate : nullTiles.rate
        }
    }

    private func units(_ item: WorkItem) -> Double {
        switch item {
        case .survey(let model): return Double(max(plan.models[model].bytes, 1))
        case .layer(let layer): return products(layer)
        case .step(let layer, let index): return products(layer) * (neighbourSteps?.share(index) ?? 1)
        case .tile(let row, let column):
            let grid = plan.grid
            let pairs = grid.rowRange(row).count * grid.columnRange(column, ofRow: row).count
            return Double(max(pairs * (grid.permutations(ofRow: row)?.count ?? 1), 1))
        }
    }
    private func products(_ layer: Int) -> Double {
        let n = Double(plan.sampleCount)
        return n * n * Double(max(plan.layers[layer].width, 1))
    }
}
