import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

@Suite("Linear kernels that are kept by their factors")
struct FactoredKernelTests {
    private func made(_ n: Int, _ d: Int, seed: UInt64, _ form: LinearKernelForm) throws -> LayerArtifacts {
        try LayerArtifacts(
            of: [LayerPart(Precision.float32.stored(normals(n, d, seed: seed)), threshold: .infinity)],
            normalization: .l2, request: ArtifactRequest([.gram], linearForm: form))
    }

    private func source(_ layer: LayerArtifacts) -> (any PackedKernelSource)? { layer.factoredKernel ?? layer.gram }

    private func scores(
        _ rows: [(any PackedKernelSource)?], _ columns: [(any PackedKernelSource)?], _ n: Int, resident: Bool = true
    ) throws -> [Double] {
        let found = try KernelAlignment(
            rows: KernelPanel(rows, sampleCount: n, resident: resident, residentFactors: resident),
            columns: KernelPanel(columns, sampleCount: n, resident: resident, residentFactors: resident), sampleCount: n
        )
        return found.cka + found.unbiasedCKA
    }

    /// The last is more than a chunk of rows, and its entries more than a chunk of those.
    @Test(arguments: [(5, 3), (40, 7), (300, 12), (181, 90), (4_200, 5)])
    func entriesAndFactorsAndStreamsAgree(_ n: Int, _ d: Int) throws {
        let shapes = [(d, UInt64(1)), (d, 2), (max(2, d / 2), 3)]
        let entries = try shapes.map { source(try made(n, $0, seed: $1, .entries)) }
        let factors = try shapes.map { source(try made(n, $0, seed: $1, .factor)) }
        let byEntries = try scores(entries, entries, n)
        let byFactors = try scores(factors, factors, n)
        for (a, b) in zip(byEntries, byFactors) { #expect(abs(a - b) < 2e-6, "\(a) \(b)") }
        #expect(try scores(factors, factors, n, resident: false) == byFactors)
        // Either side by its entries: those of the other are computed from its factor.
        for mixed in [try scores(entries, factors, n), try scores(factors, entries, n, resident: false)] {
            for (a, b) in zip(byEntries, mixed) { #expect(abs(a - b) < 2e-6, "\(a) \(b)") }
        }
    }

    @Test func aPairOfFactorsHasItsBitsWhateverElseIsInThePanel() throws {
        let n = 210
        let factors = try (0..<3).map { source(try made(n, 6, seed: $0, .factor)) }
        let wide = source(try made(n, 50, seed: 9, .entries))
        let alone = try scores(factors, factors, n)
        let beside = try scores(factors + [wide, nil], factors + [wide], n)
        for r in 0..<3 {
            for c in 0..<3 {
                for (offset, other) in [(0, 0), (9, 20)] {
                    let (a, b) = (alone[offset + r * 3 + c], beside[other + r * 4 + c])
                    #expect(a.bitPattern == b.bitPattern)
                    if r == c { #expect(a == 1) }
                }
            }
        }
        #expect(beside[16..<20].allSatisfy { $0.isNaN })
        #expect(beside[..<16].allSatisfy { $0.isFinite })
    }

    @Test(arguments: [(7, 2), (150, 20), (700, 3)])
    func entriesComeFromTheFactorInAnyOrder(_ n: Int, _ d: Int) throws {
        let kernel = try #require(try made(n, d, seed: 4, .factor).factoredKernel)
        let gram = try #require(try made(n, d, seed: 4, .entries).gram)
        let packed = gram.packed
        let entries = FactorEntries(kernel, sampleCount: n)
        let pieces = stride(from: 0, to: packed.count, by: 97).map { $0..<min($0 + 97, packed.count) }
        for range in pieces.reversed() + pieces + [0..<packed.count] {
            var found = [Float](repeating: .nan, count: range.count)
            try found.withUnsafeMutableBufferPointer { try entries.copy(range, to: try #require($0.baseAddress)) }
            for (a, b) in zip(found, packed[range]) where !(abs(a - b) < 1e-6) { Issue.record("\(a) \(b)") }
        }
        #expect(abs(kernel.chanceFactor - gram.chanceFactor) < 1e-6)
    }

    @Test func theRestOfALayerIsTheSame() throws {
        let rows = normals(90, 5, seed: 3)
        func all(_ form: LinearKernelForm) throws -> LayerArtifacts {
            try LayerArtifacts(
                of: [LayerPart(Precision.float16.stored(rows), threshold: 1.2)], normalization: .l2,
                request: ArtifactRequest([.gram, .neighbours], neighbourCount: 4, linearForm: form))
        }
        let (entries, factor) = (try all(.entries), try all(.factor))
        #expect(factor.neighbours == entries.neighbours)
        #expect(factor.gram == nil && entries.factoredKernel == nil)
        #expect(abs(factor.diagnostics.effectiveRank - entries.diagnostics.effectiveRank) < 1e-5)
    }

    @Test func theFormFollowsFromTheShape() {
        #expect(LinearKernelForm(sampleCount: 1024, width: 768) == .entries)
        #expect(LinearKernelForm(sampleCount: 1024, width: 22) == .factor)
        #expect(LinearKernelForm(sampleCount: 1024, width: 23) == .entries)
        #expect(LinearKernelForm(sampleCount: 32_768, width: 768) == .entries)
        #expect(LinearKernelForm(sampleCount: 32_769, width: 768) == .factor)
    }
}
