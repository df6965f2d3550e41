import Testing

@testable import SweepAnalysis

/// The sections held to what NumPy and SciPy make of the same sweep: 12 vision and 6 language models, all against all.
struct SectionsTests {
    private let golden: SectionsGolden
    private let analysis: ComparedSweep

    init() throws {
        golden = try #require(GoldenNumbers.sections)
        analysis = ComparedSweep(golden.sweep)
    }

    private func names(_ positions: [Int]) -> [String] { positions.map { "m\($0)" } }

    private func agrees(_ found: Estimate<PairMean>, _ expected: GoldenMean) -> Bool {
        found.n == expected.pairs && close(found.value?.mean, expected.mean)
            && close(found.value?.standardError ?? nil, expected.se)
            && close(found.interval.value?.standardError, expected.jackknife)
            && close(found.interval.value?.lower, expected.lower) && close(found.interval.value?.upper, expected.upper)
    }

    @Test func alignmentAgainstScores() throws {
        let panels = ScoreAlignment.all(analysis, bootstrap: .init())
        // Seven scores under two metrics: six of vision models, one of language models.
        #expect(panels.count == 14)
        #expect(golden.expected.alignments.count == 2 * (6 + 1 + 12 + 1))
        for expected in golden.expected.alignments {
            let id = expected.metric
            let panel = try #require(panels.first { $0.metric == id && $0.axis.score == expected.score })
            #expect(panel.subjects == .modality(expected.score == "imagenet" ? "vision" : "language"))
            let line =
                expected.reference < 0
                ? panel.pooled : try #require(panel.lines.first { $0.reference == "m\(expected.reference)" })
            #expect(line.pearson.n == expected.n && line.spearman.n == expected.n && line.line.n == expected.n)
            #expect(panel.points(of: line).count == expected.n)
            #expect(close(line.pearson.value, expected.pearson))
            #expect(close(line.spearman.value, expected.spearman))
            #expect(close(line.line.value?.slope, expected.slope))
            #expect(close(line.line.value?.intercept, expected.intercept))
            #expect(close(line.line.value?.rSquared, expected.rSquared))
            #expect((line.band.value != nil) == (expected.n >= 10))
        }
    }

    @Test func sharesOfSolvedTasks() {
        let shares = SolvedTasks.shares(analysis.compared) ?? []
        #expect(close(Array(shares.prefix(golden.vision)), golden.expected.shares))
        #expect(shares.suffix(from: golden.vision).allSatisfy { $0.isNaN })
    }

    @Test func competenceBins() throws {
        let all = CompetenceBins.all(analysis)
        #expect(all.count == 6)
        #expect(golden.expected.bins.count == 10)
        for (metric, score, count) in [
            ("mutual_knn_k10", "", 2), ("mutual_knn_k10", "imagenet", 3), ("cknna_k10", "", 2),
            ("cknna_k10", "imagenet", 3),
        ] {
            let found = try #require(
                all.first {
                    $0.metric == metric
                        && $0.criterion
                            == (score.isEmpty ? .solvedTasks : .score(ScoreAxis(score: score, lowerIsBetter: false)))
                })
            let expected = golden.expected.bins.filter { $0.metric == metric && $0.score == score }
            #expect(found.bins.count == count && expected.count == count)
            for (bin, expected) in zip(found.bins, expected) {
                #expect(bin.models.sorted() == names(expected.members ?? []).sorted())
                #expect(agrees(bin.alignment, expected))
                #expect(bin.alignment.value?.modelCount == expected.members?.count)
            }
        }
    }

    @Test func facetsOfCaptions() throws {
        let all = FacetedAlignment.all(analysis, attribute: "captions")
        #expect(all.map(\.metric) == ["mutual_knn_k10", "cknna_k10"])
        for section in all {
            #expect(section.subjects == .modality("language"))
            #expect(section.facets.map(\.value) == ["name", "plain", "rich"])
            for facet in section.facets {
                let expected = try #require(
                    golden.expected.facets.first { $0.metric == section.metric && $0.value == facet.value })
                #expect(agrees(facet.alignment, expected))
            }
            // Three networks; one, held fixed; two.
            #expect(section.facets.map { $0.alignment.interval.value != nil } == [true, true, false])
            // l0 read three densities, l1 two, l2 one.
            #expect(section.series.map(\.network) == ["l0", "l1"])
            #expect(section.series[1].alignments[1].value == nil && section.series[1].alignments[2].n > 10)
        }
        #expect(FacetedAlignment.all(analysis, attribute: "modality").isEmpty)
        // The one network that read all three.
        for section in all {
            let paired = try #require(section.paired)
            #expect(paired.networks == ["l0"] && paired.facets == [0, 1, 2] && paired.means.map(\.n) == [1, 1, 1])
            #expect(paired.means.map { $0.value?.mean } == section.series[0].alignments.map { $0.value?.mean })
        }
    }

    @Test func correlationOfMetrics() {
        let section = MetricCorrelation(analysis)
        #expect(section.metrics == ["mutual_knn_k10", "cknna_k10"])
        #expect(section.excludedCount == 2 + 3 + 1)
        for (i, expected) in [1, golden.expected.correlation.spearman, golden.expected.correlation.spearman, 1]
            .enumerated()
        {
            #expect(close(section.correlations[i].value, expected))
        }
        #expect(section.correlations[1].n == golden.expected.correlation.n)
        #expect(section.kinds.map(\.name) == ["within language", "language with vision", "within vision"])
        #expect(section.kinds.reduce(0) { $0 + $1.correlations[1].n } == section.correlations[1].n)
        // Of 153 pairs 6 are of one network and 3 (1 of them among cknna's) have no score.
        #expect(section.correlations[0].n == 153 - 6 - 3 && section.correlations[3].n == 153 - 6 - 1)
    }

    @Test func curves() throws {
        let section = try #require(CurveNormalisation.all(analysis).first)
        #expect(section.subjects == .modality("vision"))
        #expect(section.centre == "m\(golden.expected.smallest)")
        #expect(close(section.means.map { $0.value?.mean ?? .nan }, golden.expected.curveMeans))
        #expect(section.means.map(\.n) == [72, 72, 72])
        let interval = try #require(section.intervals[1].value)
        #expect(close([interval.lower, interval.upper], golden.expected.curveInterval))
        for (trend, expected) in zip(section.trends, golden.expected.trend) {
            #expect(trend.values.allSatisfy { $0.n == 6 })
            #expect(close(trend.values.map { $0.value ?? .nan }, expected))
            #expect(trend.values[golden.expected.smallest].value == 0)
        }
        #expect(section.pairs.count == 72 && section.scores.count == 216)
        let place = try #require(section.pairs.firstIndex { $0.member == "m2" && $0.reference == "m15" })
        #expect(section.scores[place * 3 + 1] == plain(golden.curve)[324 + 2 * 18 + 15])
    }

    @Test func clusterings() throws {
        let all = ModelClustering.all(analysis)
        #expect(all.map(\.missingCount) == [3, 1])
        for (section, expected) in zip(all, golden.expected.trees) {
            #expect(section.metric == expected.metric)
            #expect(close(section.merges.map(\.height), expected.heights))
            let matrix = analysis.metrics[section.metric == "cknna_k10" ? 1 : 0].matrix
            let lowest = matrix.filter(\.isFinite).min() ?? .nan
            let cost = zip(section.order, section.order.dropFirst()).reduce(0.0) { sum, pair in
                let score = matrix[pair.0 * 18 + pair.1]
                return sum + 1 - (score.isNaN ? lowest : score)
            }
            #expect(close(cost, expected.cost))
        }
    }
}
