internal import AlignmentMetrics
internal import ArtifactStore
internal import SweepModel
internal import SweepProtocol

/// A layer's summary while its artifacts are found or made.
struct SummaryDraft {
    let keys: LayerKeys
    let ks: [Int]
    let shape: ArtifactShape
    var diagnostics: LayerSummary.Diagnostics?
    private var neighbourhood: LayerSummary.Neighbourhood?
    private var chanceFactors: [ArtifactKind: Double] = [:]
    private var float64Kinds: Set<ArtifactKind> = []
    private var nullNumbers: [String: String] = [:]

    init(keys: LayerKeys, ks: [Int], shape: ArtifactShape) {
        self.keys = keys
        self.ks = ks
        self.shape = shape
    }

    /// Takes in what describes an artifact; false where it describes none of this layer.
    mutating func note(_ kind: ArtifactKind, metadata: [UInt8]) -> Bool {
        guard let found = ArtifactComputations.of(kind).facts(kind, metadata, shape) else { return false }
        if let facts = found.neighbours {
            neighbourhood = LayerSummary.Neighbourhood(
                tiedShares: ks.map { Double(facts.tiedRows[$0 - 1]) / Double(shape.listedSamples) },
                cycleChances: ks.map { facts.cycleChances[$0 - 1] },
                largestInDegree: Int(facts.largestInDegrees.last ?? 0))
        }
        if let factor = found.chanceFactor { chanceFactors[kind] = factor }
        if found.isFloat64 { float64Kinds.insert(kind) }
        return true
    }

    /// Takes in what the layer brings to moments, of which a message holds so much: where there is more, the longest are left out.
    mutating func add(nullNumbers texts: [String: String]) {
        var room = ProtocolLimits.nullNumberBytes - nullNumbers.values.reduce(0) { $0 + $1.utf8.count }
        for (metric, text) in texts.sorted(by: { ($0.value.utf8.count, $0.key) < ($1.value.utf8.count, $1.key) }) {
            guard text.utf8.count <= room else { return }
            room -= text.utf8.count
            nullNumbers[metric] = text
        }
    }

    func summary() -> LayerSummary {
        let known =
            diagnostics
            ?? LayerSummary.Diagnostics(clippedShare: .nan, isConstant: true, effectiveRank: .nan, meanCosine: .nan)
        return LayerSummary(
            diagnostics: known, neighbourhood: known.isConstant ? nil : neighbourhood, chanceFactors: chanceFactors,
            artifacts: known.isConstant ? [:] : keys.artifacts.mapValues(\.name), float64Kinds: float64Kinds,
            nullNumbers: nullNumbers)
    }
}
