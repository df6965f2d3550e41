import SweepModel
import Testing

@testable import SweepAnalysis

struct BootstrapBandTests {
    /// The script draws the same resamples and fits each with `numpy.polyfit`.
    @Test(arguments: 0..<3) func agreesWithNumPy(_ number: Int) throws {
        let golden = try #require(GoldenNumbers.statistics).bands[number]
        let options = BootstrapBand.Options(
            seed: golden.seed, resamplesFamilies: golden.families.contains { $0 != nil })
        let found = BootstrapBand.of(plain(golden.x), plain(golden.y), families: golden.families, options: options)
        #expect(found.n == 13)
        let band = try #require(found.value)
        #expect(band.lineCount == golden.lineCount)
        #expect(close(band.x, golden.grid))
        #expect(close(band.lower, golden.lower, 1e-9))
        #expect(close(band.upper, golden.upper, 1e-9))
    }

    /// Before small samples are made up for, the band holds the share of lines that it says and no more than it has to.
    @Test(arguments: [0.5, 0.95, 0.99], [false, true]) func linesLieWhollyInside(_ level: Double, _ families: Bool)
        throws
    {
        var options = BootstrapBand.Options(seed: 5, resamplesFamilies: families)
        options.level = level
        let names: [String?] = ["a", "b", "a", "c", nil, "b", "d", "d", "e", nil]
        let resamples = try #require(Resamples.of(Self.x, Self.y, families: names, options: options).value)
        let band = try #require(BootstrapBand.of(Self.x, Self.y, families: names, options: options).value)
        #expect(resamples.unitCount == (families ? 7 : 10))
        let factor = BootstrapBand.smallSampleFactor(resamples.unitCount, level: level)
        let inside = resamples.lines.count { line in
            zip(band.x, zip(band.lower, band.upper)).allSatisfy { x, ends in
                let middle = (ends.0 + ends.1) / 2
                return abs(line.value(at: x) - middle) <= (ends.1 - middle) / factor + 1e-9
            }
        }
        let wanted = Int((level * Double(band.lineCount)).rounded(.up))
        #expect(inside >= wanted && inside <= wanted + 2)
    }

    /// √(G/(G - 2))·t/z by SciPy.
    @Test func fewUnitsWidenTheBand() {
        let golden = [(3, 11.228671724593687), (10, 1.3154277434139132), (30, 1.0818070366702606)]
        for (units, factor) in golden {
            #expect(close(BootstrapBand.smallSampleFactor(units, level: 0.95), factor))
        }
    }

    private static let x: [Double] = [0.3, 1.5, 2.25, 2.5, 4, 4.75, 6, 6.5, 8, 9.5]
    private static let y: [Double] = [1, 0.5, 2.5, 2, 3.5, 3, 4.5, 6, 5.5, 7]
    private static let alone = [String?](repeating: nil, count: 10)

    @Test func theOrderOfModelsDoesNotMatter() throws {
        let order = [7, 2, 9, 0, 4, 1, 8, 6, 3, 5]
        let families: [String?] = ["a", "b", "a", "c", nil, "b", "d", "d", "e", nil]
        for options in [BootstrapBand.Options(seed: 3), .init(seed: 3, resamplesFamilies: true)] {
            let a = try #require(BootstrapBand.of(Self.x, Self.y, families: families, options: options).value)
            let b = try #require(
                BootstrapBand.of(
                    order.map { Self.x[$0] }, order.map { Self.y[$0] }, families: order.map { families[$0] },
                    options: options
                ).value)
            #expect(a.lower == b.lower && a.upper == b.upper)
        }
    }

    @Test func seedsAndFamiliesMakeADifference() throws {
        let families: [String?] = ["a", "a", "a", "b", "b", "b", "c", "c", "c", "c"]
        let bands = try [
            BootstrapBand.Options(seed: 0), .init(seed: 1), .init(seed: 0, resamplesFamilies: true),
        ].map { try #require(BootstrapBand.of(Self.x, Self.y, families: families, options: $0).value) }
        #expect(bands[0].lower != bands[1].lower)
        #expect(bands[0].lower != bands[2].lower)
    }

    @Test func theBandHoldsTheLineAndIsNarrowestNearTheMean() throws {
        let band = try #require(BootstrapBand.of(Self.x, Self.y, families: Self.alone, options: .init()).value)
        let line = try #require(LeastSquaresLine.of(Self.x, Self.y).value)
        for (x, (lower, upper)) in zip(band.x, zip(band.lower, band.upper)) {
            #expect(lower < line.value(at: x) && line.value(at: x) < upper)
        }
        let widths = zip(band.upper, band.lower).map { $0 - $1 }
        #expect(widths[10] < widths[0] && widths[10] < widths[20])
    }

    @Test func pointsOnALineHaveNoWidth() throws {
        let found = BootstrapBand.of(Self.x, Self.x.map { 2 * $0 - 1 }, families: Self.alone, options: .init())
        let band = try #require(found.value)
        #expect(close(band.lower, band.upper) && close(band.lower, band.x.map { 2 * $0 - 1 }))
    }

    @Test func whatCannotBeResampledSaysWhy() {
        let family = [String?](repeating: "a", count: 10)
        #expect(
            BootstrapBand.of(Self.x, Self.y, families: family, options: .init(resamplesFamilies: true)).reason
                == "all models are of one family")
        #expect(
            BootstrapBand.of([1, 1, 1], [1, 2, 3], families: [nil, nil, nil], options: .init()).reason
                == "every x is the same")
        let two: [String?] = ["a", "a", "b", "b"]
        #expect(
            BootstrapBand.of([1, 1, 2, 2], [1, 2, 3, 4], families: two, options: .init(resamplesFamilies: true)).reason
                == "the models are of fewer than 3 families")
        // A line needs the one family of another x, which 8 of 27 resamples of three lack, or only that one, which 1 of 27 is.
        let three: [String?] = ["a", "a", "b", "b", "c"]
        let found = BootstrapBand.of(
            [1, 1, 1, 1, 2], [1, 2, 3, 4, 5], families: three, options: .init(resamplesFamilies: true))
        #expect(found.value.map { $0.lineCount > 610 && $0.lineCount < 720 } ?? false)
    }

    /// SplitMix64 of seed 1234567, from the authors' program.
    @Test func theGeneratorIsSplitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }
}
