internal import AlignmentMetrics
internal import ArtifactStore
internal import LinearAlgebra

extension NeighbourLists {
    /// The lists in `file`; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile) throws {
        guard let header = NeighbourHeader(json: file.metadata) else { return nil }
        let (n, count) = (header.sampleCount, header.sampleCount * header.k)
        guard file.payloadBytes == count * 12 + n * 8, header.facts.tiedRows.count == header.k else { return nil }
        try self.init(
            file, rows: n, k: header.k, tiedRows: header.facts.tiedRows, grandMean: header.grandMean, sampleCount: n)
    }

    /// The lists of `rows` of a layer of `sampleCount` samples; nil where `file` does not hold what its header says.
    init?(_ file: ArtifactFile, rows: Int, sampleCount: Int) throws {
        guard let header = ListsHeader(json: file.metadata), header.sampleCount == rows,
            file.payloadBytes == rows * (header.k * 12 + 8), header.tiedRows.count == header.k
        else { return nil }
        try self.init(
            file, rows: rows, k: header.k, tiedRows: header.tiedRows, grandMean: header.grandMean,
            sampleCount: sampleCount)
    }

    private init?(
        _ file: ArtifactFile, rows: Int, k: Int, tiedRows: [Int32], grandMean: Double, sampleCount: Int
    ) throws {
        let count = rows * k
        let payload = try file.readAll()
        let (indices, similarities, means) = payload.withUnsafeBytes { bytes in
            (
                [Int32](copying: bytes[..<(count * 4)]), [Double](copying: bytes[(count * 4)..<(count * 12)]),
                [Double](copying: bytes[(count * 12)...])
            )
        }
        guard indices.allSatisfy({ (0..<Int32(clamping: sampleCount)).contains($0) }) else { return nil }
        self.init(
            sampleCount: rows, k: k, indices: indices, similarities: similarities, tiedRows: tiedRows, rowMeans: means,
            grandMean: grandMean)
    }
}

extension CandidateTable {
    /// The candidates in `file`, of a layer of `sampleCount` samples; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile, sampleCount: Int) throws {
        guard let header = CandidatesHeader(json: file.metadata), header.total >= 0,
            file.payloadBytes == 4 * (header.samples.count + 3 * header.total)
        else { return nil }
        let (rows, total) = (4 * header.samples.count, 4 * header.total)
        let payload = try file.readAll()
        let table = payload.withUnsafeBytes { bytes in
            CandidateTable(
                samples: header.samples, counts: [Int32](copying: bytes[..<rows]),
                indices: [Int32](copying: bytes[rows..<(rows + total)]),
                scores: [Float](copying: bytes[(rows + total)..<(rows + 2 * total)]),
                margins: [Float](copying: bytes[(rows + 2 * total)...]), sampleCount: sampleCount)
        }
        guard let table else { return nil }
        self = table
    }
}

extension SingularBasis {
    /// The basis in `file`; nil where it does not hold what its header says.
    init?(_ file: ArtifactFile) throws {
        guard let header = BasisHeader(json: file.metadata),
            file.payloadBytes == header.rank * header.sampleCount * MemoryLayout<Float>.stride
        else { return nil }
        let vectors = try file.readAll().withUnsafeBytes { [Float](copying: $0[...]) }
        self.init(
            sampleCount: header.sampleCount, rank: header.rank, vectors: vectors, tiedCuts: header.tiedCuts,
            isIterative: header.isIterative)
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
