package import SweepModel

/// Seconds that each work item of a sweep takes on a host with nothing else to do, by rates that were measured there.
package struct ItemCosts: Sendable {
    /// By model, and by layer of the plan; what earlier sweeps left behind takes as long as finding it there.
    package let surveys: [Double]
    package let layers: [Double]
    /// The plan's parts of a tile, and for each the seconds in which one layer's artifact is read into memory.
    package let parts: [TilePart]
    package let loads: [Double]
    /// Of a layer that workers shared: what is left to do when its steps are done.
    package let joining: Double
    /// Seconds for each byte of a store that is read and checked.
    package let readingByte: Double
    private let plan: SweepPlan
    private let rates: HostRates
    private let steps: NeighbourSteps?
    /// All steps of a layer in units of `NeighbourSteps.share`.
    private let allShares: Double
    /// The mean number of features.
    private let width: Double
    /// Tiles of scores by their numbers of rows and columns.
    private var tiles: [[Int]: Double] = [:]

    package init(_ plan: SweepPlan, rates: HostRates, known: KnownWork = KnownWork()) {
        self.plan = plan
        self.rates = rates
        let (parts, kinds, form) = (TilePart.parts(of: plan), plan.artifactKinds, plan.linearKernelForm)
        self.parts = parts
        width = Double(plan.layers.reduce(0) { $0 + $1.width }) / Double(max(plan.layers.count, 1))
        let loads = parts.indices.map { part in
            guard rates.loads.indices.contains(part) else { return 0.0 }
            return rates.loads[part].seconds(
                WorkUnits.load(parts[part].artifact, samples: plan.listCount, form: form))
        }
        self.loads = loads
        surveys = plan.models.indices.map { model in
            rates.survey.seconds(WorkUnits.survey(bytes: known.models.contains(model) ? 0 : plan.models[model].bytes))
        }
        // Artifacts that are there are read once and checked.
        let found = Self.firstReaders(parts).reduce(0) { $0 + loads[$1] }
        joining = found
        layers = plan.layers.indices.map { layer in
            guard !known.layers.contains(layer) else { return found }
            return rates.layer.seconds(
                WorkUnits.layer(
                    samples: plan.sampleCount, width: plan.layers[layer].width, kinds: kinds, form: form,
                    queries: plan.queries))
        }
        readingByte = max(0, rates.survey.seconds([0, 1]))
        steps = plan.neighbourSteps
        allShares = steps.map { steps in (0..<steps.count).reduce(0) { $0 + steps.share($1) } } ?? 1
        for shape in TileShapes(plan.grid).shapes {
            tiles[[shape.rows, shape.columns]] = scoredTile(rows: shape.rows, columns: shape.columns)
        }
    }

    /// The positions of parts whose artifact no part before them goes by: those that go by the same artifact read it together.
    package static func firstReaders(_ parts: [TilePart]) -> [Int] {
        parts.indices.filter { part in parts.firstIndex { $0.artifact == parts[part].artifact } == part }
    }

    /// One step of a layer that workers share: its part of what the layer takes in one piece.
    package func step(_ index: Int, of layer: Int) -> Double {
        layers[layer] * (steps?.share(index) ?? 1) / allShares
    }

    /// Part `part` of a tile of so many layers whose artifacts are in memory.
    package func scoring(part: Int, rows: Int, columns: Int) -> Double {
        guard rates.tiles.indices.contains(part) else { return 0 }
        let units = WorkUnits.tile(
            parts[part].artifact, samples: plan.listedSamples, width: width, rows: rows, columns: columns,
            form: plan.linearKernelForm)
        return rates.tiles[part].seconds(units)
    }

    /// A tile of scores or of permutations whose artifacts are in memory. What no trial measures (permutations, subsamples, galleries)
    /// takes what it takes an ordinary core.
    package func tile(row: Int, column: Int) -> Double {
        let grid = plan.grid
        let (rows, columns) = (grid.rowRange(row).count, grid.columnRange(column, ofRow: row).count)
        guard let drawn = plan.permutations, let run = grid.permutations(ofRow: row) else {
            return tiles[[rows, columns]] ?? 0
        }
        return drawn.seconds(of: plan, rows: rows, columns: columns) * Double(run.count)
    }

    private func scoredTile(rows: Int, columns: Int) -> Double {
        let drawn = plan.subsamples.reduce(0) { $0 + $1.seconds(of: plan, rows: rows, columns: columns) }
        return parts.indices.reduce(drawn + GalleryWork.seconds(plan, rows: rows, columns: columns)) {
            $0 + scoring(part: $1, rows: rows, columns: columns)
        }
    }

    /// All tiles together with their artifacts in memory, and all items that do not depend on who does what.
    package var allTiles: Double {
        let scores = TileShapes(plan.grid).shapes.reduce(0) { sum, shape in
            sum + Double(shape.count) * (tiles[[shape.rows, shape.columns]] ?? 0)
        }
        return scores + PermutationWork(plan).seconds
    }
    package var all: Double { surveys.reduce(0, +) + layers.reduce(0, +) + allTiles }
}
