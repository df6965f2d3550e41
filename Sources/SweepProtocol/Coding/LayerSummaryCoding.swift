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
            float64Kinds: Set(try kinds(message.float64Kinds)))
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
