import SweepModel
import Testing

@testable import SweepAnalysis

struct ScoreAlignmentTests {
    /// `count` x models with a score of 0, 1, … against two y models.
    private func panel(_ count: Int, score: String = "s", lower: Bool = false, dropping dropped: Int = 0)
        -> ScoreAlignment?
    {
        let names = (0..<count).map { "x\($0)" }
        let rows = (0..<count).map { i -> [Double] in
            let value = Double(i)
            return [i < dropped ? Double.nan : 0.1 * value * value, 0.5 - 0.01 * value]
        }
        let x = side(names, scores: [score: (0..<count).map { Double($0) / 10 }], lower: lower ? [score] : [])
        let panels = ScoreAlignment.all(
            ComparedSweep(scored(x, side(["p", "q"]), [scored("m", rows)])), bootstrap: .init())
        #expect(panels.count == 1 && panels[0].subjects == .xModels)
        return panels.first
    }

    @Test func aReferenceHasALineFromFiveModelsAndABandFromTen() throws {
        let four = try #require(panel(4))
        #expect(four.lines[0].line.value == nil && four.lines[0].line.reason == "fewer than 5 models")
        #expect(four.lines[0].pearson.value != nil && four.lines[0].spearman.value == 1)
        let nine = try #require(panel(9))
        #expect(nine.lines[0].line.value != nil && nine.lines[0].band.reason == "fewer than 10 models")
        #expect(try #require(panel(10)).lines.allSatisfy { $0.band.value != nil })
        let dropped = try #require(panel(10, dropping: 1))
        #expect(dropped.lines[0].line.n == 9 && dropped.lines[0].band.value == nil && dropped.lines[1].band.n == 10)
        #expect(dropped.referenceCounts == [1] + [Int](repeating: 2, count: 9))
    }

    @Test func thePooledLineIsTheMeanOverReferences() throws {
        let panel = try #require(self.panel(10, dropping: 2))
        #expect(panel.pooled.reference == nil && panel.lines.map(\.reference) == ["p", "q"])
        #expect(close(panel.pooled.alignments[1], 0.49) && close(panel.pooled.alignments[4], (1.6 + 0.46) / 2))
    }

    @Test func bitsPerByteIsShownAsItsComplement() throws {
        let bits = try #require(panel(6, score: "bits_per_byte", lower: true))
        #expect(bits.axis.title == "1 - bits_per_byte" && !bits.axis.isReversed)
        #expect(close(bits.shown, [1, 0.9, 0.8, 0.7, 0.6, 0.5]) && bits.lines[0].spearman.value == -1)
        let loss = try #require(panel(6, score: "loss", lower: true))
        #expect(loss.axis.title == "loss" && loss.axis.isReversed && loss.lines[0].spearman.value == 1)
    }

    @Test func aModelIsNeverItsOwnReference() throws {
        let rows = (0..<6).map { i -> [Double] in (0..<6).map { j in i == j ? 1.0 : 0.01 * Double(i + j) } }
        let models = side((0..<6).map { "m\($0)" }, scores: ["s": [0, 1, 2, 3, 4, 5]])
        let panels = ScoreAlignment.all(ComparedSweep(scored(models, [scored("m", rows)])), bootstrap: .init())
        let panel = try #require(panels.first)
        #expect(panel.subjects == .allModels && panel.lines.count == 6)
        #expect(panel.lines.allSatisfy { $0.line.n == 5 && close($0.line.value?.slope, 0.01) })
    }

    @Test func manyReferencesShareOneBand() throws {
        let names = (0..<14).map { "m\($0)" }
        var generator = SplitMix64(seed: 1)
        let rows = names.map { _ in names.map { _ in Double(generator.position(below: 1000)) / 1000 } }
        let models = side(names, scores: ["s": names.indices.map { Double($0) }])
        let panels = ScoreAlignment.all(
            ComparedSweep(scored(models, [scored("m", rows, isSymmetric: false)])), bootstrap: .init())
        let panel = try #require(panels.first)
        #expect(panel.lines.allSatisfy { $0.band.value == nil && $0.line.value != nil && $0.band.n == 13 })
        #expect(panel.pooled.band.value != nil)
    }
}
