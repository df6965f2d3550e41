import Figures
import Foundation
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ReportTests {
    /// An invented sweep: `counts` are numbers of layers of models of x and, of a cross sweep, of y.
    private static func sweep(
        _ counts: [Int], y: [Int]? = nil, metrics: Int = 2, missing: Set<Int> = [], hasScores: Bool = true,
        names: (Int) -> String = { "model \($0)" }
    ) -> SweepScores {
        func side(_ counts: [Int], _ start: Int) -> ScoredSide {
            let models = counts.indices.map {
                ScoredModel(name: names(start + $0), attributes: ["modality": .text("vision")])
            }
            let layers = counts.enumerated().flatMap { model, count in
                (0..<count).map { ScoredLayer(model: model, index: $0, name: "block\($0)", clipped: 0.05) }
            }
            let scores = hasScores ? ["acc": counts.indices.map { 0.1 * Double($0 * $0 % 7) }] : [:]
            return ScoredSide(models: models, layers: layers, scores: scores)
        }
        let (x, other) = (side(counts, 0), side(y ?? counts, y == nil ? 0 : counts.count))
        var generator = SeededGenerator(seed: 3)
        let scored = (0..<metrics).map { position -> ScoredMetric in
            let cells = counts.count * other.models.count
            var scores = (0..<cells).map { _ in Double.random(in: 0.1..<0.9, using: &generator) }
            for cell in missing where cell < cells { scores[cell] = .nan }
            if y == nil {
                let n = counts.count
                for i in 0..<n { for j in 0..<i { scores[i * n + j] = scores[j * n + i] } }
            }
            let layers = (0..<(x.layers.count * other.layers.count)).map { _ in
                Double.random(in: 0..<1, using: &generator)
            }
            return ScoredMetric(
                id: position == 0 ? "mutual_knn_k10" : "metric_\(position)",
                kind: position == 0 ? "mutual_knn" : "metric_\(position)",
                k: position == 0 ? 10 : nil, layerScores: layers, scores: scores,
                bestXLayers: scores.map { $0.isNaN ? -1 : 0 }, bestYLayers: scores.map { $0.isNaN ? -1 : 0 },
                lastLayers: scores.map { $0 / 2 }, matchedDepth: scores.map { $0 / 3 }, chance: 0.05)
        }
        return SweepScores(
            name: "test", sampleCount: 200, isSymmetric: y == nil, x: x, y: y == nil ? x : other, metrics: scored)
    }

    private static func page(_ report: Report) throws -> String {
        try #require(report.files.first { $0.path == "report.html" }).text
    }

    private static func rows(_ report: Report, _ path: String) throws -> [[String]] {
        try #require(report.files.first { $0.path == path }).text.split(separator: "\r\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test(arguments: [
        sweep([1]), sweep([1, 1]), sweep([2, 3, 4]), sweep([2, 1], y: [3, 2, 1]),
        sweep([3, 2, 2, 2, 1, 4], missing: [1, 2, 9]),
        sweep([2, 2, 2], metrics: 1, hasScores: false), sweep([2, 2], metrics: 0),
        sweep([1, 1, 1], missing: Set(0..<9)),
        sweep([2, 2], y: [1, 1], missing: Set(0..<4)), sweep(Array(repeating: 2, count: 12), metrics: 12),
    ])
    func everySectionSaysSomething(sweep: SweepScores) throws {
        let page = try Self.page(Report(sweep, Provenance()))
        let sections = page.components(separatedBy: "<section ").dropFirst()
        #expect(sections.count == 9)
        for section in sections {
            let body = section.components(separatedBy: "</h2>").last ?? ""
            #expect(body.contains("<p>") || body.contains("<table>"), "\(section)")
            #expect(!body.contains("class=\"figures\">\n</div>"), "a group of no figures")
        }
        #expect(prose(page).firstMatch(of: /\b(nan|inf)\b/.ignoresCase()) == nil)
    }

    @Test func hostileNamesAreEscapedAndNameNoFile() throws {
        let names = ["<script>alert(1)</script>", "../../etc/passwd", "a\"b'c&d", "=cmd()", "A/B", "a b", "A B"]
        let report = try Report(Self.sweep([2, 2, 3, 2, 2, 2, 2]) { names[$0] }, Provenance())
        let page = try Self.page(report)
        #expect(!prose(page).contains("<script") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        for file in report.files {
            #expect(
                file.path.wholeMatch(of: /(figures|data)\/[a-z0-9][a-z0-9_.-]*\.(svg|vl\.json|csv)|report\.html/)
                    != nil, "\(file.path)")
            #expect(!file.path.contains(".."))
            if file.path.hasSuffix(".svg") { #expect(!file.text.contains("<script")) }
            if file.path.hasSuffix(".csv") { #expect(!file.text.contains(",=cmd") && !file.text.contains("\n=cmd")) }
        }
        #expect(Set(report.files.map(\.path)).count == report.files.count)
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let sweep = Self.sweep([2, 3, 4, 1, 2, 3])
        #expect(try Report(sweep, Provenance()).files == Report(sweep, Provenance()).files)
    }

    @Test func timeStandsInProvenanceAlone() throws {
        let sweep = Self.sweep([2, 3])
        var provenance = Provenance()
        provenance.created = "2031-02-03T04:05:06Z"
        provenance.hosts = ["some-host"]
        let page = try Self.page(Report(sweep, provenance))
        #expect(
            page.components(separatedBy: "2031-02-03").count == 2
                && page.components(separatedBy: "some-host").count == 2)
        let place = try #require(page.range(of: "9. Provenance"))
        #expect(page[..<place.lowerBound].range(of: "2031-02-03") == nil)
    }

    @Test func numbersInFilesAreThoseOfTheAnalysis() throws {
        let sweep = Self.sweep([2, 3, 4, 1, 2, 3], missing: [1])
        let report = try Report(sweep, Provenance())
        let analysis = AnalysedSweep(sweep)
        let names = analysis.compared.compared.models.map(\.name)
        let rows = try Self.rows(report, "data/model-pairs.csv")
        #expect(rows.count == 1 + 15 && rows[0].prefix(4) == ["x", "y", "same_network", "mutual_knn_k10"])
        let column = try #require(rows[0].firstIndex(of: "mutual_knn_k10:last_layers"))
        for row in rows.dropFirst() {
            let (i, j) = (try #require(names.firstIndex(of: row[0])), try #require(names.firstIndex(of: row[1])))
            let expected = analysis.compared.metrics[0].matrix[i * 6 + j]
            #expect(expected.isNaN ? row[3].isEmpty : Double(row[3]) == expected)
            #expect(expected.isNaN ? row[column].isEmpty : Double(row[column]) == expected / 2)
        }
        for row in try Self.rows(report, "data/metric-correlations.csv").dropFirst() where row[1] != row[2] {
            // All models are of one modality: all pairs are of one kind.
            #expect(row[0] == "all pairs" || row[0] == "within vision")
            #expect(Double(row[3]) == analysis.metricCorrelation.correlations[1].value && row[4] == "14")
        }
        let pooled = try #require(analysis.scoreAlignments.first).pooled
        let statistics = try #require(try Self.rows(report, "data/score-alignment.csv").dropFirst().first)
        #expect(Double(statistics[5]) == pooled.pearson.value && Double(statistics[6]) == pooled.spearman.value)
        let interval = pooled.spearmanInterval.value
        #expect(Double(statistics[7]) == interval?.lower && Double(statistics[8]) == interval?.upper)
        #expect(Double(statistics[9]) == pooled.line.value?.slope && statistics[4] == "\(pooled.pearson.n)")
    }

    @Test func pairsThatAreAskedForAreShown() throws {
        let sweep = Self.sweep([2, 3, 4])
        let options = ReportOptions(pairs: [("model 2", "model 0")])
        let report = try Report(sweep, Provenance(), options: options)
        #expect(try Self.page(report).contains("Pairs that were asked for"))
        #expect(report.files.contains { $0.path == "figures/layers-mutual_knn_k10-model-2-model-0.svg" })
        #expect(throws: Complaint.self) {
            try Report(sweep, Provenance(), options: .init(pairs: [("model 2", "nobody")]))
        }
    }

    @Test func linksSayWhatTheyLeadTo() throws {
        let page = try Self.page(Report(Self.sweep([2, 3, 4]), Provenance()))
        let links = page.matches(of: /<a href="(?:figures|data)[^"]*"([^>]*)>([^<]*)<\/a>/).map { found in
            (words: String(found.1), text: String(found.2))
        }
        // Short below a figure, where what they lead to is heard and shown on pointing; long in lists.
        let (short, long) = (links.filter { !$0.words.isEmpty }, links.filter(\.words.isEmpty))
        #expect(Set(short.map(\.text)) == ["SVG", "Vega-Lite", "CSV"] && !long.isEmpty)
        for link in short {
            let label = link.words.firstMatch(of: /^ title="([^"]+)" aria-label="([^"]+)"$/)
            #expect(label.map { $0.1 == $0.2 && $0.1.hasPrefix("\(link.text) of ") } == true, "\(link)")
        }
        let said = short.map(\.words)
        #expect(said.contains { $0.contains("\"SVG of mutual_knn_k10: maximum over layers\"") })
        #expect(said.contains { $0.contains("\"CSV of all pairs of models by all metrics\"") })
        #expect(
            long.map(\.text).allSatisfy {
                $0.hasPrefix("SVG of ") || $0.hasPrefix("Vega-Lite of ") || $0.contains("CSV")
            }, "\(long)")
    }

    /// Each panel says what is left out of it, and nothing where that is nothing.
    @Test func pairsOfOneNetworkAreCountedByPanel() throws {
        var sweep = Self.sweep(Array(repeating: 2, count: 9))
        for model in 0..<9 {
            sweep.x.models[model].attributes["modality"] = .text(model < 5 ? "vision" : "language")
            // One pair of twins among the first, three among the others, none across.
            sweep.x.models[model].attributes["network"] = .text([0, 0, 2, 3, 4, 5, 5, 5, 8].map { "n\($0)" }[model])
        }
        sweep.y = sweep.x
        let page = try Self.page(Report(sweep, Provenance()))
        let captions = page.matches(of: /Correlation of metrics over ([^<]*)</).map { String($0.1) }
        #expect(captions.count == 3)
        for caption in captions {
            let left = caption.firstMatch(of: /\d pairs? of one network (is|are) left out/).map { String($0.0) }
            let expected =
                caption.contains("within vision")
                ? "1 pair of one network is left out"
                : (caption.contains("within language") ? "3 pairs of one network are left out" : nil)
            #expect(left == expected, "\(caption)")
        }
    }

    @Test func layersOfOneRowHaveATitleForIt() throws {
        let report = try Report(Self.sweep([1, 6, 2]), Provenance(), options: .init(pairs: [("model 0", "model 1")]))
        let drawing = try #require(
            report.files.first { $0.path == "figures/layers-mutual_knn_k10-model-0-model-1.svg" })
        #expect(drawing.text.contains(">rows: layer of model 0</text>"))
        #expect(drawing.text.contains(">layer of model 1</text>"))
    }

    /// Every pair of modalities has its layers shown, also where others spread more.
    @Test func eachPairOfModalitiesHasItsLayers() throws {
        var sweep = Self.sweep(Array(repeating: 3, count: 12))
        for model in 0..<12 {
            let modality = model < 8 ? "vision" : "language"
            sweep.x.models[model].attributes["modality"] = .text(modality)
        }
        // Vision pairs spread ten times as much as all others.
        let layers = sweep.x.layers
        for i in layers.indices {
            for j in layers.indices where layers[i].model >= 8 || layers[j].model >= 8 {
                sweep.metrics[0].layerScores[i * layers.count + j] *= 0.1
            }
        }
        sweep.y = sweep.x
        let page = try Self.page(Report(sweep, Provenance()))
        for heading in [
            "Layers within language: 6 pairs", "Layers language with vision: the 8 most telling of 32 pairs",
            "Layers within vision: the 8 most telling of 28 pairs",
        ] {
            #expect(page.contains("<h3>\(heading)</h3>"), "\(heading)")
        }
        #expect(page.contains("layer 0 (block0)") && page.contains(">2 block2</text>"))
    }

    @Test func metricsAreCalledByTheirIdsAlone() throws {
        let page = try Self.page(Report(Self.sweep([2, 3, 4]), Provenance()))
        #expect(page.contains("mutual_knn_k10") && !page.contains("mutual_knn (k"))
    }

    @Test func everyRangeOfKIsReported() throws {
        var sweep = Self.sweep([2, 2, 2, 1])
        for metric in ["jaccard_knn", "mutual_knn", "lcs_knn"] {
            let ks = [1, 2, 3, 8, 9]
            let scores = (0..<(ks.count * 16)).map { 0.1 + 0.01 * Double($0 % 7) }
            sweep.curves.append(
                ScoredCurve(metric: metric, isSymmetric: true, ks: ks, scores: scores, lastLayers: scores))
        }
        let page = try Self.page(Report(sweep, Provenance()))
        for metric in ["jaccard_knn", "mutual_knn", "lcs_knn"] {
            #expect(page.contains("<h3>\(metric), k = 1 to 3, 8 to 9, n = 200 samples</h3>"))
        }
        #expect(try Self.page(Report(Self.sweep([2, 2]), Provenance())).contains("The sweep has no ranges of k"))
    }

    @Test func manyModelsKeepTheirTablesInFiles() throws {
        let report = try Report(Self.sweep(Array(repeating: 1, count: 61)), Provenance())
        let page = try Self.page(report)
        #expect(!page.contains("Data table (61 rows)") && page.contains("data/model-pairs.csv"))
        #expect(report.files.contains { $0.path == "figures/models-metric_1.svg" })
    }

    @Test func aResultsFileBecomesAReport() throws {
        let fixture = try SweepFixture(failures: ["layer 1: a <broken> store"])
        let report = try Report(ResultsReader(path: try fixture.write()))
        let page = try Self.page(report)
        #expect(page.contains("Not computed: layer 1: a &lt;broken&gt; store") && page.contains("1970-01-01T00:00:00Z"))
        #expect(page.contains("a warning"))
    }

    // MARK: Random matchings

    /// Two models of two and three layers, whose cells' p is `p` between the models and at its floor within them; the second metric has none.
    private static func placed(_ p: [Double], tied: Int? = nil) -> SweepScores {
        var sweep = sweep([2, 3])
        let ranks: [Double] = [2, 8, 2, 8, 32]
        for (layer, rank) in ranks.enumerated() {
            sweep.x.layers[layer].effectiveRank = rank
            if layer == tied { sweep.x.layers[layer].tied = 0.5 }
        }
        sweep.y = sweep.x
        var all = [Double](repeating: 0.001, count: 25)
        for (position, value) in p.enumerated() { all[position / 3 * 5 + 2 + position % 3] = value }
        let means = (0..<25).map { (ranks[$0 / 5] * ranks[$0 % 5]).squareRoot() / 199 }
        sweep.metrics[0].isSymmetric = true
        sweep.metrics[0].layerScores = means.map { 3 * $0 }
        sweep.metrics[0].placement = .known(
            means: means, deviations: means.map { $0 / 10 }, p: all, floor: 0.001)
        sweep.metrics[1].placement = .unknown(reason: "nobody knows <how>")
        return sweep
    }

    @Test func cellsOfLowPAreMarkedAndCounted() throws {
        let report = try Report(Self.placed([0.001, 0.001, 0.03, 0.05, 0.5, .nan]), Provenance())
        let page = try Self.page(report)
        #expect(page.contains("Dots: p ≤ 0.001 (2 of 5 cells); rings: p ≤ 0.05 (2 more)."))
        // Pairs of layers of one model, all at the floor, are not counted, and no pair twice.
        #expect(
            page.contains("n = 200 samples, 2 of 5 layer pairs of different models have p ≤ 0.001 and 2 more p ≤ 0.05"))
        #expect(page.contains("it is not that of the maximum") && page.contains("metric_1: nobody knows &lt;how&gt;."))
        let counts = try Self.rows(report, "data/random-matchings.csv")
        #expect(counts.count == 2 && counts[1].prefix(6) == ["mutual_knn_k10", "5", "2", "0.001", "2", "1"])
        let cells = try Self.rows(report, "data/layers-mutual_knn_k10-model-0-model-1.csv")
        #expect(cells[0] == ["row", "column", "value", "p"])
        #expect(cells.dropFirst().map(\.[3]) == ["0.001", "0.001", "0.03", "0.05", "0.5", ""])
        let drawing = try #require(
            report.files.first { $0.path == "figures/layers-mutual_knn_k10-model-0-model-1.svg" })
        #expect(drawing.text.contains("class=\"marks\"") && drawing.text.contains("p ≤ 0.001"))
    }

    /// Neighbours that the order of samples decides are no likeness.
    @Test func tiedLayersAreNeitherMarkedNorCounted() throws {
        let page = try Self.page(Report(Self.placed([0.001, 0.5, 0.001, 0.02, 0.5, 0.001], tied: 4), Provenance()))
        #expect(page.contains("Dots: p ≤ 0.001 (1 of 4 cells); rings: p ≤ 0.05 (1 more)."))
        #expect(page.contains("1 of 4 layer pairs of different models have p ≤ 0.001"))
    }

    @Test func chanceStandsAgainstEffectiveRank() throws {
        let report = try Report(Self.placed([Double](repeating: 0.5, count: 6)), Provenance())
        let rows = try Self.rows(report, "data/chance-by-rank.csv").dropFirst()
        // Geometric means of the ranks 2 and 8 with 2, 8 and 32.
        let expected: [(rank: Double, cells: String)] = [(2, "1"), (4, "2"), (8, "2"), (16, "1")]
        #expect(rows.map { $0[2] } == expected.map(\.cells))
        for (row, (rank, _)) in zip(rows, expected) {
            let wanted = [rank, rank / 199, 1.2 * rank / 199, 3 * rank / 199]
            for (text, value) in zip([row[1]] + row[3...], wanted) {
                #expect(abs((Double(text) ?? .nan) - value) < 1e-12, "\(row)")
            }
        }
        #expect(report.files.contains { $0.path == "figures/chance-by-rank-mutual_knn_k10.svg" })
    }

    @Test func resultsThatDoNotKnowHaveNoneOfThis() throws {
        var sweep = Self.placed([Double](repeating: 0.001, count: 6))
        for metric in sweep.metrics.indices { sweep.metrics[metric].placement = nil }
        let report = try Report(sweep, Provenance())
        #expect(!(try Self.page(report)).contains("andom matchings"))
        #expect(!report.files.contains { $0.path.contains("matchings") || $0.path.contains("chance-by") })
        #expect(!report.files.contains { $0.text.contains("class=\"marks\"") })
        // All metrics without moments: the reasons alone.
        sweep.metrics[0].placement = .unknown(reason: "a cause")
        let page = try Self.page(Report(sweep, Provenance()))
        #expect(page.contains("mutual_knn_k10: a cause.") && !page.contains("Dots:") && !page.contains("A low p"))
    }
}
