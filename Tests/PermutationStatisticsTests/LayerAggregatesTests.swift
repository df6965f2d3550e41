import Testing

@testable import PermutationStatistics

struct LayerAggregatesTests {
    /// Model 0 has layers 0 … 2 and a concatenation, model 1 layers 4 and 5 (5 is tied); y has a model of two layers and one of one.
    private let x = LayerSide(
        models: [0..<4, 4..<6], isExcluded: [false, false, false, false, false, true],
        isConcatenation: [false, false, false, true, false, false])
    private let y = LayerSide(models: [0..<2, 2..<3])
    private let cells: [Double] = [
        0.1, 0.2, -0.3,
        0.4, .nan, -0.5,
        0.3, 0.5, -0.1,
        0.6, 0.0, -0.2,
        0.2, 0.1, .nan,
        0.9, 0.8, 0.7,
    ]

    @Test func maximaTakeConcatenationsInAndLeaveTiedLayersOut() {
        let aggregates = LayerAggregates(x: x, y: y)
        expect(aggregates.values(.maximum, of: cells), [0.6, -0.1, 0.2, .nan])
        expect(LayerAggregates(x: x, y: y, startsAtZero: true).values(.maximum, of: cells), [0.6, 0, 0.2, .nan])
        let all = LayerAggregates(x: LayerSide(models: x.models, isConcatenation: x.isConcatenation), y: y)
        expect(all.values(.maximum, of: cells), [0.6, -0.1, 0.9, 0.7])
    }

    @Test func lastLayersAndMatchedDepthHaveNoConcatenation() {
        let aggregates = LayerAggregates(x: x, y: y)
        expect(aggregates.values(.lastLayers, of: cells), [0.5, -0.1, 0.8, 0.7])
        // Three layers with two: 0 with 0, 1 with 1 (a half is rounded up), which has no score, 2 with 1. Then three with one, two with
        // two, and two with one.
        expect(aggregates.values(.matchedDepth, of: cells), [(0.1 + 0.5) / 2, -0.9 / 3, (0.2 + 0.8) / 2, 0.7])
    }

    @Test func meansAreOfWhatTakesPartInMaxima() {
        expect(
            LayerAggregates(x: x, y: y).values(.mean, of: cells),
            [(0.1 + 0.2 + 0.4 + 0.3 + 0.5 + 0.6 + 0.0) / 7, -1.1 / 4, 0.3 / 2, .nan])
    }

    @Test func studentisedMaximaAreOfZ() {
        let means = [Double](repeating: 0.1, count: cells.count)
        var deviations = [Double](repeating: 0.1, count: cells.count)
        // The raw maximum of the first pair has a wide null; another cell has none, and one no moments.
        deviations[9] = 1
        deviations[1] = 0
        deviations[7] = .nan
        let found = LayerAggregates(x: x, y: y, startsAtZero: true).studentisedMaxima(
            of: cells, means: means, deviations: deviations)
        expect(found, [3, -2, 1, .nan])
    }

    private func expect(_ found: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
        #expect(found.count == expected.count, sourceLocation: location)
        for (a, b) in zip(found, expected) {
            #expect(a.isNaN ? b.isNaN : abs(a - b) < 1e-14, "\(found)", sourceLocation: location)
        }
    }
}
