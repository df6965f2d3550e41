import Testing

@testable import PermutationStatistics

struct LayerAggregatesTests {
    /// Model 0 has layers 0 … 2 and a concatenation, model 1 layers 4 and 5 (5 is tied); y has a model of two layers and one of one.
    private let x = LayerSide(
        modelOfLayer: [0, 0, 0, 0, 1, 1], depths: [0, 1, 2, nil, 0, 1], depthCounts: [3, 2],
        isExcluded: [false, false, false, false, false, true])
    private let y = LayerSide(
        modelOfLayer: [0, 0, 1], depths: [0, 1, 0], depthCounts: [2, 1], isExcluded: [false, false, false])
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
        expect(aggregates.maxima(cells), [0.6, -0.1, 0.2, .nan])
        expect(LayerAggregates(x: x, y: y, startsAtZero: true).maxima(cells), [0.6, 0, 0.2, .nan])
        let untied = LayerSide(
            modelOfLayer: x.modelOfLayer, depths: x.depths, depthCounts: x.depthCounts,
            isExcluded: x.isExcluded.map { _ in false })
        expect(LayerAggregates(x: untied, y: y).maxima(cells), [0.6, -0.1, 0.9, 0.7])
    }

    @Test func lastLayersAndMatchedDepthHaveNoConcatenation() {
        let aggregates = LayerAggregates(x: x, y: y)
        expect(aggregates.lastLayers(cells), [0.5, -0.1, 0.8, 0.7])
        // Three layers with two: 0 with 0, 1 with 1 (a half is rounded up), which has no score, 2 with 1. Then three with one, two with
        // two, and two with one.
        expect(mean(aggregates.matchedDepth(cells)), [(0.1 + 0.5) / 2, -0.9 / 3, (0.2 + 0.8) / 2, 0.7])
    }

    @Test func meansAreOfWhatTakesPartInMaxima() {
        expect(
            mean(LayerAggregates(x: x, y: y).all(cells)),
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
            cells, means: means, deviations: deviations)
        expect(found, [3, -2, 1, .nan])
    }

    /// What two halves of the score matrix give adds up to what the whole gives, wherever models are cut.
    @Test(arguments: 0...6) func partsAddUp(_ cut: Int) {
        func part(_ rows: Range<Int>) -> (LayerAggregates, [Double]) {
            let side = LayerSide(
                modelOfLayer: Array(x.modelOfLayer[rows]), depths: Array(x.depths[rows]), depthCounts: x.depthCounts,
                isExcluded: Array(x.isExcluded[rows]))
            return (LayerAggregates(x: side, y: y), Array(cells[(rows.lowerBound * 3)..<(rows.upperBound * 3)]))
        }
        let (whole, upper, lower) = (part(0..<6), part(0..<cut), part(cut..<6))
        func joined(_ values: (LayerAggregates, [Double]) -> [Double], _ join: (Double, Double) -> Double) -> [Double] {
            zip(values(upper.0, upper.1), values(lower.0, lower.1)).map(join)
        }
        func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b > a ? b : a }
        expect(joined({ $0.maxima($1) }, larger), whole.0.maxima(cells))
        expect(joined({ $0.lastLayers($1) }, larger), whole.0.lastLayers(cells))
        expect(joined({ $0.matchedDepth($1).sums }, +), whole.0.matchedDepth(cells).sums)
        expect(joined({ $0.matchedDepth($1).counts }, +), whole.0.matchedDepth(cells).counts)
        expect(joined({ $0.all($1).sums }, +), whole.0.all(cells).sums)
    }

    private func mean(_ found: (sums: [Double], counts: [Double])) -> [Double] {
        zip(found.sums, found.counts).map { $1 > 0 ? $0 / $1 : .nan }
    }

    private func expect(_ found: [Double], _ expected: [Double], _ location: SourceLocation = #_sourceLocation) {
        #expect(found.count == expected.count, sourceLocation: location)
        for (a, b) in zip(found, expected) {
            #expect(a.isNaN ? b.isNaN : abs(a - b) < 1e-14, "\(found)", sourceLocation: location)
        }
    }
}
