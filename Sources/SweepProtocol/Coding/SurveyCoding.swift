internal import SweepModel

extension WireSurvey {
    init(_ survey: ModelSurvey) throws(ProtocolError) {
        clipThresholds = try Checked.clipThresholds(survey.clipThresholds)
        for digest in survey.layerDigests { layerDigests.append(try Checked.name(digest, "a layer's digest")) }
        warnings = survey.warnings.map(Checked.shortened)
    }
}

extension ModelSurvey {
    init(_ message: WireSurvey) throws(ProtocolError) {
        guard message.layerDigests.count <= ProtocolLimits.layers, message.warnings.count <= ProtocolLimits.layers
        else {
            throw ProtocolError("a survey has too many digests or warnings")
        }
        for digest in message.layerDigests { _ = try Checked.name(digest, "a layer's digest") }
        for warning in message.warnings { _ = try Checked.text(warning, "a warning") }
        self.init(
            clipThresholds: try Checked.clipThresholds(message.clipThresholds),
            layerDigests: message.layerDigests, warnings: message.warnings)
    }
}
