import HDF5
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct AnalysisWriterTests {
    private static let sides: [([Int]?, [Int]?)] = [(nil, nil), ([0, 1, 2, 4, 5, 6, 8, 9, 10, 11], [3, 7])]

    @Test(arguments: sides) func scoreAlignmentReadsBack(_ x: [Int]?, _ y: [Int]?) throws {
        let file = try AnalysedFixture(x: x, y: y)
        let compared = file.analysed.compared
        let metrics = compared.metrics.map(\.id)
        #expect(try file.texts("analysis/metric") == metrics)
        #expect(try file.texts("analysis/model") == compared.compared.models.map(\.name))
        #expect(same(try file.numbers("analysis/alignment"), compared.metrics.flatMap(\.matrix)))
        for (number, group) in compared.groups.enumerated() {
            let path = "analysis/score_alignment/\(number)"
            let names = try file.texts("\(path)/score")
            #expect(names == ["bits_per_byte", "vtab/dtd", "vtab:pets"])
            #expect(try file.texts("\(path)/title")[0] == "1 - bits_per_byte")
            #expect(try file.texts("\(path)/member") == group.members.map { compared.compared.models[$0].name })
            let panels = names.flatMap { name in
                metrics.map { metric in
                    file.analysed.scoreAlignments.first {
                        $0.subjects == group.subjects && $0.axis.score == name && $0.metric == metric
                    }
                }
            }
            let pooled = try panels.map { try #require($0).pooled }
            let lines = try panels.flatMap { try #require($0).lines }
            for (prefix, lines) in [("pooled_", pooled), ("", lines)] {
                func same(_ name: String, _ values: [Double?]) throws -> Bool {
                    ReportingTests.same(try file.numbers("\(path)/\(prefix)\(name)"), values.map { $0 ?? .nan })
                }
                #expect(try same("slope", lines.map { $0.line.value?.slope }))
                #expect(try same("intercept", lines.map { $0.line.value?.intercept }))
                #expect(try same("r_squared", lines.map { $0.line.value?.rSquared }))
                #expect(try same("pearson", lines.map(\.pearson.value)))
                #expect(try same("spearman", lines.map(\.spearman.value)))
                #expect(try same("spearman_lower", lines.map { $0.spearmanInterval.value?.lower }))
                #expect(try same("spearman_upper", lines.map { $0.spearmanInterval.value?.upper }))
                #expect(try same("n", lines.map { Double($0.line.n) }))
                let bands = lines.compactMap(\.band.value)
                #expect(try file.exists("\(path)/\(prefix)band_lower") == !bands.isEmpty)
                guard !bands.isEmpty else { continue }
                let none = [Double](repeating: .nan, count: 21)
                #expect(try same("band_lower", lines.flatMap { $0.band.value?.lower ?? none }))
                #expect(try same("band_upper", lines.flatMap { $0.band.value?.upper ?? none }))
                #expect(try same("band_x", lines.flatMap { $0.band.value?.x ?? none }))
            }
            // A line's points are where its member and reference indices meet.
            let (members, references) = (
                try file.numbers("\(path)/member_index"), try file.numbers("\(path)/reference_index")
            )
            #expect(members == group.members.map(Double.init) && references == group.references.map(Double.init))
            let n = compared.compared.count
            let panel = try #require(panels[0])
            let shown = try file.numbers("\(path)/shown").prefix(members.count)
            #expect(shown.filter(\.isFinite) == panel.shown)
            let points = zip(members, shown).filter(\.1.isFinite).map { member, _ in
                compared.metrics[0].matrix[Int(member) * n + Int(references[0])]
            }
            #expect(same(points, panel.lines[0].alignments))
        }
    }

    @Test func subjectsAreNamed() throws {
        let file = try AnalysedFixture()
        let first = "analysis/score_alignment/0"
        #expect(try file.attribute("subjects", of: first) == .string("modality"))
        #expect(try file.attribute("modality", of: first) == .string("language"))
        let cross = try AnalysedFixture(x: [0, 1], y: [2, 3])
        #expect(try cross.attribute("subjects", of: first) == .string("x"))
    }

    @Test func competenceBinsReadBack() throws {
        let file = try AnalysedFixture()
        let path = "analysis/competence_bins"
        #expect(
            try file.texts("\(path)/criterion") == ["solved_tasks", "solved_tasks", "bits_per_byte", "bits_per_byte"])
        #expect(try file.numbers("\(path)/is_solved_tasks") == [1, 1, 0, 0])
        #expect(try file.texts("\(path)/modality") == ["language", "vision", "language", "vision"])
        let reasons = try file.texts("\(path)/reason")
        #expect(reasons.map(\.isEmpty) == [false, true, false, true], "three language models are too few for two bins")
        let metrics = file.analysed.compared.metrics.map(\.id)
        let width = try #require(file.analysed.competenceBins.map(\.bins.count).max())
        var means: [Double] = [], errors: [Double] = [], counts: [Double] = []
        var intervals: [JackknifeInterval?] = []
        for criterion in 0..<4 {
            for metric in metrics {
                let entry = file.analysed.competenceBins.filter { $0.metric == metric }[criterion]
                for bin in 0..<width {
                    let mean = bin < entry.bins.count ? entry.bins[bin].alignment : nil
                    means.append(mean?.value?.mean ?? .nan)
                    errors.append(mean?.value?.standardError ?? .nan)
                    intervals.append(mean?.interval.value)
                    counts.append(Double(mean?.n ?? 0))
                }
            }
        }
        #expect(try HDF5File.open(file.path).root().dataset("\(path)/mean").shape == [4, metrics.count, width])
        #expect(same(try file.numbers("\(path)/mean"), means))
        #expect(same(try file.numbers("\(path)/standard_error"), errors))
        #expect(intervals.contains { $0 != nil })
        for (name, number) in [
            ("model_error", \JackknifeInterval.standardError), ("interval_degrees_of_freedom", \.degreesOfFreedom),
            ("interval_lower", \.lower), ("interval_upper", \.upper),
        ] {
            #expect(same(try file.numbers("\(path)/\(name)"), intervals.map { $0?[keyPath: number] ?? .nan }))
        }
        let criteria = file.analysed.competenceBins.filter { $0.metric == metrics[0] }
        #expect(try file.texts("\(path)/unevenness") == criteria.map { $0.unevenness ?? "" })
        let sizes = criteria.flatMap { entry in
            (0..<width).map { $0 < entry.bins.count ? Double(entry.bins[$0].models.count) : 0 }
        }
        #expect(try file.numbers("\(path)/bin_size") == sizes)
        #expect(try file.numbers("\(path)/n") == counts)
        let bins = try file.numbers("\(path)/bin_of_model").suffix(12)
        #expect(bins[bins.startIndex + 1] == -1, "the model without a score is in no bin")
        #expect(
            stride(from: 3, to: 12, by: 4).allSatisfy { bins[bins.startIndex + $0] == -1 },
            "nor are those of another modality")
        #expect(Set(bins).subtracting([-1]) == [0, 1])
    }

    @Test func theOtherSectionsReadBack() throws {
        let file = try AnalysedFixture()
        let analysed = file.analysed
        #expect(
            same(
                try file.numbers("analysis/metric_correlation/spearman"),
                analysed.metricCorrelation.correlations.map { $0.value ?? .nan }))
        #expect(
            try file.numbers("analysis/metric_correlation/n")
                == analysed.metricCorrelation.correlations.map { Double($0.n) })
        let kinds = analysed.metricCorrelation.kinds
        #expect(try file.texts("analysis/metric_correlation/pair_kind") == kinds.map(\.name) && kinds.count == 3)
        #expect(
            same(
                try file.numbers("analysis/metric_correlation/kind_spearman"),
                kinds.flatMap { $0.correlations.map { $0.value ?? .nan } }))
        let pairs = try file.attribute("excluded_pairs", of: "analysis/metric_correlation")
        #expect(pairs == .int64(1))
        let depths = analysed.depthProfiles.flatMap(\.x)
        #expect(same(try file.numbers("analysis/depth/x_models/mean"), depths.map { $0.depths.value?.mean ?? .nan }))
        #expect(
            same(
                try file.numbers("analysis/depth/x_models/quartiles"),
                depths.flatMap { $0.depths.value?.quartiles ?? [.nan, .nan, .nan] }))
        #expect(try file.numbers("analysis/depth/x_models/n") == depths.map { Double($0.depths.n) })
        #expect(try !file.exists("analysis/depth/y_models"))
        let merges = analysed.clusterings.flatMap(\.merges)
        #expect(try file.numbers("analysis/clustering/height") == merges.map(\.height))
        #expect(try file.numbers("analysis/clustering/left") == merges.map { Double($0.left) })
        #expect(try file.numbers("analysis/clustering/right") == merges.map { Double($0.right) })
        #expect(
            try file.numbers("analysis/clustering/order") == analysed.clusterings.flatMap { $0.order.map(Double.init) })
        let across = analysed.highlights.map(\.across)
        let names = try file.texts("analysis/highlights/highest_x")
        for (metric, extremes) in across.enumerated() {
            let start = (metric * 2 + 1) * 3
            #expect(Array(names[start..<(start + 3)]) == extremes.highest.map(\.x))
        }
        #expect(
            try file.numbers("analysis/highlights/n")
                == analysed.highlights.flatMap { [Double($0.within.pairCount), Double($0.across.pairCount)] })
        #expect(try file.texts("analysis/gaps/tied_layer") == analysed.gaps.tied.map(\.label))
        #expect(try file.numbers("analysis/gaps/clipped_share") == analysed.gaps.clipped.map(\.share))
        #expect(
            try file.numbers("analysis/gaps/missing_pairs") == analysed.gaps.missing.map { Double($0.pairCount) })
    }

    @Test func curvesReadBack() throws {
        let file = try AnalysedFixture()
        for curve in file.analysed.curves {
            let path = "analysis/curves/\(curve.metric)"
            #expect(try file.numbers("\(path)/k") == [1, 2, 6])
            #expect(same(try file.numbers("\(path)/scores"), curve.scores))
            #expect(same(try file.numbers("\(path)/mean"), curve.means.map { $0.value?.mean ?? .nan }))
            let lower = curve.intervals.map { $0.value?.lower ?? .nan }
            #expect(same(try file.numbers("\(path)/interval_lower"), lower) && lower.contains(where: \.isFinite))
            let trends = curve.trends.flatMap(\.values)
            #expect(same(try file.numbers("\(path)/trend"), trends.map { $0.value ?? .nan }))
            #expect(try file.numbers("\(path)/trend_n") == trends.map { Double($0.n) })
            #expect(try file.attribute("centre", of: path) == .string(curve.centre))
            let members = try file.numbers("\(path)/pair_member").map { file.scores.x.models[Int($0)].name }
            #expect(members == curve.pairs.map(\.member))
        }
        #expect(file.analysed.curves.count == 2)
    }

    @Test func facetsByAnySharedAttribute() throws {
        let file = try AnalysedFixture()
        let metrics = file.analysed.compared.metrics.count
        let facets = file.analysed.facets
        var attributes: [String] = []
        for (number, start) in stride(from: 0, to: facets.count, by: metrics).enumerated() {
            let path = "analysis/facets/\(number)"
            attributes.append(try file.attribute("attribute", of: path)?.text ?? "")
            let entries = facets[start..<(start + metrics)]
            #expect(try file.texts("\(path)/facet") == entries[start].facets.map(\.value))
            let means = entries.flatMap { $0.facets.map { $0.alignment.value?.mean ?? .nan } }
            #expect(same(try file.numbers("\(path)/mean"), means))
            #expect(try file.exists("\(path)/network_mean") == !entries[start].series.isEmpty)
            let isPaired = entries.contains { $0.paired != nil }
            #expect(try file.attribute("confounded", of: path) == .int64(isPaired ? 0 : 1))
            guard isPaired else { continue }
            let paired = entries.flatMap { entry in
                entry.facets.indices.map { facet -> Double in
                    guard let place = entry.paired?.facets.firstIndex(of: facet) else { return .nan }
                    return entry.paired?.means[place].value?.mean ?? .nan
                }
            }
            #expect(same(try file.numbers("\(path)/paired_mean"), paired))
        }
        #expect(Set(attributes) == ["captions", "family", "parameters"])
        #expect(facets.contains { $0.paired != nil } && facets.contains { $0.paired == nil })
    }

    /// Texts from files are values, never names of links.
    @Test func hostileNames() throws {
        let hostile = ["/", "..", "a/b/c", ".", "\u{1b}[2Jé", "mean", "axis", "metric"]
        let file = try AnalysedFixture(models: 8, name: { hostile[$0] })
        #expect(try file.texts("analysis/model") == hostile)
        #expect(try file.texts("projection/model") == hostile)
        let groups = try HDF5File.open(file.path).root().group("analysis").childNames()
        #expect(
            groups == [
                "alignment", "clustering", "competence_bins", "curves", "depth", "facets", "gaps", "highlights",
                "metric", "metric_correlation", "model", "other_model", "score_alignment",
            ])
    }

    @Test(arguments: [1, 2, 3]) func fewModels(_ count: Int) throws {
        let file = try AnalysedFixture(models: count)
        #expect(try file.numbers("analysis/alignment").count == 4 * count * count)
        let reason = try file.attribute("reason", of: "analysis/clustering")
        #expect((reason == nil) == (count > 1))
        #expect(same(try file.numbers("analysis/alignment"), file.analysed.compared.metrics.flatMap(\.matrix)))
        if count > 2 {
            // Three models, without a second modality: one group, in which they are members and references.
            let reasons = try HDF5File.open(file.path).root()
                .dataset("analysis/score_alignment/0/pooled_slope").attribute("reasons")
            #expect(reasons?.texts == ["fewer than 5 models"])
        }
    }

    @Test func aSweepWithoutScores() throws {
        let file = try AnalysedFixture(models: 5, hasScores: false)
        #expect(try HDF5File.open(file.path).root().group("analysis/score_alignment").childNames() == [])
        #expect(try file.attribute("reason", of: "analysis/competence_bins") == .string("no model has a score"))
        #expect(try file.exists("analysis/metric_correlation/spearman"))
    }

    /// Links cannot hold every name; the reader gets the store's own.
    @Test func originalNamesOfScores() throws {
        let file = try AnalysedFixture(models: 4)
        let dataset = try HDF5File.open(file.path).root().dataset("x_score_vtab_dtd")
        #expect(try dataset.attribute("name") == .string("vtab/dtd"))
        #expect(file.scores.x.scores.keys.sorted() == ["bits_per_byte", "vtab/dtd", "vtab:pets"])
        #expect(SolvedTasks.shares(file.analysed.compared.compared) != nil)
    }
}
