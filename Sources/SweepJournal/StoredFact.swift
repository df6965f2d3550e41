internal import SweepModel

/// What kind of row in the table `facts`; the order is that of replay.
enum FactKind: Int64 {
    case record = 0
    case participant = 1
    case survey = 2
    case layer = 3
    case fence = 4
    // The table `tiles` comes between them.
    case failedSurvey = 5
    case failedLayer = 6
    case failedTile = 7
    case ending = 8

    static let beforeTiles = FactKind.record.rawValue...FactKind.fence.rawValue
    static let afterTiles = FactKind.failedSurvey.rawValue...FactKind.ending.rawValue
}

/// The place of a row in the table `facts`.
struct FactKey: Hashable {
    let kind: FactKind
    var a: Int64 = 0
    var b: Int64 = 0

    init(_ kind: FactKind, _ a: Int64 = 0, _ b: Int64 = 0) { (self.kind, self.a, self.b) = (kind, a, b) }

    /// Where the failure of a work item is.
    init(failureOf item: WorkItem) {
        switch item {
        case .survey(let model): self.init(.failedSurvey, Int64(model))
        // A layer goes with any of its steps.
        case .layer(let layer), .step(let layer, _): self.init(.failedLayer, Int64(layer))
        case .tile(let row, let column): self.init(.failedTile, Int64(row), Int64(column))
        }
    }

    /// The work item whose failure it is; nil where it is none.
    var failedItem: WorkItem? {
        switch kind {
        case .failedSurvey: .survey(model: Int(a))
        case .failedLayer: .layer(Int(a))
        case .failedTile: .tile(row: Int(a), column: Int(b))
        case .record, .participant, .survey, .layer, .fence, .ending: nil
        }
    }
}

/// A number in JSON to the bit, NaN and negative zero too: the hexadecimal digits of its bit pattern.
struct ExactNumber: Hashable, Codable {
    let value: Double

    init(_ value: Double) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bits = UInt64(try container.decode(String.self), radix: 16) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a number has hexadecimal digits")
        }
        value = Double(bitPattern: bits)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(value.bitPattern, radix: 16))
    }
}

struct StoredRecord: Codable {
    let name: String
    let owner: String
    let priority: Int32
    let spec: String
    let algorithmVersion: UInt32
    let workerBytes: UInt64
    let failsFast: Bool
    let submitted: ExactNumber

    init(_ record: SweepRecord) {
        (name, owner, priority, spec) = (record.name, record.owner, record.priority, record.spec)
        (algorithmVersion, workerBytes) = (record.algorithmVersion, record.workerBytes)
        (failsFast, submitted) = (record.failsFast, ExactNumber(record.submitted))
    }

    func record(_ id: SweepID, context: [UInt8], dossier: [UInt8]) -> SweepRecord {
        SweepRecord(
            id: id, name: name, owner: owner, priority: priority, spec: spec, algorithmVersion: algorithmVersion,
            workerBytes: workerBytes, failsFast: failsFast, submitted: submitted.value, context: context,
            dossier: dossier)
    }
}

struct StoredParticipant: Codable {
    let host: String
    let blasCore: String
}

struct StoredSurvey: Codable {
    let clipThresholds: [ExactNumber]
    let layerDigests: [String]
    let warnings: [String]
    let seconds: ExactNumber

    init(_ survey: ModelSurvey, seconds: Double) {
        clipThresholds = survey.clipThresholds.map { ExactNumber($0) }
        (layerDigests, warnings) = (survey.layerDigests, survey.warnings)
        self.seconds = ExactNumber(seconds)
    }

    var survey: ModelSurvey {
        ModelSurvey(clipThresholds: clipThresholds.map(\.value), layerDigests: layerDigests, warnings: warnings)
    }
}

struct StoredLayerSummary: Codable {
    struct Neighbourhood: Codable {
        let tiedShares: [ExactNumber]
        let cycleChances: [ExactNumber]
        let largestInDegree: Int
    }

    let clippedShare: ExactNumber
    let isConstant: Bool
    let effectiveRank: ExactNumber
    let meanCosine: ExactNumber
    let neighbourhood: Neighbourhood?
    /// By the kinds' names.
    let chanceFactors: [String: ExactNumber]
    let artifacts: [String: String]
    /// Ascending; nil where there are none.
    let float64Kinds: [String]?
    /// By metric id; nil where there are none.
    let nullNumbers: [String: String]?
    let seconds: ExactNumber
    let flops: ExactNumber

    init(_ summary: LayerSummary, seconds: Double, flops: Double) {
        let diagnostics = summary.diagnostics
        (clippedShare, isConstant) = (ExactNumber(diagnostics.clippedShare), diagnostics.isConstant)
        effectiveRank = ExactNumber(diagnostics.effectiveRank)
        meanCosine = ExactNumber(diagnostics.meanCosine)
        neighbourhood = summary.neighbourhood.map {
            Neighbourhood(
                tiedShares: $0.tiedShares.map { ExactNumber($0) },
                cycleChances: $0.cycleChances.map { ExactNumber($0) },
                largestInDegree: $0.largestInDegree)
        }
        chanceFactors = Dictionary(
            summary.chanceFactors.map { ($0.key.name, ExactNumber($0.value)) }, uniquingKeysWith: { first, _ in first })
        artifacts = Dictionary(
            summary.artifacts.map { ($0.key.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        float64Kinds = summary.float64Kinds.isEmpty ? nil : summary.float64Kinds.map(\.name).sorted()
        nullNumbers = summary.nullNumbers.isEmpty ? nil : summary.nullNumbers
        (self.seconds, self.flops) = (ExactNumber(seconds), ExactNumber(flops))
    }

    func summary() throws -> LayerSummary {
        LayerSummary(
            diagnostics: .init(
                clippedShare: clippedShare.value, isConstant: isConstant, effectiveRank: effectiveRank.value,
                meanCosine: meanCosine.value),
            neighbourhood: neighbourhood.map {
                .init(
                    tiedShares: $0.tiedShares.map(\.value), cycleChances: $0.cycleChances.map(\.value),
                    largestInDegree: $0.largestInDegree)
            },
            chanceFactors: try Self.byKind(chanceFactors).mapValues(\.value), artifacts: try Self.byKind(artifacts),
            float64Kinds: Set(try (float64Kinds ?? []).map(Self.kind)), nullNumbers: nullNumbers ?? [:])
    }

    private static func kind(_ name: String) throws -> ArtifactKind {
        guard let kind = ArtifactKind(name: name) else { throw Damage("there is no artifact kind \(name)") }
        return kind
    }

    private static func byKind<Value>(_ values: [String: Value]) throws -> [ArtifactKind: Value] {
        var found: [ArtifactKind: Value] = [:]
        for (name, value) in values { found[try kind(name)] = value }
        return found
    }
}
