internal import AlignmentMetrics
internal import ArtifactStore
internal import SweepModel

/// What describes a neighbour artifact; its payload is indices (n x k int32), then similarities (n x k float64).
struct NeighbourHeader: Codable {
    let sampleCount: Int
    let k: Int
    let tiedRows: [Int32]

    init(_ lists: NeighbourLists) {
        sampleCount = lists.sampleCount
        k = lists.k
        tiedRows = lists.tiedRows
    }
}

/// What describes a Gram artifact; its payload is the packed entries (n(n-1)/2 float32), then the diagonal (n float64).
struct GramHeader: Codable {
    let sampleCount: Int
    let packedSquareSum: Double

    init(_ gram: CentredGram) {
        sampleCount = gram.sampleCount
        packedSquareSum = gram.packedSquareSum
    }
}

extension NeighbourLists {
    func withPayload(_ write: ([UnsafeRawBufferPointer]) throws -> Void) rethrows {
        try indices.withUnsafeBytes { indices in
            try similarities.withUnsafeBytes { similarities in try write([indices, similarities]) }
        }
    }

    /// The lists in `file`; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile) throws {
        guard let header = NeighbourHeader(json: file.metadata) else { return nil }
        let count = header.sampleCount * header.k
        guard file.payloadBytes == count * 12, header.tiedRows.count == header.k else { return nil }
        let payload = try file.readAll()
        let (indices, similarities) = payload.withUnsafeBytes { bytes in
            (
                [Int32](unsafeUninitializedCapacity: count) { buffer, filled in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * 4)]))
                    filled = count
                },
                [Double](unsafeUninitializedCapacity: count) { buffer, filled in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: bytes[(count * 4)...]))
                    filled = count
                }
            )
        }
        guard indices.allSatisfy({ (0..<Int32(clamping: header.sampleCount)).contains($0) }) else { return nil }
        self.init(
            sampleCount: header.sampleCount, k: header.k, indices: indices, similarities: similarities,
            tiedRows: header.tiedRows)
    }
}

extension CentredGram {
    func withPayload(_ write: ([UnsafeRawBufferPointer]) throws -> Void) rethrows {
        try packed.withUnsafeBytes { packed in
            try diagonal.withUnsafeBytes { diagonal in try write([packed, diagonal]) }
        }
    }
}

/// A Gram matrix that stays on disk and is read in parts.
final class StoredGram: PackedGramSource {
    let diagonal: [Double]
    let packedSquareSum: Double
    private let file: ArtifactFile

    /// The matrix in `file`; nil where it is not of `sampleCount` samples.
    init?(_ file: ArtifactFile, sampleCount: Int) throws {
        let packedBytes = CentredGram.packedCount(sampleCount) * MemoryLayout<Float>.stride
        guard let header = GramHeader(json: file.metadata), header.sampleCount == sampleCount,
            file.payloadBytes == packedBytes + sampleCount * MemoryLayout<Double>.stride
        else { return nil }
        var diagonal = [Double](repeating: 0, count: sampleCount)
        try diagonal.withUnsafeMutableBytes { try file.read(into: $0, at: packedBytes) }
        self.diagonal = diagonal
        self.file = file
        packedSquareSum = header.packedSquareSum
    }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
        let stride = MemoryLayout<Float>.stride
        try file.read(
            into: UnsafeMutableRawBufferPointer(start: destination, count: range.count * stride),
            at: range.lowerBound * stride)
    }
}
