internal import AlignmentMetrics
internal import PermutationStatistics
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// What a tile of permutations adds to the null distributions of its models' scores, in the order of `NullTileLayout`.
    func permute(row: Int, column: Int, rows: [TileLayer], columns: [TileLayer]) throws -> [UInt8] {
        let plan = context.plan
        guard let drawn = plan.permutations, let layout = NullTileLayout(plan, row: row, column: column) else {
            throw Self.misfit(.tile(row: row, column: column))
        }
        let design =
            context.groups.map { PermutationDesign(groups: $0) } ?? PermutationDesign(sampleCount: plan.sampleCount)
        var values: [Double] = []
        values.reserveCapacity(layout.valueCount)
        let needed = PermutedSquare.bytes(plan, rows: rows.count, columns: columns.count)
        artifacts.shrink(to: max(0, memoryBytes - needed))
        features.shrink(to: max(0, memoryBytes - needed - artifacts.bytes), but: -1)
        let square = try permutedSquare(layout, rows, columns)
        for block in layout.blocks {
            // Masks serve several permutations; what is scored one by one is a step each.
            let isCounted = plan.metrics[block.position].kind.isCountedInMasks
            let length = isCounted ? PermutedSquare.runLength : 1
            for first in stride(from: layout.permutations.lowerBound, to: layout.permutations.upperBound, by: length) {
                let run = first..<min(first + length, layout.permutations.upperBound)
                let permutations = run.map { number in
                    number == 0
                        ? SamplePermutation(identityOf: plan.sampleCount)
                        : design.permutation(number, seed: drawn.seed)
                }
                for scores in try square.scores(block, permutations) { values += square.planes(block, of: scores) }
                onStep()
            }
        }
        return TileScores(row: row, column: column, values: values).bytes
    }

    /// The layers of a tile, which are those of the tile before where that was of another run of permutations.
    private func permutedSquare(
        _ layout: NullTileLayout, _ rows: [TileLayer], _ columns: [TileLayer]
    ) throws -> PermutedSquare {
        if let known = latestSquare, known.rows == rows, known.columns == columns { return known }
        latestSquare = nil
        let tile = ArtifactTile(plan: context.plan, rows: rows, columns: columns, blocks: artifacts)
        let made = try PermutedSquare(
            tile, layout, ignoresTies: context.ignoresTies, hasGroups: context.groups != nil, onStep: onStep)
        latestSquare = made
        return made
    }
}
