import Testing

@testable import SweepAnalysis

struct AnalysedSweepTests {
    private let sweep: SweepScores
    /// Another order of the 18 models: models 4, 11, 0, 7, …
    private let order = (0..<18).map { ($0 * 7 + 4) % 18 }

    init() throws { sweep = try #require(GoldenNumbers.sections).sweep }

    @Test func anotherOrderOfModelsChangesNoNumber() throws {
        let (a, b) = (AnalysedSweep(sweep), AnalysedSweep(sweep.reordered(order)))
        for (p, q) in zip(a.scoreAlignments, b.scoreAlignments) {
            #expect(p.metric == q.metric && p.axis == q.axis && Set(p.members) == Set(q.members))
            for line in p.lines {
                let other = try #require(q.lines.first { $0.reference == line.reference })
                #expect(close(line.pearson.value, other.pearson.value) && line.pearson.n == other.pearson.n)
                #expect(close(line.spearman.value, other.spearman.value))
                #expect(close(line.line.value?.slope, other.line.value?.slope))
                #expect(close(line.band.value?.upper ?? [], other.band.value?.upper ?? []))
            }
            #expect(close(p.pooled.line.value?.intercept, q.pooled.line.value?.intercept))
        }
        for (p, q) in zip(a.competenceBins, b.competenceBins) {
            #expect(p.bins.map { Set($0.models) } == q.bins.map { Set($0.models) })
            for (s, t) in zip(p.bins, q.bins) {
                #expect(close(s.alignment.value?.mean, t.alignment.value?.mean))
                #expect(close(s.alignment.interval.value?.lower, t.alignment.interval.value?.lower))
            }
        }
        let pairs = zip(a.metricCorrelation.correlations, b.metricCorrelation.correlations)
        #expect(pairs.allSatisfy { close($0.value, $1.value) && $0.n == $1.n })
        #expect(
            a.highlights.map { $0.across.highest.map(\.score) } == b.highlights.map { $0.across.highest.map(\.score) })
        #expect(a.curves[0].centre == b.curves[0].centre)
        for (p, q) in zip(a.curves[0].trends, b.curves[0].trends) {
            for (name, value) in zip(a.curves[0].members, p.values) {
                let place = try #require(b.curves[0].members.firstIndex(of: name))
                #expect(close(value.value, q.values[place].value))
            }
        }
        for (p, q) in zip(a.clusterings, b.clusterings) {
            let (names, others) = (p.order.map { "m\($0)" }, q.order.map { "m\(order[$0])" })
            #expect(names == others || names == others.reversed())
        }
        for (p, q) in zip(a.depthProfiles, b.depthProfiles) {
            for model in p.x {
                let other = try #require(q.x.first { $0.name == model.name })
                #expect(model.depths.n == other.depths.n)
                #expect(model.depths.value?.histogram == other.depths.value?.histogram)
                #expect(model.depths.value?.quartiles == other.depths.value?.quartiles)
            }
        }
        for (p, q) in zip(a.facets, b.facets) {
            #expect(p.facets.map(\.value) == q.facets.map(\.value))
            #expect(zip(p.facets, q.facets).allSatisfy { close($0.alignment.value?.mean, $1.alignment.value?.mean) })
        }
    }

    @Test func aMissingScoreLowersEveryCountThatItWasIn() throws {
        var holed = sweep
        // v0 with l at 15, in both directions.
        holed.metrics[0].scores[15] = .nan
        holed.metrics[0].scores[15 * 18] = .nan
        let (a, b) = (AnalysedSweep(sweep), AnalysedSweep(holed))
        #expect(b.metricCorrelation.correlations[0].n == a.metricCorrelation.correlations[0].n - 1)
        #expect(b.gaps.missing[0].pairCount == a.gaps.missing[0].pairCount + 1)
        #expect(b.highlights[0].across.pairCount == a.highlights[0].across.pairCount - 1)
        #expect(b.highlights[1].across.pairCount == a.highlights[1].across.pairCount)
        #expect(b.clusterings[0].missingCount == a.clusterings[0].missingCount + 1)
        func line(_ analysed: AnalysedSweep) throws -> AlignmentLine {
            let panel = analysed.scoreAlignments.first { $0.metric == "mutual_knn_k10" && $0.axis.score == "imagenet" }
            return try #require(panel?.lines.first { $0.reference == "m15" })
        }
        #expect(try line(b).pearson.n == line(a).pearson.n - 1)
        // Captions of model 15 are "name".
        #expect(b.facets[0].facets[0].alignment.n == a.facets[0].facets[0].alignment.n - 1)
    }

    @Test func theSeedAloneChoosesTheBands() throws {
        func band(_ seed: UInt64) throws -> [Double] {
            let analysed = AnalysedSweep(sweep, bootstrap: .init(seed: seed))
            let panel = analysed.scoreAlignments.first { $0.axis.score == "imagenet" }
            return try #require(panel?.pooled.band.value?.lower)
        }
        #expect(try band(0) == band(0))
        #expect(try band(0) != band(1))
    }

    @Test func aSweepWithoutAnythingHasNothing() {
        let empty = AnalysedSweep(scored(side([]), []))
        #expect(empty.scoreAlignments.isEmpty && empty.competenceBins.isEmpty && empty.clusterings.isEmpty)
        let one = AnalysedSweep(scored(side(["a"], scores: ["s": [1]]), side(["a"]), [scored("m", [[1]])]))
        #expect(one.scoreAlignments.allSatisfy { $0.pooled.line.value == nil && $0.pooled.line.n == 0 })
        #expect(one.highlights.allSatisfy { $0.within.pairCount == 0 } && one.clusterings.isEmpty)
    }
}
