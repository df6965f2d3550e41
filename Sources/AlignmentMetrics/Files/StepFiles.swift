package import ArtifactStore

// What steps of a layer's neighbours leave behind for each other (`NeighbourSteps`).

/// What describes the lists of a run of a layer's rows; its payload is like that of all rows.
private struct ListsHeader: Codable {
    let sampleCount: Int
    let k: Int
    let grandMean: Double
    let scale: Double
    let tiedRows: [Int32]

    /// Whether it can be that of so many rows of a layer of `shape`.
    func fits(_ shape: ArtifactShape, rows: Int) -> Bool {
        sampleCount == rows && k == shape.listLength && !grandMean.isNaN && scale >= 0
            && tiedRows.count == k
            && tiedRows.allSatisfy { (0...rows).contains(Int($0)) }
    }
}

/// What describes candidates of a run of rows; their payload is the number of each row's (rows int32), then indices (int32), scores and
/// margins (float32), one row's after the other.
struct CandidatesHeader: Codable {
    let samples: Range<Int>
    let total: Int
}

extension NeighbourLists {
    /// Hands over the lists of a run of a layer's rows.
    package func writeRun(to sink: ArtifactSink) throws {
        let header = ListsHeader(sampleCount: sampleCount, k: k, grandMean: grandMean, scale: scale, tiedRows: tiedRows)
        try withPayload { try sink(try header.json(), $0) }
    }

    /// The lists of `samples`, some of those of a layer of `shape`; nil where `file` holds anything else.
    package init?(_ file: ArtifactFile, of samples: Range<Int>, _ shape: ArtifactShape) throws(ArtifactDamage) {
        guard let header = ListsHeader(json: file.metadata), header.fits(shape, rows: samples.count) else { return nil }
        try self.init(
            file, ListRules(rows: samples, shape: shape), tiedRows: header.tiedRows, grandMean: header.grandMean,
            scale: header.scale)
    }

    /// The lists in `file` that keep `rules`; nil where it holds anything else.
    init?(
        _ file: ArtifactFile, _ rules: ListRules, tiedRows: [Int32], grandMean: Double, scale: Double
    ) throws(ArtifactDamage) {
        let (rows, k) = (rules.samples.count, rules.shape.listLength)
        let galleries = rules.shape.galleryCount
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
            sampleCount: rows / galleries, k: k, indices: indices, similarities: similarities, tiedRows: tiedRows,
            rowMeans: means, grandMean: grandMean, scale: scale, galleryCount: galleries,
            indexLimit: rules.shape.sampleCount)
    }

    /// Calls `body` with the bytes of indices, similarities and row means.
    func withPayload(_ body: ([UnsafeRawBufferPointer]) throws -> Void) throws {
        try indices.withUnsafeBytes { indices in
            try similarities.withUnsafeBytes { similarities in
                try rowMeans.withUnsafeBytes { means in try body([indices, similarities, means]) }
            }
        }
    }
}

extension CandidateTable {
    /// Hands over the candidates.
    package func write(to sink: ArtifactSink) throws {
        let metadata = try CandidatesHeader(samples: samples, total: indices.count).json()
        try counts.withUnsafeBytes { counts in
            try indices.withUnsafeBytes { indices in
                try scores.withUnsafeBytes { scores in
                    try margins.withUnsafeBytes { try sink(metadata, [counts, indices, scores, $0]) }
                }
            }
        }
    }

    /// The candidates of `rows` among `columns` in `file`, of a layer of `shape`; nil where it holds anything else.
    package init?(
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

extension Array where Element: BitwiseCopyable {
    /// The elements whose bytes are `bytes`, whatever their alignment.
    init(copying bytes: Slice<UnsafeRawBufferPointer>) {
        let count = bytes.count / MemoryLayout<Element>.stride
        self = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
            filled = count
        }
    }
}
