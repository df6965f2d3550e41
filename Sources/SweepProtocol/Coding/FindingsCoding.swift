internal import SweepModel

extension WireFindings {
    /// The control frame's part of `findings`, which go to `bulk`.
    init(_ findings: SweepFindings, bulk: inout BulkWriter) throws(ProtocolError) {
        var facts = findings
        (facts.surveys, facts.layers, facts.dossier) = ([], [], [])
        var found = WireFound()
        for survey in findings.surveys {
            var message = WireFoundSurvey()
            if let survey { message.survey = try WireSurvey(survey) }
            found.surveys.append(message)
        }
        for layer in findings.layers {
            var message = WireFoundLayer()
            if let layer { message.layer = try WireLayerArtifacts(layer) }
            found.layers.append(message)
        }
        let parts = [try JSONDocument.bytes(facts), try serialized(found), findings.dossier]
        for part in parts { bulk.append(part) }
        factsBytes = UInt64(parts[0].count)
        foundBytes = UInt64(parts[1].count)
        dossierBytes = UInt64(parts[2].count)
    }
}

extension SweepFindings {
    init(_ message: WireFindings, bulk: inout BulkReader) throws(ProtocolError) {
        self = try JSONDocument.value(try bulk.take(message.factsBytes))
        // What a client asked for may be as large as a message.
        let found: WireFound = try parsed(try bulk.take(message.foundBytes), atMost: ProtocolLimits.bulkBytes)
        dossier = try bulk.take(message.dossierBytes)
        surveys = []
        for survey in found.surveys { surveys.append(survey.hasSurvey ? try ModelSurvey(survey.survey) : nil) }
        layers = []
        for layer in found.layers { layers.append(layer.hasLayer ? try LayerSummary(layer.layer) : nil) }
    }
}
