import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ScoresReaderTests {
    @Test func aCrossSweepReadsBack() throws {
        let fixture = try SweepFixture(
            x: [2, 0], y: [1], metrics: [Metric(kind: .cknna, k: 3), Metric(kind: .mutualKNN, k: 5)],
            curves: [MetricCurve(kind: .cknna, ks: [2, 3])]
        ) { model, store in
            store.scores = [["bits_per_byte": 0.5], ["acc": 3], ["bits_per_byte": 0.25]][model]
            store.lowerIsBetter = model == 1 ? [] : ["bits_per_byte"]
            store.textAttributes = [["family": "ViT"], ["family": "BERT"], [:]][model]
            store.integerAttributes = [["pretrained": 1], [:], ["pretrained": 0]][model]
        }
        let scores = try ResultsReader(path: try fixture.write()).sweepScores()
        let plan = fixture.sweep.plan
        #expect(scores.sampleCount == 8 && !scores.isSymmetric)
        #expect(scores.x.models.map(\.name) == ["model 2", "model 0"] && scores.y.models.map(\.name) == ["model 1"])
        #expect(scores.x.models.map(\.family) == [nil, "ViT"] && scores.y.models[0].modality == "vision")
        #expect(scores.x.models.map { $0.attributes["pretrained"] } == [.integer(0), .integer(1)])
        #expect(scores.x.scores == ["bits_per_byte": [0.25, 0.5]] && scores.x.lowerIsBetter == ["bits_per_byte"])
        #expect(scores.y.scores == ["acc": [3]] && scores.y.lowerIsBetter.isEmpty)
        #expect(scores.x.layers.map(\.index) == plan.xLayers.map { plan.layers[$0].index })
        #expect(scores.metrics.map(\.id) == ["cknna_k3", "mutual_knn_k5"])
        #expect(scores.metrics.map(\.isSymmetric) == [false, true] && scores.metrics.map(\.k) == [3, 5])
        for (position, metric) in scores.metrics.enumerated() {
            let models = fixture.sweep.modelScores(metric: position)
            #expect(same(metric.scores, models.scores) && metric.bestXLayers == models.bestXLayers.map { Int($0) })
            #expect(metric.bestYLayers == models.bestYLayers.map { Int($0) })
            #expect(same(metric.layerScores, fixture.sweep.table.scores[position]))
            #expect(same(metric.matchedDepth, ModelScores.matchedDepth(fixture.sweep.table, metric: position)))
        }
        #expect(scores.metrics[0].chance == nil && scores.metrics[1].chance == 5.0 / 7)
        #expect(scores.curves.map(\.metric) == ["cknna"] && scores.curves[0].ks == [2, 3])
        #expect(scores.curves[0].scores.count == 4 && !scores.curves[0].isSymmetric)
        #expect(same(scores.curves[0].lastLayers, fixture.sweep.table.curves[0].lastLayers.flatMap(\.self)))
    }

    @Test(arguments: [nil, [1, 2]] as [[Int]?]) func intervalsReadBack(_ y: [Int]?) throws {
        let fixture = try SweepFixture(x: y == nil ? [0, 1, 2] : [0], y: y, subsamples: 6)
        let reader = try ResultsReader(path: try fixture.write())
        let wanted = try #require(fixture.sweep.scoredIntervals(metric: 0))
        let metric = SweepFixture.metrics[0].id
        for found in [
            try reader.sweepScores().metrics.first { $0.id == metric }?.intervals, try reader.intervals(of: metric),
        ] {
            let found = try #require(found)
            #expect(found.subsamples == 6 && found.units == 8 && found.drawnUnits == 4)
            #expect(found.isValidated && !found.drawsGroups)
            #expect(
                same(found.standardErrors, wanted.standardErrors) && same(found.leftOut ?? [], wanted.leftOut ?? []))
            #expect(same(found.bestStandardErrors, wanted.bestStandardErrors))
            #expect(same(found.replicates, wanted.replicates) && found.replicates.contains { $0.isFinite })
        }
        #expect(try reader.intervals(of: metric, withLayerScores: false)?.standardErrors == [])
        #expect(try reader.sweepScores().metrics.filter { $0.intervals != nil }.map(\.id) == [metric])
    }

    @Test(arguments: [nil, [1, 2]] as [[Int]?]) func calibrationsReadBack(_ y: [Int]?) throws {
        let fixture = try SweepFixture(x: y == nil ? [0, 1, 2] : [0], y: y, permutations: 39)
        let reader = try ResultsReader(path: try fixture.write())
        let metrics = try reader.sweepScores(withLayerScores: false).metrics
        let metric = fixture.sweep.plan.metrics[0].id
        let wanted = try #require(fixture.sweep.calibrations[0])
        #expect(Set(wanted.values[.maximum]?.p.filter(\.isFinite) ?? []).count > 1)
        for found in [metrics.first { $0.id == metric }?.calibration, try reader.calibration(of: metric)] {
            let found = try #require(found)
            #expect(found.permutations == 39 && !found.permutesGroups && found.level == 0.05)
            #expect(Set(found.values.keys) == Set(NullTable.Aggregate.allCases))
            for (aggregate, values) in wanted.values {
                let read = try #require(found.values[aggregate])
                #expect(same(read.p, values.p) && same(read.q, values.q) && same(read.holm, values.holm))
                #expect(same(read.threshold, values.threshold))
                let largest = aggregate == .studentisedMaximum
                #expect(largest ? read.calibrated == nil : same(read.calibrated ?? [], values.calibrated))
                #expect(read.familywise.map { same($0, values.familywise ?? []) } == (y == nil ? nil : true))
            }
        }
        #expect(metrics.filter { $0.calibration != nil }.map(\.id) == [metric])
    }

    @Test func aSymmetricSweepIsAnalysed() throws {
        let fixture = try SweepFixture()
        let scores = try ResultsReader(path: try fixture.write()).sweepScores()
        #expect(scores.isSymmetric && scores.x.models.count == 3)
        #expect(AnalysedSweep(scores).compared.compared.pairs.count == 3)
    }
}
