import LinearAlgebra
import Testing

@testable import AlignmentMetrics

struct KernelPanelTests {
    private struct Unreadable: Error {}

    /// A source whose disk fails from entry `failingFrom` on.
    private struct FailingSource: PackedKernelSource {
        let failingFrom: Int
        let diagonal: [Double]
        let packedSquareSum = 1.0
        let scale = 1.0

        func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
            guard range.upperBound <= failingFrom else { throw Unreadable() }
        }
    }

    private func gram(_ n: Int, seed: UInt64) throws -> PackedKernel {
        let rows = normals(n, 10, seed: seed)
        let made = try #require(artifacts(rows).gram)
        guard made.entries != .float32 else { return made }
        // Of very few samples float32 may not do, and this is about panels of it.
        let kernel = PlainMetrics.doublyCentred(PlainMetrics.gram(rows))
        let packed = PlainMetrics.upperTriangle(kernel).map { Float($0) }
        return PackedKernel(
            sampleCount: n, packed: packed, diagonal: kernel.indices.map { kernel[$0][$0] },
            packedSquareSum: packed.reduce(0) { $0 + Double($1) * Double($1) })
    }

    @Test(arguments: [6, 181, 182, 257], [true, false])
    func chunksHoldThePackedEntriesAndZeros(_ n: Int, _ resident: Bool) throws {
        let grams = try (0..<3).map { try gram(n, seed: $0) }
        let sources = [grams[0], nil, grams[1], grams[2]]
        let panel = try KernelPanel(sources, sampleCount: n, resident: resident)
        let count = PackedKernel.packedCount(n)
        #expect(panel.chunkCount == (count - 1) / 16_384 + 1)
        #expect((0..<panel.chunkCount).reduce(0) { $0 + panel.entryCount(ofChunk: $1) } == count)
        // Backwards too: a short last chunk must not leave its values to the next.
        for chunk in Array(0..<panel.chunkCount) + (0..<panel.chunkCount).reversed() {
            let operand = try #require(try panel.chunk(chunk))
            #expect(operand.layers == 4)
            for entry in 0..<panel.entryCount(ofChunk: chunk) {
                let values = UnsafeBufferPointer(start: operand.values + entry * 32, count: 32)
                let expected = (0..<32).map { $0 < 4 ? sources[$0]?.packed[chunk * 16_384 + entry] ?? 0 : 0 }
                #expect(values.elementsEqual(expected), "chunk \(chunk), entry \(entry)")
            }
        }
    }

    @Test(arguments: [5, 181, 182, 257])
    func streamedScoresHaveTheBytesOfResidentOnes(_ n: Int) throws {
        let rows = try (0..<3).map { try gram(n, seed: $0) }
        let columns = try (2..<6).map { try gram(n, seed: $0) }
        func scores(_ resident: Bool, _ other: Bool) throws -> [UInt64] {
            let result = try KernelAlignment(
                rows: KernelPanel(rows, sampleCount: n, resident: resident),
                columns: KernelPanel(columns, sampleCount: n, resident: other), sampleCount: n)
            return (result.cka + result.unbiasedCKA).map(\.bitPattern)
        }
        let resident = try scores(true, true)
        #expect(try scores(false, false) == resident)
        #expect(try scores(true, false) == resident)
        #expect(try scores(true, true) == resident)
        #expect(Double(bitPattern: resident[2 * 4]) > 1 - 1e-6)
    }

    @Test func aLayersPlaceInThePanelChangesNoBit() throws {
        let n = 190
        let (a, b) = (try gram(n, seed: 1), try gram(n, seed: 2))
        let fillers: [PackedKernel?] = try (3..<6).map { try gram(n, seed: $0) } + [nil]
        func scores(_ rows: [PackedKernel?], _ columns: [PackedKernel?]) throws -> KernelAlignment {
            try KernelAlignment(
                rows: KernelPanel(rows, sampleCount: n, resident: true),
                columns: KernelPanel(columns, sampleCount: n, resident: true), sampleCount: n)
        }
        let alone = try scores([a], [b])
        for place in [1, 7, 8, 31, 32, 62, 63] {
            let row = (0...place).map { $0 == place ? a : fillers[$0 % 4] }
            let column = (0...(63 - place)).map { $0 == 63 - place ? b : fillers[$0 % 4] }
            let crowded = try scores(row, column)
            let cell = place * column.count + 63 - place
            #expect(crowded.cka[cell].bitPattern == alone.cka[0].bitPattern)
            #expect(crowded.unbiasedCKA[cell].bitPattern == alone.unbiasedCKA[0].bitPattern)
            if place > 3 { #expect(crowded.cka[3 * column.count].isNaN, "a layer without a kernel has no score") }
        }
    }

    /// Sums in float64 of chunks in float32, of blocks in float32: the twin of the kernel in C.
    private func twin(_ a: [Float], _ b: [Float]) -> Double {
        stride(from: 0, to: a.count, by: 16_384).reduce(0.0) { sum, chunk in
            var partial: Float = 0
            let end = min(chunk + 16_384, a.count)
            for first in stride(from: chunk, to: end, by: 128) {
                var block: Float = 0
                for e in first..<min(first + 128, end) { block = block.addingProduct(a[e], b[e]) }
                partial += block
            }
            return sum + Double(partial)
        }
    }

    @Test(.enabled(if: InterleavedProducts.Instructions.best > .baseline), arguments: [182, 257])
    func scoresHaveTheBitsOfTheTwin(_ n: Int) throws {
        let (a, b) = (try gram(n, seed: 1), try gram(n, seed: 2))
        let found = try KernelAlignment(
            rows: KernelPanel([a], sampleCount: n, resident: true),
            columns: KernelPanel([b], sampleCount: n, resident: true), sampleCount: n)
        func biased(_ off: Double, _ p: [Double], _ r: [Double]) -> Double { off + FixedOrderSums.dot(p, r, count: n) }
        let expected =
            biased(2 * twin(a.packed, b.packed), a.diagonal, b.diagonal)
            / (biased(2 * a.packedSquareSum, a.diagonal, a.diagonal)
            * biased(2 * b.packedSquareSum, b.diagonal, b.diagonal)).squareRoot()
        #expect(found.cka[0].bitPattern == expected.bitPattern)
    }

    /// A panel with itself computes one half only.
    @Test(arguments: [1, 31, 33, 63, 64])
    func aPanelWithItselfHasTheBitsOfTwoPanels(_ count: Int) throws {
        let n = 20
        let layers = try (0..<count).map { $0 % 9 == 4 ? nil : try gram(n, seed: UInt64($0)) }
        let (one, other) = (
            try KernelPanel(layers, sampleCount: n, resident: true),
            try KernelPanel(layers, sampleCount: n, resident: true)
        )
        let (itself, apart) = (
            try KernelAlignment(rows: one, columns: one, sampleCount: n),
            try KernelAlignment(rows: one, columns: other, sampleCount: n)
        )
        #expect(itself.cka.map(\.bitPattern) == apart.cka.map(\.bitPattern))
        #expect(itself.unbiasedCKA.map(\.bitPattern) == apart.unbiasedCKA.map(\.bitPattern))
        #expect(itself.cka.count { !$0.isNaN } == layers.count { $0 != nil } * layers.count { $0 != nil })
    }

    @Test func aSourceThatCannotBeReadIsAnError() throws {
        let n = 200
        let source = FailingSource(failingFrom: 16_384, diagonal: Array(repeating: 1, count: n))
        #expect(throws: Unreadable.self) { _ = try KernelPanel([source], sampleCount: n, resident: true).chunk(0) }
        let streamed = try KernelPanel([source], sampleCount: n, resident: false)
        #expect(throws: Unreadable.self) { _ = try KernelAlignment(rows: streamed, columns: streamed, sampleCount: n) }
    }

    @Test func bytesAreThoseOfAllEntries() {
        let entries = 182 * 181 / 2
        #expect(KernelPanel.residentBytes(sampleCount: 182, layers: 33) == entries * 64 * 4)
        #expect(KernelPanel.residentBytes(sampleCount: 182, layers: 32) == entries * 32 * 4)
        #expect(KernelPanel.streamedBytes(layers: 64) == 2 * 16_384 * 64 * 4)
    }
}
