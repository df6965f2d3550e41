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
        try #require(artifacts(normals(n, 10, seed: seed)).gram)
    }

    @Test(arguments: [6, 181, 182, 257], [true, false])
    func chunksHoldThePackedEntriesAndZeros(_ n: Int, _ resident: Bool) throws {
        let grams = try (0..<3).map { try gram(n, seed: $0) }
        let panel = try KernelPanel([grams[0], nil, grams[1], grams[2]], sampleCount: n, resident: resident)
        let count = PackedKernel.packedCount(n)
        #expect(panel.chunkCount == (count - 1) / 16_384 + 1)
        // Backwards too: a short last chunk must not leave its zeros or its values to the next.
        for chunk in Array(0..<panel.chunkCount) + (0..<panel.chunkCount).reversed() {
            let values = try #require(try panel.chunk(chunk))
            for (position, source) in [grams[0], nil, grams[1], grams[2], nil].enumerated() {
                let row = UnsafeBufferPointer(start: values + position * 16_384, count: 16_384)
                let expected = (0..<16_384).map { entry in
                    let index = chunk * 16_384 + entry
                    return index < count ? source?.packed[index] ?? 0 : 0
                }
                #expect(row.elementsEqual(expected))
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

    @Test func aLayersPlaceInThePanelDoesNotMatter() throws {
        let n = 190
        let (a, b) = (try gram(n, seed: 1), try gram(n, seed: 2))
        let fillers = try (3..<6).map { try gram(n, seed: $0) }
        let alone = try KernelAlignment(
            rows: KernelPanel([a], sampleCount: n, resident: true),
            columns: KernelPanel([b], sampleCount: n, resident: true), sampleCount: n)
        for place in [1, 7, 31, 63] {
            let row = (0...place).map { $0 == place ? a : fillers[$0 % 3] }
            let column = (0...(63 - place)).map { $0 == 63 - place ? b : fillers[$0 % 3] }
            let crowded = try KernelAlignment(
                rows: KernelPanel(row, sampleCount: n, resident: true),
                columns: KernelPanel(column, sampleCount: n, resident: true), sampleCount: n)
            let cell = place * column.count + 63 - place
            #expect(abs(crowded.cka[cell] - alone.cka[0]) < 1e-6)
            #expect(abs(crowded.unbiasedCKA[cell] - alone.unbiasedCKA[0]) < 1e-6)
        }
    }

    @Test func aSourceThatCannotBeReadIsAnError() throws {
        let n = 200
        let source = FailingSource(failingFrom: 16_384, diagonal: Array(repeating: 1, count: n))
        #expect(throws: Unreadable.self) { _ = try KernelPanel([source], sampleCount: n, resident: true) }
        let streamed = try KernelPanel([source], sampleCount: n, resident: false)
        #expect(throws: Unreadable.self) { _ = try KernelAlignment(rows: streamed, columns: streamed, sampleCount: n) }
    }

    @Test func residentBytesAreThoseOfWholeChunks() {
        #expect(KernelPanel.residentBytes(sampleCount: 181) == 64 * 16_384 * 4)
        #expect(KernelPanel.residentBytes(sampleCount: 182) == 2 * 64 * 16_384 * 4)
    }
}
