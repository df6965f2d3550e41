import LinearAlgebra
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

struct MagnitudeSelectionTests {
    private func row<Element>(_ values: [Element], filler: Element) -> Matrix<Element> {
        let result = Matrix(rows: 1, columns: values.count, repeating: filler)
        for (i, value) in values.enumerated() { result[0, i] = value }
        return result
    }

    private func selected(_ layers: [StoredMatrix], rank: Int, bits: Int) -> Double? {
        var selection = MagnitudeSelection(rank: rank, bits: bits)
        for _ in 0..<(bits / 16) {
            #expect(selection.result == nil)
            for layer in layers { selection.count(layer) }
            selection.endPass()
        }
        return selection.result
    }

    /// Random finite bit patterns: every exponent, subnormal numbers and both zeros included.
    private func halves(_ count: Int, seed: UInt64) -> StoredMatrix {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<count).map { _ in
            UInt16.random(in: 0..<0x7C00, using: &generator) | UInt16(generator.next() & 0x8000)
        }
        return .float16(row([0, 0x8000, 1, 0x8001, 0x03FF] + values, filler: 0))
    }

    private func singles(_ count: Int, seed: UInt64) -> StoredMatrix {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<count).map { _ in Float(bitPattern: UInt32.random(in: 0..<0x7F80_0000, using: &generator)) }
        return .float32(row([0, -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude] + values.map { -$0 }, filler: 0))
    }

    private func doubles(_ count: Int, seed: UInt64) -> StoredMatrix {
        var generator = SeededGenerator(seed: seed)
        let close = (0..<count).map { 1 + Double($0 % 7) * Double.ulpOfOne }
        let wide = (0..<count).map { _ in
            Double(bitPattern: UInt64.random(in: 0..<0x7FF0_0000_0000_0000, using: &generator))
        }
        return .float64(row([0, -0.0, .leastNonzeroMagnitude, -.leastNormalMagnitude] + close + wide, filler: 0))
    }

    private func everyRankMatches(_ layers: [StoredMatrix], bits: Int) {
        let sorted = layers.flatMap { $0.plainRows[0] }.map(\.magnitude).sorted()
        let ranks = Set([0, 1, 2, 3, 4, sorted.count / 2, sorted.count * 19 / 20, sorted.count - 1])
        for rank in ranks { #expect(selected(layers, rank: rank, bits: bits) == sorted[rank]) }
    }

    @Test func halfPrecisionInOnePass() { everyRankMatches([halves(300, seed: 1), halves(20, seed: 2)], bits: 16) }

    @Test func singlePrecisionInTwoPasses() {
        everyRankMatches([singles(300, seed: 1), singles(20, seed: 2)], bits: 32)
    }

    @Test func doublePrecisionInFourPasses() {
        everyRankMatches([doubles(150, seed: 1), doubles(20, seed: 2)], bits: 64)
    }

    @Test func mixedPrecisionAsDoubles() {
        everyRankMatches([halves(100, seed: 1), singles(100, seed: 2), doubles(100, seed: 3)], bits: 64)
    }

    @Test func equalMagnitudesOfBothSigns() {
        everyRankMatches([.float32(row([2, -2, 2, -2, 1, -3], filler: 0))], bits: 32)
    }
}
