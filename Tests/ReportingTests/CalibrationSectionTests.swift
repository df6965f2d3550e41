import Foundation
import SweepAnalysis
import Testing

@testable import Reporting

/// What a report says of scores that were calibrated.
struct CalibrationSectionTests {
    /// Models against one another, or the first two against the others: q and p of each pair in order, NaN where there is none.
    private static func sweep(
        _ q: [Double], p: [Double]? = nil, models: Int = 4, isCross: Bool = false, permutations: Int = 1000,
        groups: Bool = false, networks: Bool = false, scores: [Double]? = nil
    ) -> SweepScores {
        func side(_ range: Range<Int>) -> ScoredSide {
            ScoredSide(
                models: range.map { model in
                    ScoredModel(
                        name: "model \(model)",
                        attributes: networks
                            ? ["network": .text("n\(model)"), "modality": .text("m\(model % 2)")] : [:])
                },
                layers: range.map { ScoredLayer(model: $0 - range.lowerBound, index: 0, name: "a") },
                scores: scores.map { ["acc": Array($0[range])] } ?? [:])
        }
        let (x, y) = isCross ? (side(0..<2), side(2..<models)) : (side(0..<models), side(0..<models))
        let (height, width) = (x.models.count, y.models.count)
        func cells(_ values: [Double]) -> [Double] {
            if isCross { return values }
            var next = values.makeIterator()
            var square = [Double](repeating: .nan, count: models * models)
            for i in 0..<models {
                for j in (i + 1)..<max(models, i + 1) {
                    let value = next.next() ?? .nan
                    (square[i * models + j], square[j * models + i]) = (value, value)
                }
            }
            return square
        }
        let pairs = isCross ? height * width : models * (models - 1) / 2
        let observed = cells((0..<pairs).map { 0.3 + 0.01 * Double($0) })
        let values = ScoredCalibration.Values(
            p: cells(p ?? q.map { $0 / 2 }), q: cells(q), holm: cells(q.map { min(1, 2 * $0) }),
            threshold: observed.map { $0 - 0.1 }, calibrated: observed.map { 0.1 / (1.1 - $0) },
            familywise: isCross ? q.map { min(1, 3 * $0) } : nil)
        let metric = ScoredMetric(
            id: "mutual_knn_k10", kind: "mutual_knn", k: 10, layerScores: observed, scores: observed,
            bestXLayers: observed.map { _ in 0 }, bestYLayers: observed.map { _ in 0 }, lastLayers: observed,
            matchedDepth: observed, chance: 0.05,
            calibration: ScoredCalibration(
                permutations: permutations, permutesGroups: groups,
                values: [.maximum: values, .lastLayers: values, .matchedDepth: values]))
        return SweepScores(name: "test", sampleCount: 200, isSymmetric: !isCross, x: x, y: y, metrics: [metric])
    }

    private static func file(_ report: Report, _ path: String) throws -> String {
        try #require(report.files.first { $0.path == path }).text
    }

    private static func rows(_ report: Report, _ path: String) throws -> [[String]] {
        try file(report, path).split(separator: "\r\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The section of a report, without its drawings.
    private static func section(_ sweep: SweepScores) throws -> String {
        let page = try file(Report(sweep, Provenance()), "report.html")
        #expect(prose(page).firstMatch(of: /\b(nan|inf)\b/.ignoresCase()) == nil)
        let sections = page.components(separatedBy: "<section ")
        return try #require(sections.first { $0.contains("Scores beside what permutations give</h2>") })
    }

    private static let low = 0.004

    @Test(arguments: [
        ([low, low, low, low, 0.2, 0.0504], "Of 6 pairs of different models 4 have q ≤ 0.05 (p = 0.002, q = 0.004):"),
        ([low, 0.05, low, low, low, 0.01], "All 6 pairs of different models have q ≤ 0.05 (p from 0.002 to 0.025, "),
        (
            [0.06, 0.5, 1, 1, 1, 1],
            "None of 6 pairs of different models has q ≤ 0.05 (p from 0.03 to 0.5, q from 0.06 to 1)"
        ),
        (
            [0.06, 0.5, 1, 1, low, 1],
            "Of 6 pairs of different models one has q ≤ 0.05 (p = 0.002, q = 0.004): its best"
        ),
        ([low, .nan, .nan, .nan, .nan, .nan], "The one pair of different models has q ≤ 0.05 (p = 0.002, q = 0.004)"),
        ([0.9, .nan, .nan, .nan, .nan, .nan], "The one pair of different models does not have q ≤ 0.05 (p = 0.45"),
        ([.nan, .nan, .nan, .nan, .nan, .nan], "No pair of different models has a score to correct"),
    ])
    func pairsAreCounted(_ q: [Double], _ said: String) throws {
        let section = try Self.section(Self.sweep(q))
        #expect(section.contains(said), "\(section.prefix(2000))")
        #expect(section.contains("their best layer pairs agree") == (said.hasPrefix("All") || said.contains("4 have")))
    }

    @Test func pairsThatDoNotStandOutAreNamed() throws {
        let two = try Self.section(Self.sweep([Self.low, Self.low, Self.low, Self.low, 0.2, 0.0504]))
        // Not rounded to what is said of the others; the lower q first.
        #expect(
            two.contains(
                "2 do not, which does not show that they are unrelated: model 2 with model 3 (p = 0.025, q = 0.0504), "
                    + "model 1 with model 3 (p = 0.1, q = 0.2)."))
        let one = try Self.section(Self.sweep([Self.low, Self.low, Self.low, Self.low, 0.2, Self.low]))
        #expect(one.contains("One does not, which does not show that it is unrelated: model 1 with model 3 ("))
        #expect(!(try Self.section(Self.sweep([0.2, 0.3, 0.4, 0.5, 0.6, 0.7])).contains("do not, which")))
    }

    @Test func resolutionIsThatOfThePermutations() throws {
        let q = [Double](repeating: Self.low, count: 6)
        let fine = try Self.section(Self.sweep(q))
        #expect(
            fine.contains("With 1,000 permutations no p is below 0.001, and neither is the q of a lone pair, nor Holm"))
        #expect(fine.contains("p of any, below 0.006. A threshold"))
        let coarse = try Self.section(Self.sweep(q, permutations: 99))
        #expect(coarse.contains("no p is below 0.01, and neither"))
        #expect(coarse.contains("p of any, below 0.06: to find a lone pair takes 119 permutations."))
        let single = try Self.section(Self.sweep([Self.low], models: 2))
        #expect(single.contains("no p is below 0.001.") && !single.contains("lone"))
    }

    @Test func groupsAndSidesAreNamed() throws {
        let q = [Double](repeating: Self.low, count: 6)
        let groups = try Self.section(Self.sweep(q, groups: true))
        #expect(groups.contains("random permutations of whole groups of samples of the second model of each pair"))
        let cross = try Self.section(Self.sweep([Self.low, 0.3, Self.low, 0.1], isCross: true))
        #expect(cross.contains("random permutations of the samples of y;") && cross.contains("4 pairs"))
        // The highest score is that of the last pair.
        #expect(
            cross.contains(
                "The highest score of a pair that q is over, 0.330 of model 1 with model 3, has p = 0.3 against the highest of all of"
            ))
        #expect(!groups.contains("Westfall"))
        #expect(try Self.section(Self.sweep(q, networks: true)).contains("All 6 pairs of different networks"))
    }

    @Test func cellsAreMarkedUnlessAllAre() throws {
        let some = try Report(Self.sweep([Self.low, Self.low, 0.3, 0.05, .nan, 0.2]), Provenance())
        let page = try Self.file(some, "report.html")
        #expect(page.contains("Dots: q ≤ 0.05 (3 of 5 pairs that have a q)."))
        let drawing = try Self.file(some, "figures/models-mutual_knn_k10.svg")
        #expect(drawing.contains("class=\"marks\"") && drawing.contains("6 marked for q of at most 0.05"))
        #expect(drawing.components(separatedBy: ">q ≤ ").count == 2)
        let all = try Report(Self.sweep([Self.low, Self.low, .nan, 0.05, .nan, 0.02]), Provenance())
        #expect(
            try Self.file(all, "report.html").contains("No cell is marked: q ≤ 0.05 for all 4 pairs that have a q."))
        let plain = try Self.file(all, "figures/models-mutual_knn_k10.svg")
        #expect(!plain.contains("class=\"marks\"") && !plain.contains("q ≤ "))
    }

    @Test func tablesHoldEveryNumber() throws {
        let q = [Self.low, 0.3, 0.06, 0.05, .nan, 0.2]
        let report = try Report(Self.sweep(q, networks: true), Provenance())
        let pairs = try Self.rows(report, "data/model-pairs.csv")
        #expect(pairs[0].suffix(4) == ["p", "q", "threshold", "calibrated"].map { "mutual_knn_k10:\($0)" })
        for (row, expected) in zip(pairs.dropFirst(), q) {
            #expect(row.suffix(3).first.map { Double($0) == expected || ($0.isEmpty && expected.isNaN) } == true)
            let score = try #require(Double(row[3]))
            #expect(Double(row[row.count - 2]) == score - 0.1 && Double(row[row.count - 1]) == 0.1 / (1.1 - score))
        }
        let counts = try Self.rows(report, "data/calibration.csv").dropFirst()
        #expect(counts.map { $0[1] } == ["maximum over layers", "last x last layer", "matched depth"])
        for row in counts { #expect(row.suffix(5) == ["5", "2", "1", "0.002", "0.3"]) }
        // Without scores of the models, scores against calibrated scores; pairs within a modality and across two.
        let points = try Self.rows(report, "data/calibrated-mutual_knn_k10.csv")
        #expect(points.count == 6 && Set(points.dropFirst().map { $0[1] }).count == 2)
        let cross = try Self.rows(
            Report(Self.sweep([Self.low, 0.3, Self.low, 0.1], isCross: true), Provenance()), "data/model-pairs.csv")
        #expect(cross.count == 5 && cross[2].suffix(4).prefix(2) == ["0.15", "0.3"])
    }

    @Test func scoresAndCalibratedScoresStandSideBySide() throws {
        let sweep = Self.sweep([Double](repeating: Self.low, count: 6), scores: [0.1, 0.4, 0.2, 0.9])
        let rows = try Self.rows(Report(sweep, Provenance()), "data/calibrated-mutual_knn_k10-acc-all.csv")
        let points = rows.filter { $0[0] == "point" }
        #expect(points.count == 8 && Set(points.map { $0[1] }) == ["score", "calibrated score"])
        // Model 0 with the others: 0.30, 0.31, 0.32.
        let own = points.filter { $0[2] == "model 0" }.compactMap { Double($0[5]) }
        let calibrated = [0.3, 0.31, 0.32].reduce(0) { $0 + 0.1 / (1.1 - $1) } / 3
        #expect(zip(own, [0.31, calibrated]).allSatisfy { abs($0 - $1) < 1e-12 } && own.count == 2)
    }

    /// Of two directions the higher p is told, and the mean of what scores are averaged of.
    @Test func directionsAreJoined() throws {
        var sweep = Self.sweep([Self.low], models: 2)
        sweep.metrics[0].isSymmetric = false
        var values = try #require(sweep.metrics[0].calibration?.values[.maximum])
        (values.p, values.threshold) = ([.nan, 0.01, 0.03, .nan], [.nan, 0.2, 0.4, .nan])
        sweep.metrics[0].calibration?.values[.maximum] = values
        let row = try Self.rows(Report(sweep, Provenance()), "data/model-pairs.csv")[1]
        #expect(row.suffix(4).prefix(1) == ["0.03"])
        #expect(abs((Double(row[row.count - 2]) ?? .nan) - 0.3) < 1e-12)
    }

    @Test func resultsThatAreNotCalibratedHaveNoneOfThis() throws {
        var sweep = Self.sweep([Double](repeating: Self.low, count: 6))
        sweep.metrics[0].calibration = nil
        let report = try Report(sweep, Provenance())
        #expect(!(try Self.file(report, "report.html").contains("permutation")))
        #expect(!report.files.contains { $0.path.contains("calibrat") || $0.text.contains("class=\"marks\"") })
        #expect(try Self.rows(report, "data/model-pairs.csv")[0].count == 5)
    }

    @Test func layersOfWhichAllStandOutHaveNoMarks() throws {
        var sweep = Self.sweep([Self.low], models: 2)
        let layers = [(0, 0), (0, 1), (1, 0), (1, 1)].map { ScoredLayer(model: $0.0, index: $0.1, name: "a") }
        (sweep.x.layers, sweep.y.layers) = (layers, layers)
        sweep.metrics[0].layerScores = (0..<16).map { 0.1 + 0.01 * Double($0) }
        func report(_ p: Double) throws -> Report {
            var all = [Double](repeating: 0.001, count: 16)
            all[2] = p
            sweep.metrics[0].placement = .known(
                means: all.map { _ in 0.05 }, deviations: all.map { _ in 0.01 }, p: all, floor: 0.001)
            return try Report(sweep, Provenance())
        }
        let path = "layers-mutual_knn_k10-model-0-model-1"
        for (p, said) in [
            (0.001, "No cell is marked: p ≤ 0.001 in all 4 cells."),
            (0.04, "No cell is marked: p ≤ 0.001 in 3 of 4 cells, and p ≤ 0.05 in all others."),
        ] {
            let all = try report(p)
            #expect(try Self.file(all, "report.html").contains(said))
            #expect(!(try Self.file(all, "figures/\(path).svg").contains("class=\"marks\"")))
            // The numbers stay in the file beside it.
            #expect(try Self.rows(all, "data/\(path).csv")[0].last == "p")
        }
        let some = try report(0.06)
        #expect(try Self.file(some, "figures/\(path).svg").contains("class=\"marks\""))
        #expect(
            try Self.file(some, "report.html").contains("Dots: p ≤ 0.001 (3 of 4 cells); rings: p ≤ 0.05 (0 more)."))
        #expect(try Self.file(some, "report.html").contains("which permutations are for"))
    }
}
