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
            PermutationDesign(groups: context.groups, sampleCount: plan.sampleCount)
        makeRoom(for: PermutedSquare.bytes(plan, rows: rows.count, columns: columns.count))
        let square = try permutedSquare(layout, rows, columns)
        var values = [[Double]](repeating: [], count: layout.blocks.count)
        for group in square.groups {
            for first in stride(
                from: layout.permutations.lowerBound, to: layout.permutations.upperBound, by: group.runLength)
            {
                let run = first..<min(first + group.runLength, layout.permutations.upperBound)
                let permutations = run.map { number in
                    number == 0
                        ? SamplePermutation(identityOf: plan.sampleCount)
                        : design.permutation(number, seed: drawn.seed)
                }
                for scores in try group.layers.scores(permutations) {
                    for (position, block) in group.blocks.enumerated() {
                        values[block] += group.measures[position].planes(of: scores[position])
                    }
                }
                onStep()
            }
        }
        return TileScores(row: row, column: column, values: values.flatMap(\.self)).bytes
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
