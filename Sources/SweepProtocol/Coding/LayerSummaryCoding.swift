internal import SweepModel

extension WireLayerArtifacts {
    init(_ summary: LayerSummary) throws(ProtocolError) {
        clippedShare = summary.diagnostics.clippedShare
        isConstant = summary.diagnostics.isConstant
        effectiveRank = summary.diagnostics.effectiveRank
        meanCosine = summary.diagnostics.meanCosine
        if let found = summary.neighbourhood {
            var message = WireNeighbourhood()
            message.tiedShares = found.tiedShares
            message.cycleChances = found.cycleChances
            message.largestInDegree = try Checked.position(
                found.largestInDegree, "a sample's in-degree", below: ProtocolLimits.extent)
            neighbourhood = message
        }
        (chanceKinds, chanceFactors) = lists(summary.chanceFactors)
        (artifactKinds, artifactNames) = lists(summary.artifacts)
        float64Kinds = summary.float64Kinds.map(\.name).sorted()
        for artifact in artifactNames { _ = try Checked.artifact(artifact) }
        nullMetrics = summary.nullNumbers.keys.sorted()
        nullNumbers = nullMetrics.map { summary.nullNumbers[$0] ?? "" }
        guard nullNumbers.reduce(0, { $0 + $1.utf8.count }) <= ProtocolLimits.nullNumberBytes else {
            throw ProtocolError("a layer has too many numbers for the moments of its scores")
        }
    }
}

extension LayerSummary {
    init(_ message: WireLayerArtifacts) throws(ProtocolError) {
        for artifact in message.artifactNames { _ = try Checked.artifact(artifact) }
        self.init(
            diagnostics: Diagnostics(
                clippedShare: message.clippedShare, isConstant: message.isConstant,
                effectiveRank: message.effectiveRank, meanCosine: message.meanCosine),
            neighbourhood: message.hasNeighbourhood ? try Neighbourhood(message.neighbourhood) : nil,
            chanceFactors: try dictionary(message.chanceKinds, message.chanceFactors),
            artifacts: try dictionary(message.artifactKinds, message.artifactNames),
            float64Kinds: Set(try kinds(message.float64Kinds)),
            nullNumbers: try Self.nullNumbers(message.nullMetrics, message.nullNumbers))
    }
}

extension LayerSummary {
    private static func nullNumbers(_ metrics: [String], _ texts: [String]) throws(ProtocolError) -> [String: String] {
        guard metrics.count == texts.count, metrics.count <= ProtocolLimits.metrics,
            zip(metrics, metrics.dropFirst()).allSatisfy(<),
            metrics.allSatisfy({ $0.utf8.count <= ProtocolLimits.nameBytes }),
            texts.reduce(0, { $0 + $1.utf8.count }) <= ProtocolLimits.nullNumberBytes
        else { throw ProtocolError("a layer's numbers for moments do not fit its metrics") }
        return Dictionary(uniqueKeysWithValues: zip(metrics, texts))
    }
}

extension LayerSummary.Neighbourhood {
    fileprivate init(_ message: WireNeighbourhood) throws(ProtocolError) {
        guard message.tiedShares.count <= ProtocolLimits.metrics, message.cycleChances.count <= ProtocolLimits.metrics
        else { throw ProtocolError("a layer has too many numbers of neighbours") }
        self.init(
            tiedShares: message.tiedShares, cycleChances: message.cycleChances,
            largestInDegree: try Checked.position(
                message.largestInDegree, "a sample's in-degree", below: ProtocolLimits.extent))
    }
}
