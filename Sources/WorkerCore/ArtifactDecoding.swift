internal import AlignmentMetrics
internal import ArtifactStore
internal import LinearAlgebra

extension NeighbourLists {
    /// The lists in `file`; nil where they are not those of a layer of `shape`.
    init?(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = NeighbourHeader(json: file.metadata), header.fits(shape) else { return nil }
        try self.init(
            file, ListRules(samples: 0..<shape.sampleCount, shape: shape), tiedRows: header.facts.tiedRows,
            grandMean: header.grandMean, scale: header.scale)
    }

    /// The lists of `samples`, some of those of a layer of `shape`; nil where `file` holds anything else.
    init?(_ file: ArtifactFile, of samples: Range<Int>, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = ListsHeader(json: file.metadata), header.fits(shape, rows: samples.count) else { return nil }
        try self.init(
            file, ListRules(samples: samples, shape: shape), tiedRows: header.tiedRows, grandMean: header.grandMean,
            scale: header.scale)
    }

    private init?(
        _ file: ArtifactFile, _ rules: ListRules, tiedRows: [Int32], grandMean: Double, scale: Double
    ) throws(ArtifactDamage) {
        let (rows, k) = (rules.samples.count, rules.shape.listLength)
        let count = rows * k
        guard file.payloadBytes == count * 12 + rows * 8 else { return nil }
        let payload = try file.readAll()
        let (indices, similarities, means) = payload.withUnsafeBytes { bytes in
            (
                [Int32](copying: bytes[..<(count * 4)]), [Double](copying: bytes[(count * 4)..<(count * 12)]),
                [Double](copying: bytes[(count * 12)...])
            )
        }
        guard rules.hold(indices, similarities), means.allSatisfy({ !$0.isNaN }) else { return nil }
        self.init(
            sampleCount: rows, k: k, indices: indices, similarities: similarities, tiedRows: tiedRows, rowMeans: means,
            grandMean: grandMean, scale: scale)
    }
}

extension CandidateTable {
    /// The candidates of `rows` among `columns` in `file`, of a layer of `shape`; nil where it holds anything else.
    init?(
        _ file: ArtifactFile, of rows: Range<Int>, among columns: Range<Int>, _ shape: ArtifactShape
    ) throws(ArtifactDamage) {
        guard let header = CandidatesHeader(json: file.metadata), header.samples == rows,
            (0...rows.count * columns.count).contains(header.total),
            file.payloadBytes == 4 * (rows.count + 3 * header.total)
        else { return nil }
        let (counts, total) = (4 * rows.count, 4 * header.total)
        let payload = try file.readAll()
        let table = payload.withUnsafeBytes { bytes in
            CandidateTable(
                samples: rows, counts: [Int32](copying: bytes[..<counts]),
                indices: [Int32](copying: bytes[counts..<(counts + total)]),
                scores: [Float](copying: bytes[(counts + total)..<(counts + 2 * total)]),
                margins: [Float](copying: bytes[(counts + 2 * total)...]), sampleCount: shape.sampleCount)
        }
        guard let table, CandidateRules(columns: columns, shape: shape).hold(table) else { return nil }
        self = table
    }
}

extension SingularBasis {
    /// The basis in `file`; nil where it is not that of a layer of `shape`.
    init?(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = BasisHeader(json: file.metadata), header.fits(shape),
            file.payloadBytes == header.rank * header.sampleCount * MemoryLayout<Float>.stride
        else { return nil }
        let vectors = try file.readAll().withUnsafeBytes { [Float](copying: $0[...]) }
        guard vectors.withUnsafeBufferPointer(Float.areFinite) else { return nil }
        self.init(
            sampleCount: header.sampleCount, rank: header.rank, vectors: vectors, tiedCuts: header.tiedCuts,
            isIterative: header.isIterative)
    }
}

extension CentredFeatureRows {
    /// The features in `file`; nil where they are not those of a layer of `shape`.
    init?(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = FeaturesHeader(json: file.metadata), header.fits(shape, file) else { return nil }
        let matrix = Matrix<Double>(rows: shape.sampleCount, columns: shape.featureColumns, repeating: 0)
        try file.readFinite(into: matrix.elements, from: 0)
        self.init(matrix: matrix, norm: header.norm)
    }

    /// Whether there are such in `file`, which is read in parts.
    static func holds(_ file: ArtifactFile, _ shape: ArtifactShape) throws(ArtifactDamage) -> Bool {
        guard let header = FeaturesHeader(json: file.metadata), header.fits(shape, file) else { return false }
        try file.checkFinite(Double.self, count: shape.sampleCount * shape.featureColumns)
        return true
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
