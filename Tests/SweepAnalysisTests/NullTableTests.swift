import SweepModel
import Testing

@testable import SweepAnalysis

struct NullTableTests {
    private typealias Plane = NullTileLayout.Plane

    /// Models of which one lies across the border of two blocks of layers and one across two borders.
    private func plan(isSymmetric: Bool, kinds: [MetricKind] = [.mutualKNN], count: Int = 19) -> SweepPlan {
        SweepPlan(
            sampleCount: 100,
            models: [60, 10, 130, 5].enumerated().map { model, layers in
                ("m\(model)", "/\(model).h5", 1, (0..<layers).map { ($0, "\($0)", 2) })
            },
            xModels: isSymmetric ? [0, 1, 2, 3] : [0, 2], yModels: isSymmetric ? nil : [1, 2, 3],
            metrics: kinds.map { Metric(kind: $0, k: 3) },
            permutations: PermutationPlan(count: count, metrics: Array(kinds.indices), seed: 0))
    }

    /// A number for each cell, plane and permutation that looks drawn at random; whole, so that sums are exact.
    private func number(_ metric: Int, _ isReversed: Bool, _ permutation: Int, _ row: Int, _ column: Int) -> Double {
        var mixed = SplitMix64(
            seed: UInt64(((metric * 2 + (isReversed ? 1 : 0)) * 100 + permutation) * 1_000_000 + row * 1000 + column))
        return Double(mixed.next() % 10_007)
    }

    /// What the cells of a tile add to each pair of models: every plane the largest, or the sum, of all of them.
    private func tile(_ plan: SweepPlan, _ row: Int, _ column: Int) throws -> TileScores {
        let layout = try #require(NullTileLayout(plan, row: row, column: column))
        var values: [Double] = []
        for block in layout.blocks {
            for permutation in layout.permutations {
                for plane in Plane.allCases {
                    var sums = [Double](repeating: plane.nothing, count: layout.planeSize)
                    for (r, i) in zip(layout.rows, layout.modelOfRow) {
                        for (c, j) in zip(layout.columns, layout.modelOfColumn) {
                            let cell = i * layout.columnModels.count + j
                            sums[cell] = plane.joined(
                                sums[cell], number(block.position, block.isReversed, permutation, r, c))
                        }
                    }
                    values += sums
                }
            }
        }
        return TileScores(row: row, column: column, values: values)
    }

    private func filled(_ plan: SweepPlan, without left: (row: Int, column: Int)? = nil) throws -> NullTable {
        var table = try #require(NullTable(plan: plan))
        for row in plan.grid.blockRows..<plan.grid.tileRows {
            for column in plan.grid.tileColumns(ofRow: row) {
                if let left, left == (row, column) { continue }
                let scores = try tile(plan, row, column)
                // What comes twice counts once.
                let arePut = (table.put(scores), table.put(scores))
                #expect(arePut == (true, true))
            }
        }
        return table
    }

    private func layers(_ plan: SweepPlan, _ side: [Int], _ position: Int) -> Range<Int> {
        let start = side[..<position].reduce(0) { $0 + plan.models[$1].layers.count }
        return start..<start + plan.models[side[position]].layers.count
    }

    @Test(arguments: [true, false]) func tilesAddUpToWholeModels(_ isSymmetric: Bool) throws {
        // A metric that is no mask's makes tiles of single blocks of layers.
        for kinds: [MetricKind] in [[.mutualKNN], [.mutualKNN, .cycleKNN]] {
            let plan = plan(isSymmetric: isSymmetric, kinds: kinds)
            #expect(plan.grid.nullTiles?.blocks == (kinds.count == 1 ? 8 : 1))
            let table = try filled(plan)
            #expect(table.areWhole.allSatisfy { $0 } && table.permutations == 20)
            for (metric, kind) in kinds.enumerated() {
                for i in plan.xModels.indices {
                    for j in plan.yModels.indices {
                        if isSymmetric, i == j { continue }
                        // In a symmetric sweep the later model of a pair is permuted, in both directions of its score.
                        let isTurned = isSymmetric && i > j
                        let (a, b) = isTurned ? (j, i) : (i, j)
                        let (rows, columns) = (layers(plan, plan.xModels, a), layers(plan, plan.yModels, b))
                        let found = table.values(
                            .maximum, metric: metric, pair: i * plan.yModels.count + j)
                        let expected = (0..<20).map { permutation in
                            rows.flatMap { r in
                                columns.map {
                                    number(metric, isTurned && !kind.isSymmetric, permutation, r, $0)
                                }
                            }.max() ?? .nan
                        }
                        #expect(found == expected, "\(kind.rawValue) of \(i) and \(j)")
                        // Sum and count are the same here.
                        let depth = table.values(.matchedDepth, metric: metric, pair: i * plan.yModels.count + j)
                        #expect(depth.allSatisfy { $0 == 1 })
                    }
                }
            }
        }
    }

    @Test func pairsOfWhichTilesAreMissingAreNotWhole() throws {
        let plan = plan(isSymmetric: true, kinds: [.cycleKNN])
        let row = plan.grid.blockRows
        // Rows are layers 0 … 63, columns 64 … 127: m0 and m1 with m1 and m2.
        let table = try filled(plan, without: (row, 1))
        let missing: Set<Set<Int>> = [[0, 1], [0, 2], [1], [1, 2]]
        for i in 0..<4 {
            for j in 0..<4 { #expect(table.areWhole[i * 4 + j] == !missing.contains([i, j]), "\(i), \(j)") }
        }
        let found = try #require(CalibratedScores(metric: 0, table, networks: [nil, nil, nil, nil]))
        let values = try #require(found.values[.maximum])
        #expect(values.p[2].isNaN && values.observed[2].isNaN && !values.p[3].isNaN && found.familySize == 3)
    }

    @Test func scoresAreNoPermutations() throws {
        let plan = plan(isSymmetric: true)
        var (table, scores) = (try #require(NullTable(plan: plan)), ScoreTable(plan: plan))
        let tile = TileScores(
            row: 0, column: 0, values: [Double](repeating: 0.5, count: plan.tileValueCount(row: 0, column: 0)))
        let row = plan.grid.blockRows
        let null = try self.tile(plan, row, 0)
        let arePut = [table.put(tile), scores.put(tile), table.put(null), scores.put(null)]
        #expect(arePut == [false, true, true, false])
        let isCutPut = table.put(TileScores(row: row, columns: 0..<1, bytes: Array(null.bytes.dropLast(8))))
        #expect(!isCutPut)
    }

    /// Pairs of one model or one network are tested, but not corrected for; both directions of a pair have one q.
    @Test func theFamilyIsOfDifferentNetworks() throws {
        let plan = plan(isSymmetric: true, kinds: [.cycleKNN])
        let table = try filled(plan)
        let found = try #require(CalibratedScores(metric: 0, table, networks: ["a", nil, "a", nil]))
        let values = try #require(found.values[.maximum])
        #expect(found.familySize == 5 && found.permutations == 19)
        #expect(abs(found.leastQ - 5.0 / 20) < 1e-15)
        for i in 0..<4 {
            for j in 0..<4 {
                let cell = i * 4 + j
                #expect(values.p[cell].isNaN == (i == j))
                #expect(values.q[cell].isNaN == (i == j || Set([i, j]) == [0, 2]), "\(i), \(j)")
                #expect(i == j || values.q[cell].bitPattern == values.q[j * 4 + i].bitPattern)
            }
        }
        #expect(values.familywise == nil)
        let cross = try #require(
            CalibratedScores(
                metric: 0, try filled(self.plan(isSymmetric: false)), networks: [nil, nil, nil, nil]))
        // x has m0 and m2, y m1, m2 and m3: a model is not compared with itself.
        #expect(cross.familySize == 5)
        let familywise = try #require(cross.values[.maximum]?.familywise)
        let own = try #require(cross.values[.maximum]?.p)
        #expect(familywise.map(\.isNaN) == [false, false, false, false, true, false])
        #expect(zip(own, familywise).allSatisfy { $0.isNaN || $0 <= $1 })
    }
}
