internal import AlignmentMetrics
internal import ArtifactStore
internal import LinearAlgebra

extension NeighbourLists {
    /// The lists in `file`; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile) throws {
        guard let header = NeighbourHeader(json: file.metadata) else { return nil }
        let (n, count) = (header.sampleCount, header.sampleCount * header.k)
        guard file.payloadBytes == count * 12 + n * 8, header.facts.tiedRows.count == header.k else { return nil }
        let payload = try file.readAll()
        let (indices, similarities, means) = payload.withUnsafeBytes { bytes in
            (
                [Int32](copying: bytes[..<(count * 4)]), [Double](copying: bytes[(count * 4)..<(count * 12)]),
                [Double](copying: bytes[(count * 12)...])
            )
        }
        guard indices.allSatisfy({ (0..<Int32(clamping: n)).contains($0) }) else { return nil }
        self.init(
            sampleCount: n, k: header.k, indices: indices, similarities: similarities,
            tiedRows: header.facts.tiedRows, rowMeans: means, grandMean: header.grandMean)
    }
}

extension SingularBasis {
    /// The basis in `file`; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile) throws {
        guard let header = BasisHeader(json: file.metadata),
            file.payloadBytes == header.rank * header.sampleCount * MemoryLayout<Float>.stride
        else { return nil }
        let vectors = try file.readAll().withUnsafeBytes { [Float](copying: $0[...]) }
        self.init(sampleCount: header.sampleCount, rank: header.rank, vectors: vectors, isIterative: header.isIterative)
    }
}

extension CentredFeatureRows {
    /// The features in `file`; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile) throws {
        guard let header = FeaturesHeader(json: file.metadata),
            file.payloadBytes == header.sampleCount * header.columns * MemoryLayout<Double>.stride
        else { return nil }
        let matrix = Matrix<Double>(rows: header.sampleCount, columns: header.columns, repeating: 0)
        try file.read(into: UnsafeMutableRawBufferPointer(matrix.elements), at: 0)
        self.init(matrix: matrix, norm: header.norm)
    }
}

extension Array where Element: BitwiseCopyable {
    /// The elements whose bytes are `bytes`, whatever their alignment.
    fileprivate init(copying bytes: Slice<UnsafeRawBufferPointer>) {
        let count = bytes.count / MemoryLayout<Element>.stride
        self = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
            filled = count
        }
    }
}
