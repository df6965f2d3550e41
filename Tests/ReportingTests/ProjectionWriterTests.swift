import Foundation
import HDF5
import Projection
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ProjectionWriterTests {
    /// Scores of n models on a circle, nearer ones more alike.
    private static func scores(_ n: Int, chance: Double? = 0.1, change: (inout [Double]) -> Void = { _ in })
        -> SweepScores
    {
        var matrix = (0..<(n * n)).map { cell -> Double in
            let (i, j) = (cell / n, cell % n)
            let steps = min(abs(i - j), n - abs(i - j))
            return i == j ? .nan : 0.95 / Double(1 + steps) + 0.01 * Double((i * j) % 5) / 5
        }
        change(&matrix)
        let side = ScoredSide(models: (0..<n).map { ScoredModel(name: "m\($0)") }, layers: [])
        let metric = ScoredMetric(id: "mutual_knn_k5", kind: "mutual_knn", k: 5, scores: matrix, chance: chance)
        return SweepScores(name: "s", sampleCount: 50, isSymmetric: true, x: side, y: side, metrics: [metric])
    }

    @Test func everyMapReadsBack() throws {
        let file = try AnalysedFixture()
        let maps = try SweepMaps(file.scores)
        #expect(try file.texts("projection/model") == file.scores.x.models.map(\.name))
        for entry in maps.maps {
            let path = "projection/\(entry.metric)"
            for (name, panel) in [("umap", entry.map?.umap), ("mds", entry.map?.mds)] {
                var points = [Double](repeating: .nan, count: 24)
                for (model, point) in zip(entry.models, panel?.points ?? []) {
                    points[2 * model] = point.x
                    points[2 * model + 1] = point.y
                }
                #expect(same(try file.numbers("\(path)/\(name)"), points))
                let dataset = try HDF5File.open(file.path).root().dataset("\(path)/\(name)")
                #expect(dataset.shape == [12, 2])
                #expect(try dataset.attribute("method")?.text == panel?.method.rawValue)
                #expect(try dataset.attribute("stress_1")?.number == panel?.quality.stress1)
                #expect(
                    try dataset.attribute("trustworthiness")?.number == panel?.quality.neighbours?.trustworthiness)
                #expect(try dataset.attribute("neighbour_recall")?.number == panel?.quality.neighbours?.recall)
                // None, and so NaN, where all scores are below the chance level and all distances the same.
                let correlation = try dataset.attribute("rank_correlation")?.number ?? .nan
                #expect(same([correlation], [panel?.quality.rankCorrelation ?? .nan]))
            }
            #expect(try file.attribute("reason", of: path)?.text == entry.reason)
            #expect(try file.attribute("n", of: path) == .int64(Int64(entry.models.count)))
        }
        #expect(try file.attribute("neighbours", of: "projection") == .int64(15))
        #expect(try file.attribute("min_dist", of: "projection") == .float64(0.1))
    }

    @Test func theDefaultIsTheLogarithmAboveChance() throws {
        let scores = Self.scores(6, chance: 0.3)
        let distances = try MetricDistances(scores.metrics[0], scores, asked: .log)
        #expect(distances.distance == .log && distances.note == nil)
        let expected = 0.95 / 2 + 0.01 * 2 / 5
        #expect(abs(distances.matrix[1, 2] - -Foundation.log(expected)) < 1e-12)
        // 0.95/4 is below the chance level.
        #expect(abs(distances.matrix[0, 3] - -Foundation.log(0.3)) < 1e-12)
        let linear = try MetricDistances(scores.metrics[0], scores, asked: .linear)
        #expect(abs(linear.matrix[0, 3] - (1 - 0.95 / 4)) < 1e-12)
    }

    @Test(arguments: [0, nil] as [Double?]) func withoutAChanceLevelDistancesAreLinear(_ chance: Double?) throws {
        let scores = Self.scores(6, chance: chance)
        let distances = try MetricDistances(scores.metrics[0], scores, asked: .log)
        #expect(distances.distance == .linear)
        #expect(distances.note?.hasSuffix(chance == nil ? "this metric's is not known" : "this metric's is 0") == true)
        #expect(abs(distances.matrix[0, 3] - (1 - 0.95 / 4)) < 1e-12)
    }

    @Test func eachPairHasTheChanceOfItsBestLayers() throws {
        var scores = Self.scores(3, chance: nil)
        let layers = [0, 0, 1, 2].enumerated().map { position, model in
            ScoredLayer(model: model, index: position == 1 ? 1 : 0, name: "l")
        }
        scores.x.layers = layers
        scores.y.layers = layers
        // Model 0 is at its best in its layer 1, the second row and column.
        scores.metrics[0].bestXLayers = [1, 1, 1, 0, 0, 0, 0, 0, 0]
        scores.metrics[0].bestYLayers = [1, 0, 0, 1, 0, 0, 1, 0, 0]
        scores.metrics[0].chanceLayers = (0..<16).map { [1, 4, 7, 13].contains($0) ? 0.6 : 0.2 }
        // Cells (1, 2), (1, 3) and their mirror images, of which 7 and 13 are (1, 3) and (3, 1).
        scores.metrics[0].scores = [.nan, 0.5, 0.5, 0.5, .nan, 0.5, 0.5, 0.5, .nan]
        let distances = try MetricDistances(scores.metrics[0], scores, asked: .log)
        #expect(abs(distances.matrix[0, 1] - -Foundation.log(0.5)) < 1e-12)
        #expect(abs(distances.matrix[0, 2] - -Foundation.log(0.6)) < 1e-12)
    }

    /// One model without scores costs its own place on the map, not everybody's.
    @Test func modelsWithoutScoresAreLeftOut() throws {
        let scores = Self.scores(7) { matrix in
            for other in 0..<7 { (matrix[2 * 7 + other], matrix[other * 7 + 2]) = (.nan, .nan) }
        }
        let maps = try SweepMaps(scores)
        #expect(maps.maps[0].models == [0, 1, 3, 4, 5, 6])
        #expect(maps.maps[0].map?.mds.points.count == 6)
        let one = Self.scores(5) { $0[1 * 5 + 3] = .nan }
        #expect(try SweepMaps(one).maps[0].models == [0, 1, 2, 4], "of equals the last one goes")
    }

    /// Two models of the same features score 1 up to rounding, also from above.
    @Test func twinsAreOnePointOfTheMap() throws {
        let maps = try SweepMaps(
            Self.scores(6) { matrix in
                for other in 0..<6 where other != 4 {
                    (matrix[24 + other], matrix[other * 6 + 4]) = (matrix[6 + other], matrix[6 + other])
                }
                (matrix[6 + 4], matrix[24 + 1]) = (1 + 2e-9, 1 + 2e-9)
            })
        let map = try #require(maps.maps[0].map)
        #expect(
            map.pointCount == 5 && map.umap.points[1] == map.umap.points[4] && map.mds.points[1] == map.mds.points[4])
        #expect(MapTables(maps).text(width: 100).contains("5 distinct points"))
    }

    @Test func scoresAboveOneHaveNoMap() throws {
        let maps = try SweepMaps(Self.scores(5) { ($0[3], $0[15]) = (1.5, 1.5) })
        #expect(maps.maps[0].map == nil)
        #expect(maps.maps[0].reason?.contains("m0 and m3 exceeds 1") == true)
    }

    @Test(arguments: [1, 2, 3, 4, 5]) func fewModels(_ count: Int) throws {
        let file = try AnalysedFixture(models: count)
        let maps = try SweepMaps(Self.scores(count))
        #expect((maps.reason == nil) == (count > 2))
        #expect((try file.attribute("reason", of: "projection") == nil) == (count > 2))
        #expect(try file.exists("projection/cka") == (count > 2))
        if count > 2 { #expect(maps.maps[0].map?.umap.method == (count == 3 ? .classicalScaling : .umap)) }
    }

    @Test func aCrossSweepSaysWhyThereIsNone() throws {
        let file = try AnalysedFixture(x: [0, 1, 2], y: [3, 4, 5])
        let reason = try file.attribute("reason", of: "projection")
        #expect(reason == .string("models of two sides have no distances among themselves"))
        #expect(try !file.exists("projection/umap"))
    }

    @Test func wrongSettingsAreRefused() throws {
        let options = MapOptions(settings: UMAPSettings(neighbours: 1))
        let complaint = #expect(throws: Complaint.self) { _ = try SweepMaps(Self.scores(5), options: options) }
        #expect(complaint?.kind == .request)
    }

    /// As many as UMAP took, of those that were asked for.
    @Test(arguments: [(6, 15, "5 neighbours"), (6, 3, "3 neighbours"), (3, 15, "no UMAP of so few")])
    func neighboursAreThoseThatWereTaken(_ count: Int, _ asked: Int, _ said: String) throws {
        let maps = try SweepMaps(Self.scores(count), options: MapOptions(settings: UMAPSettings(neighbours: asked)))
        let title = try #require(MapTables(maps).text(width: 100).split(separator: "\n").first)
        #expect(title.contains("n = \(count) of \(count) models; \(said)"), "\(title)")
        let taken = said.split(separator: " ").first.flatMap { Int($0) }
        #expect(maps.maps[0].map?.neighbours == taken)
        let json = try MapJSON.text(maps, output: "r.h5")
        #expect(taken == nil || json.ranges(of: "\"neighbours\" : \(taken ?? 0)").count >= 1)
    }

    @Test func tablesAndJSONNameModelsAndQuality() throws {
        var scores = Self.scores(6)
        scores.x.models[1].name = "e\u{1b}[2Jvil"
        let maps = try SweepMaps(scores)
        let text = MapTables(maps).text(width: 100)
        #expect(text.contains("e?[2Jvil") && text.contains("distance -log(max(s, chance)); n = 6 of 6 models"))
        #expect(text.contains("trustworthiness") && text.contains("MDS (SMACOF) (2 neighbours)"))
        let json = try MapJSON.text(maps, output: "r.h5")
        #expect(
            json.contains("\"neighbourRecall\"") && json.contains("\\u001b") && json.contains("\"distance\" : \"log\""))
    }
}
