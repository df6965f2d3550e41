import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import AlignmentMetrics
@testable import ArtifactStore
@testable import WorkerCore

/// What a file says is the plan's, or the file holds nothing: with digests that are right.
@Suite("Decoding of artifacts")
struct ArtifactDecodingTests {
    private let layers: PreparedLayers

    init() throws { layers = try PreparedLayers() }

    private static let odd: [any Sendable] = [
        0, -1, 1, 11, 13, 1 << 31, 1 << 32, 1 << 62, Int.max, Int.min, 0.5, "nan", "inf", "-inf", "x",
    ]

    /// Whether a layer's artifact of `kind` is one where `bytes` are its file.
    private func holds(_ kind: ArtifactKind, _ layer: Int, _ name: String, _ bytes: [UInt8]) throws -> Bool {
        try layers.replace(name, with: bytes)
        return ArtifactFile.open(name, in: layers.directory).map { layers.shapes[layer].holds(kind, $0) } ?? false
    }

    @Test func whatIsMadeHolds() throws {
        for layer in layers.summaries.indices {
            #expect(layers.summaries[layer].fits(layers.context.plan))
            for kind in layers.context.plan.artifactKinds {
                let (name, file) = try layers.raw(layer, kind)
                #expect(file.bytes == (try layers.contents(name)), "the test writes as the program does")
                #expect(try holds(kind, layer, name, file.bytes), "\(kind.name) of layer \(layer)")
            }
        }
    }

    /// Dimensions that the plan does not have, of every kind.
    @Test(arguments: [
        (ArtifactKind.neighbours, ["sampleCount", "k"]), (.gram, ["sampleCount", "width"]),
        (.ranks, ["sampleCount", "width"]), (.distances, ["sampleCount", "width"]),
        (.rbf(bandwidth: 1), ["sampleCount", "width"]), (.basis, ["sampleCount"]),
        (.features, ["sampleCount", "columns"]),
    ])
    func dimensionsAreThePlans(_ kind: ArtifactKind, _ fields: [String]) throws {
        for layer in layers.summaries.indices {
            let (name, file) = try layers.raw(layer, kind)
            for field in fields {
                for value in Self.odd {
                    let isHeld = try holds(kind, layer, name, file.lying([field], value).bytes)
                    #expect(!isHeld, "\(kind.name) with \(field) \(value)")
                }
            }
        }
    }

    /// Sizes that fit each other and the file, and not the plan: these were read beyond their end.
    @Test func sizesThatFitEachOther() throws {
        let (features, file) = try layers.raw(2, .features)
        var wide = file.lying(["sampleCount"], 1).lying(["columns"], 65_536)
        wide.payload = [UInt8](repeating: 0, count: 65_536 * 8)
        #expect(try !holds(.features, 2, features, wide.bytes))
        let (basis, vectors) = try layers.raw(2, .basis)
        var flat = vectors.lying(["sampleCount"], 1).lying(["rank"], 10)
        flat.payload = [UInt8](repeating: 0, count: 40)
        #expect(try !holds(.basis, 2, basis, flat.bytes))
        let (neighbours, lists) = try layers.raw(2, .neighbours)
        var empty = lists.lying(["sampleCount"], 0)
        empty.payload = []
        #expect(try !holds(.neighbours, 2, neighbours, empty.bytes))
        for kind in [ArtifactKind.features, .basis, .neighbours, .gram] {
            var (name, huge) = try layers.raw(2, kind)
            for field in ["sampleCount", "columns", "rank", "k", "width"] { huge = huge.lying([field], 1 << 62) }
            huge.payload = []
            #expect(try !holds(kind, 2, name, huge.bytes))
        }
        let (other, entries) = try layers.raw(2, .gram)
        #expect(try !holds(.gram, 0, try layers.raw(0, .gram).name, entries.bytes), "by entries, not by its factor")
        #expect(try !holds(.gram, 2, other, try layers.raw(0, .gram).file.bytes))
        // Another kind's matrix of the very same shape, under this one's key.
        var (ranks, disguised) = try layers.raw(2, .ranks)
        (disguised.metadata, disguised.payload) = (entries.metadata, entries.payload)
        #expect(try !holds(.ranks, 2, ranks, disguised.bytes))
    }

    @Test(arguments: ["nan", "inf", "-inf"]) func numbersAreNumbers(_ value: String) throws {
        for (kind, field) in [
            (ArtifactKind.gram, "packedSquareSum"), (.ranks, "packedSquareSum"), (.features, "norm"),
        ] {
            let (name, file) = try layers.raw(1, kind)
            #expect(try !holds(kind, 1, name, file.lying([field], value).bytes), "\(kind.name) with \(field) \(value)")
        }
        let (name, file) = try layers.raw(1, .features)
        #expect(try !holds(.features, 1, name, file.lying(["norm"], -1).bytes))
        let (gram, kernel) = try layers.raw(1, .gram)
        #expect(try !holds(.gram, 1, gram, kernel.lying(["packedSquareSum"], -1).bytes))
        #expect(try !holds(.gram, 1, gram, kernel.lying(["scale"], -1).bytes))
        #expect(try !holds(.gram, 1, gram, kernel.lying(["chanceFactor"], 100).bytes))
        let number = Float(value) ?? .nan
        for (kind, width) in [(ArtifactKind.gram, 4), (.ranks, 4), (.basis, 4), (.features, 8)] {
            var (name, file) = try layers.raw(1, kind)
            let bits = width == 4 ? UInt64(number.bitPattern) : Double(number).bitPattern
            let place = file.payload.count / 2 / width * width
            for byte in 0..<width { file.payload[place + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)) }
            #expect(try !holds(kind, 1, name, file.bytes), "\(kind.name) with \(value)")
        }
    }

    // MARK: Neighbours

    private func lists(_ change: (inout [Int32], inout [Double]) -> Void) throws -> Bool {
        var (name, file) = try layers.raw(1, .neighbours)
        let count = PreparedLayers.samples * 5
        var (indices, similarities) = file.payload.withUnsafeBytes { bytes in
            (
                (0..<count).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self) },
                (0..<count).map { bytes.loadUnaligned(fromByteOffset: 4 * count + 8 * $0, as: Double.self) }
            )
        }
        let means = Array(file.payload[(12 * count)...])
        change(&indices, &similarities)
        file.payload = indices.withUnsafeBytes { Array($0) } + similarities.withUnsafeBytes { Array($0) } + means
        return try holds(.neighbours, 1, name, file.bytes)
    }

    @Test func neighboursKeepTheRules() throws {
        #expect(try lists { _, _ in })
        #expect(try !lists { indices, _ in indices[0] = 0 }, "a sample that lists itself")
        #expect(try !lists { indices, _ in indices[7] = indices[8] }, "a neighbour that is listed twice")
        for index in [Int32(-1), 12, .max, .min] { #expect(try !lists { indices, _ in indices[9] = index }) }
        #expect(try !lists { _, similarities in similarities.swapAt(0, 4) }, "not the most similar first")
        #expect(try !lists { _, similarities in similarities[3] = .nan })
        #expect(
            try !lists { indices, similarities in
                similarities[1] = similarities[0]
                if indices[1] > indices[0] { indices.swapAt(0, 1) }
            }, "ties go by index")
    }

    @Test func neighboursAreOfOtherGroups() throws {
        let groups = (0..<Int32(PreparedLayers.samples)).map { $0 / 2 }
        let grouped = try PreparedLayers(groups: groups)
        let name = try #require(grouped.summaries[1].artifacts[.neighbours])
        let file = try #require(ArtifactFile.open(name, in: grouped.directory))
        #expect(grouped.shapes[1].holds(.neighbours, file))
        // The lists of a sweep without groups have neighbours of the same group.
        let ungrouped = try layers.raw(1, .neighbours)
        var (_, stranger) = try grouped.raw(1, .neighbours)
        stranger.payload = ungrouped.file.payload
        try grouped.replace(name, with: stranger.bytes)
        let found = try #require(ArtifactFile.open(name, in: grouped.directory))
        #expect(!grouped.shapes[1].holds(.neighbours, found))
    }

    @Test func factsAreOfTheirLists() throws {
        let (name, file) = try layers.raw(1, .neighbours)
        for field in ["tiedRows", "largestInDegrees", "cycleChances"] {
            for value in [[], [0], Array(repeating: 0, count: 6), Array(repeating: -1, count: 5)] as [[Int]] {
                #expect(
                    try !holds(.neighbours, 1, name, file.lying(["facts", field], value).bytes), "\(field) \(value)")
            }
        }
        #expect(try !holds(.neighbours, 1, name, file.lying(["facts", "tiedRows", 2], 13).bytes))
        #expect(try !holds(.neighbours, 1, name, file.lying(["facts", "cycleChances", 2], 1.5).bytes))
        #expect(try !holds(.neighbours, 1, name, file.lying(["grandMean"], "nan").bytes))
        for value in [-1, "nan"] as [any Sendable] {
            #expect(try !holds(.neighbours, 1, name, file.lying(["scale"], value).bytes))
        }
    }

    // MARK: What steps leave

    private func candidates(
        _ rows: Range<Int> = 0..<4, among columns: Range<Int> = 2..<10, header: CandidatesHeader? = nil,
        _ change: (inout [Int32], inout [Int32], inout [Float], inout [Float]) -> Void = { _, _, _, _ in }
    ) throws -> Bool {
        var counts = rows.map { _ in Int32(2) }
        var indices = rows.flatMap { [Int32($0 + 4), Int32($0 + 5)] }
        var scores = indices.map { Float($0) / 10 }
        var margins = indices.map { _ in Float(0.01) }
        let header = header ?? CandidatesHeader(samples: rows, total: indices.count)
        change(&counts, &indices, &scores, &margins)
        let key = ArtifactKey(kind: "candidates", parts: [])
        try counts.withUnsafeBytes { counts in
            try indices.withUnsafeBytes { indices in
                try scores.withUnsafeBytes { scores in
                    try margins.withUnsafeBytes { margins in
                        try layers.directory.write(
                            key, metadata: try header.json(), parts: [counts, indices, scores, margins])
                    }
                }
            }
        }
        let file = try #require(ArtifactFile.open(key.name, key: key, in: layers.directory))
        return try CandidateTable(file, of: 0..<4, among: columns, layers.shapes[1]) != nil
    }

    @Test func candidatesKeepTheRules() throws {
        #expect(try candidates())
        #expect(
            try candidates { counts, indices, scores, margins in
                // A row that was put off.
                counts[3] = -1
                indices.removeLast(2)
                scores.removeLast(2)
                margins.removeLast(2)
            } == false, "the header says more")
        #expect(try candidates { counts, _, _, _ in counts.swapAt(0, 1) })
        #expect(try !candidates { counts, _, _, _ in counts[0] = 3 }, "counts that do not add up")
        #expect(try !candidates { counts, _, _, _ in (counts[0], counts[1]) = (.max, .max) })
        #expect(try !candidates { counts, _, _, _ in counts[0] = -2 })
        #expect(try !candidates { _, indices, _, _ in indices[0] = indices[1] }, "twice")
        #expect(try !candidates { _, indices, _, _ in indices[4] = 2 }, "itself")
        for index in [Int32(1), 10, -1, .max] { #expect(try !candidates { _, indices, _, _ in indices[0] = index }) }
        #expect(try !candidates { _, _, scores, _ in scores[0] = .nan })
        #expect(try !candidates { _, _, _, margins in margins[0] = .nan })
        #expect(try !candidates { _, _, _, margins in margins[0] = -1 })
        for total in [-1, 0, 7, 9, 1 << 62, Int.max] {
            #expect(try !candidates(header: CandidatesHeader(samples: 0..<4, total: total)))
        }
        for samples in [0..<0, 1..<5, 0..<Int.max, Int.min..<Int.max] {
            #expect(try !candidates(header: CandidatesHeader(samples: samples, total: 8)))
        }
    }

    // MARK: Surveys and diagnostics

    @Test func whatIsRememberedOfAStoreIsOfItsPlan() throws {
        let (plan, survey) = (layers.context.plan, layers.survey)
        func fits(_ thresholds: [Double]? = nil, _ digests: [String]? = nil) -> Bool {
            ModelSurvey(
                clipThresholds: thresholds ?? survey.clipThresholds, layerDigests: digests ?? survey.layerDigests,
                warnings: []
            ).fits(plan, model: 0)
        }
        #expect(fits() && fits([1, 2, 3]) && fits([.infinity]))
        #expect(!fits([]) && !fits([1, 2]) && !fits([.nan]) && !fits([-1]) && !fits([1, 2, .nan]))
        #expect(!fits(nil, []) && !fits(nil, ["a"]) && !fits(nil, survey.layerDigests + ["a"]))
    }

    /// Diagnostics that cannot be are computed anew.
    @Test(arguments: [0, 1, 2]) func impossibleDiagnosticsAreMadeAgain(_ layer: Int) throws {
        let keys = LayerKeys(
            context: layers.context, digest: layers.survey.layerDigests[layer],
            clipThresholds: layers.survey.clipThresholds, blasCore: "core")
        let whole = try layers.contents(keys.diagnostics.name)
        let file = try #require(RawArtifact(whole))
        for (field, value) in [
            ("clippedShare", 1.5), ("clippedShare", -1), ("clippedShare", "inf"), ("effectiveRank", -1),
            ("effectiveRank", 1e9), ("meanCosine", 7), ("isConstant", 3),
        ] as [(String, any Sendable)] {
            try layers.replace(keys.diagnostics.name, with: file.lying([field], value).bytes)
            #expect(try layers.summary(ofLayer: layer) == .layer(layers.summaries[layer]), "\(field) \(value)")
            #expect(try layers.contents(keys.diagnostics.name) == whole)
        }
    }
}
