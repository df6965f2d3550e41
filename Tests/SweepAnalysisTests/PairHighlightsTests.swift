import Testing

@testable import SweepAnalysis

struct PairHighlightsTests {
    /// Five vision models, v0 and v1 of one network, and one language model; scores ij of models i < j.
    private func sweep() -> SweepScores {
        let models = side(
            ["v0", "v1", "v2", "v3", "v4", "l"],
            attributes: ["modality": ["v", "v", "v", "v", "v", "l"], "network": ["n", "n", "a", "b", "c", "d"]])
        let rows = (0..<6).map { i in (0..<6).map { j in Double(min(i, j) * 10 + max(i, j)) / 100 } }
        var metric = scored("m", rows)
        metric.bestXLayers = (0..<36).map { $0 / 6 == 5 ? 1 : 2 }
        metric.bestYLayers = (0..<36).map { $0 % 6 == 5 ? 1 : -1 }
        return scored(models, [metric])
    }

    @Test func theThreeAtEachEndWithinAndAcross() throws {
        let found = try #require(PairHighlights.all(ComparedSweep(sweep())).first)
        #expect(found.within.highest.map(\.score) == [0.34, 0.24, 0.23])
        #expect(found.within.lowest.map(\.score) == [0.02, 0.03, 0.04])
        #expect(found.within.pairCount == 9)
        #expect(
            found.across.highest.map(\.score) == [0.45, 0.35, 0.25] && found.across.lowest.map(\.score) == [0.05, 0.15])
        #expect(found.across.highest[0].x == "v4" && found.across.highest[0].y == "l")
        #expect(found.across.highest[0].xLayer == 2 && found.across.highest[0].yLayer == 1)
        #expect(found.within.highest[0].yLayer == nil)
    }

    @Test func noneOfNothingAndMissingPairsAreSkipped() throws {
        let one = try #require(PairHighlights.all(ComparedSweep(scored(side(["a"]), [scored("m", [[1]])]))).first)
        #expect(one.within.highest.isEmpty && one.across.pairCount == 0)
        let two = scored(side(["a", "b", "c"]), [scored("m", [[1, .nan, 0.5], [.nan, 1, .nan], [0.5, .nan, 1]])])
        let found = try #require(PairHighlights.all(ComparedSweep(two)).first)
        #expect(found.within.highest.map(\.score) == [0.5] && found.within.lowest.isEmpty)
    }

    @Test func layersComeFromTheDirectionThatTheFileHas() throws {
        var metric = scored("m", [[0.5, 1]])
        (metric.bestXLayers, metric.bestYLayers) = ([1, 2], [0, 2])
        // b is second on x's side and first on y's: the pair (a, b) is the cell of row b and column a.
        let found = try #require(
            PairHighlights.all(ComparedSweep(scored(side(["b"]), side(["a", "b"]), [metric]))).first)
        #expect(found.within.pairCount == 1 && found.within.highest[0].x == "b" && found.within.highest[0].yLayer == 0)
    }

    @Test func gapsNameWhatIsMissingTiedAndClipped() {
        var sweep = scored(
            side(["a", "b", "c"], layers: 1),
            [
                scored("m", [[1, 0.5, .nan], [0.5, 1, .nan], [.nan, .nan, 1]]),
                scored("w", [[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
            ])
        for (position, shares) in [(0, (0.01, 0.0)), (1, (0.02, .nan)), (2, (0.5, 0.001))] {
            (sweep.x.layers[position].tied, sweep.x.layers[position].clipped) = shares
        }
        sweep.x.layers[2].index = ScoredLayer.concatenation
        let gaps = ScoreGaps(ComparedSweep(sweep))
        #expect(gaps.missing.map(\.metric) == ["m"] && gaps.missing[0].models == ["c"])
        #expect(gaps.missing[0].pairCount == 2 && gaps.missing[0].comparedCount == 3)
        #expect(gaps.tied.map(\.label) == ["c:all", "b:0"] && gaps.tied.map(\.share) == [0.5, 0.02])
        #expect(gaps.clipped.map(\.label) == ["c:all"])
    }
}
