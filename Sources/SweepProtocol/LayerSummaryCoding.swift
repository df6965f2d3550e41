internal import SweepModel
internal import SwiftProtobuf

extension Platonic_V1_LayerArtifacts {
    init(_ summary: LayerSummary) {
        clippedShare = summary.diagnostics.clippedShare
        isConstant = summary.diagnostics.isConstant
        effectiveRank = summary.diagnostics.effectiveRank
        meanCosine = summary.diagnostics.meanCosine
        if let found = summary.neighbourhood {
            neighbourhood = .with {
                $0.tiedShares = found.tiedShares
                $0.cycleChances = found.cycleChances
                $0.largestInDegree = UInt32(clamping: found.largestInDegree)
            }
        }
        chanceFactors = artifactMap(summary.chanceFactors)
        artifacts = artifactMap(summary.artifacts)
    }
}

extension LayerSummary {
    init(_ message: Platonic_V1_LayerArtifacts) throws(ProtocolError) {
        let neighbourhood = message.hasNeighbourhood ? message.neighbourhood : nil
        self.init(
            diagnostics: Diagnostics(
                clippedShare: message.clippedShare, isConstant: message.isConstant,
                effectiveRank: message.effectiveRank, meanCosine: message.meanCosine),
            neighbourhood: neighbourhood.map {
                Neighbourhood(
                    tiedShares: $0.tiedShares, cycleChances: $0.cycleChances, largestInDegree: Int($0.largestInDegree))
            },
            chanceFactors: try kinds(message.chanceFactors), artifacts: try kinds(message.artifacts))
    }
}
