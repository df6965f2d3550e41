import Foundation
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ScoreTablesTests {
    @Test(arguments: [
        (0, "0.000"), (1, "1.000"), (0.1234, "0.123"), (0.12351, "0.124"), (0.9996, "1.000"), (-0.25, "-0.250"),
        (-0.0004, "0.000"),
        (-0.0006, "-0.001"), (-0.0, "0.000"), (12.0345, "12.035"), (0.05, "0.050"), (.nan, "-"), (.infinity, "-"),
        (-.infinity, "-"),
        (1_234_567.5, "1234567.500"),
    ])
    func numbers(_ value: Double, _ text: String) { #expect(ScoreTables.number(value) == text) }

    /// Scores come from files, which may say anything.
    @Test(arguments: [1e16, -1e19, 1e300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude])
    func hugeNumbers(_ value: Double) { #expect(Double(ScoreTables.number(value)) == value) }

    @Test func everyPairOnceInASymmetricTable() throws {
        let fixture = try SweepFixture()
        let blocks = ScoreTables(fixture.sweep).text(width: 200).components(separatedBy: "\n\n")
        #expect(blocks.count == 4)
        let lines = blocks[0].split(separator: "\n")
        #expect(lines[0].hasPrefix("mutual_knn_k3: best layer pair"))
        #expect(lines[0].hasSuffix("n = 8, chance of one layer pair 0.429"))
        #expect(lines.count == 5)
        #expect(lines[2].hasPrefix("1 model 0"))
        #expect(lines[4].hasPrefix("3 model 2"))
        let flags = TiedLayers.flags(fixture.sweep, metric: SweepFixture.metrics[0])
        let models = ModelScores(fixture.sweep.table, metric: 0, excluded: flags)
        let corner =
            models.scores[8].isNaN
            ? "-" : "\(ScoreTables.number(models.scores[8])) \(models.bestXLayers[8])/\(models.bestYLayers[8])"
        #expect(lines[4].hasSuffix("  " + corner))
        #expect(blocks[2].hasPrefix("cka: "))
        #expect(blocks[2].split(separator: "\n")[0].contains(", chance of one layer pair "))
    }

    /// Both directions, and a model with itself, of metrics that are not symmetric: its own neighbours say something there.
    @Test(arguments: [3, 41]) func everyOrderedPairOfAMetricThatIsNotSymmetric(_ count: Int) throws {
        let metrics = [Metric(kind: .cycleKNN, k: 3), Metric(kind: .mutualKNN, k: 3)]
        let fixture = try SweepFixture(
            layerCounts: Array(repeating: 2, count: count), x: Array(0..<count), metrics: metrics)
        let blocks = ScoreTables(fixture.sweep).text(width: 1000).components(separatedBy: "\n\n")
        let lines = blocks[0].split(separator: "\n").map(String.init)
        let models = fixture.sweep.modelScores(metric: 0)
        func score(_ i: Int, _ j: Int) -> String { ScoreTables.number(models.scores[i * count + j]) }
        if count == 3 {
            #expect(lines[1] == "not symmetric: x in rows, y in columns" && lines.count == 6)
            for i in 0..<3 {
                let cells = lines[3 + i].components(separatedBy: "  ").filter { !$0.isEmpty }.dropFirst()
                #expect(cells.map { $0.split(separator: " ")[0] } == (0..<3).map { score(i, $0)[...] })
            }
            #expect(models.scores[1] != models.scores[3], "the two directions differ")
            #expect(!blocks[1].contains("not symmetric"))
        } else {
            let known = models.scores.indices.count { models.scores[$0].isFinite && $0 / count != $0 % count }
            #expect(lines[1] == "the 20 best of \(known.grouped) ordered pairs")
            let pairs = models.scores.indices.count { models.scores[$0].isFinite && $0 / count < $0 % count }
            #expect(known > pairs)
        }
    }

    /// Half an interval stands beside each score, and what does not stand out is dimmed where a terminal shows it.
    @Test func intervalsAndDimmedScores() throws {
        let fixture = try SweepFixture(permutations: 39, subsamples: 5)
        let errors = try #require(fixture.sweep.scoredIntervals(metric: 0)).bestStandardErrors
        let models = fixture.sweep.modelScores(metric: 0)
        let p = try #require(fixture.sweep.calibrations[0]?.values[.maximum]).p
        let plain = ScoreTables(fixture.sweep).text(width: 200)
        let dimmed = ScoreTables(fixture.sweep, dims: true).text(width: 200)
        #expect(plain.contains("± 95 % over samples (5 subsamples), the best layers held fixed"))
        #expect(!plain.unicodeScalars.contains("\u{1B}"))
        let escapes = ["\u{1B}[2m", "\u{1B}[22m"]
        #expect(escapes.reduce(dimmed) { $0.replacingOccurrences(of: $1, with: "") } == plain)
        let faint = models.scores.indices.filter { $0 / 3 <= $0 % 3 && p[$0] > 0.05 }
        #expect(faint.isEmpty == false && dimmed.components(separatedBy: escapes[0]).count == faint.count + 1)
        for cell in models.scores.indices where cell / 3 <= cell % 3 && models.scores[cell].isFinite {
            let width = ScoreTables.number(1.959963984540054 * errors[cell])
            #expect(plain.contains("\(ScoreTables.number(models.scores[cell]))±\(width)"))
        }
    }

    @Test func namesAreMadeSafe() throws {
        let fixture = try SweepFixture { model, store in store.model = "m\(model)\u{1B}[2J" }
        let text = ScoreTables(fixture.sweep).text(width: 100)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.contains("m0?[2J"))
    }

    @Test func manyModelsAreListedBestFirst() throws {
        let fixture = try SweepFixture(layerCounts: Array(repeating: 2, count: 41), x: Array(0..<41))
        let lines = ScoreTables(fixture.sweep).text(width: 100).components(separatedBy: "\n\n")[0].split(
            separator: "\n")
        #expect(lines[1].hasPrefix("the 20 best of "))
        #expect(lines.count == 1 + 1 + 1 + 20)
        let scores = lines.dropFirst(3).compactMap { $0.split(separator: " ").dropLast().last.flatMap { Double($0) } }
        #expect(scores.count == 20)
        #expect(scores == scores.sorted(by: >))
    }
}

struct SweepJSONTests {
    @Test func missingScoresAreNull() throws {
        let fixture = try SweepFixture(seed: 2, failures: ["f"])
        let text = try SweepJSON.text(fixture.sweep, output: "r.h5")
        #expect(text.contains("\"status\" : \"partial\""))
        #expect(text.contains("\"output\" : \"r.h5\""))
        #expect(!text.contains("nan"))
        #expect(text.hasSuffix("}\n"))
    }

    @Test func scoresAreThoseOfTheFile() throws {
        struct Document: Decodable {
            struct Metric: Decodable {
                let id: String
                let chance: Double?
                let scores: [[Double?]]
                let bestXLayer: [[Int]]
            }
            let x: [String]
            let metrics: [Metric]
        }
        let fixture = try SweepFixture(x: [0, 1], y: [2, 0, 1])
        let document = try JSONDecoder().decode(
            Document.self, from: Data(try SweepJSON.text(fixture.sweep, output: "r").utf8))
        let results = try ResultsReader(path: try fixture.write())
        #expect(document.x == ["model 0", "model 1"])
        for metric in document.metrics {
            let found = try results.scores(of: metric.id)
            #expect(metric.scores.count == 2)
            #expect(same(metric.scores.joined().map { $0 ?? .nan }, found.scores))
            #expect(Array(metric.bestXLayer.joined()) == found.bestXLayer)
        }
    }
}

struct ProgressLineTests {
    private func text(
        done: Int = 3, total: Int = 8, share: Double = 0.375, workers: Int = 2, gigaflops: Double = 12.5,
        elapsed: Double = 5, remaining: Double? = 61, width: Int = .max
    ) -> String {
        ProgressLine.text(
            SweepProgress(
                done: done, total: total, share: share, workers: workers, gigaflops: gigaflops, elapsed: elapsed,
                remaining: remaining), width: width)
    }

    @Test func everything() { #expect(text() == "37 % · tasks 3/8 · 13 GFLOP/s · 2 workers · 5 s · ETA 1 min 1 s") }

    @Test func oneWorkerAndNothingKnown() {
        #expect(
            text(done: 0, total: 0, share: 0, workers: 1, gigaflops: 0, elapsed: 0, remaining: nil)
                == "0 % · tasks 0/0 · 1 worker · 0 s · ETA unknown")
    }

    /// A rate of nothing tells nothing.
    @Test(arguments: [(0, false), (0.99, false), (1, true)]) func littleIsLeftOut(_ rate: Double, _ isShown: Bool) {
        #expect(text(gigaflops: rate).contains("GFLOP/s") == isShown)
    }

    @Test func programsGetOneObject() throws {
        let progress = SweepProgress(
            done: 3, total: 8, share: 0.5, workers: 2, gigaflops: 0, elapsed: 5, remaining: nil)
        #expect(
            ProgressLine.json(progress)
                == #"{"progress":{"done":3,"elapsed":5,"gigaflops":0,"share":0.5,"total":8,"workers":2}}"#)
    }

    @Test func theEndIsNeverUnknown() { #expect(text(done: 8, share: 1, remaining: nil).hasSuffix("ETA 0 s")) }

    /// By what it takes and not by the number of items.
    @Test func theShareIsThatOfTheWork() { #expect(text(done: 7, share: 0.5).hasPrefix("50 % · tasks 7/8")) }

    @Test(arguments: [
        (50, "37 % · tasks 3/8 · 2 workers · 5 s · ETA 1 min 1 s"), (49, "37 % · tasks 3/8 · 5 s · ETA 1 min 1 s"),
        (37, "37 % · tasks 3/8 · ETA 1 min 1 s"), (31, "37 % · ETA 1 min 1 s"), (19, "37 %"), (3, "37 "),
    ])
    func aNarrowTerminalKeepsWhatMatters(width: Int, line: String) { #expect(text(width: width) == line) }

    @Test(arguments: [
        (0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 0 min"),
        (90_061, "25 h 1 min"),
    ])
    func durations(_ seconds: Double, _ shown: String) { #expect(text(remaining: seconds).hasSuffix("ETA \(shown)")) }
}
