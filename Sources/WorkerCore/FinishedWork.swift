internal import ArtifactStore
internal import FeatureStore
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// The models whose surveys, and the layers all of whose artifacts, are in the directory, as positions in the plan.
    ///
    /// Names are looked up and no payload is read: what is damaged counts as there. Of stores on servers nothing is known without
    /// asking them, and nothing is said.
    package func finishedWork() -> (models: Set<Int>, layers: Set<Int>) {
        var models: Set<Int> = []
        var layers: Set<Int> = []
        for (position, model) in context.plan.models.enumerated() where !StorePaths.isURL(model.path) {
            guard let identity = try? fileIdentity(model.path),
                let survey = remembered(surveyKey(model: position, identity: identity.parts)),
                survey.fits(context.plan, model: position)
            else { continue }
            models.insert(position)
            for (layer, digest) in zip(model.layers, survey.layerDigests) where isFinished(layer, survey, digest) {
                layers.insert(layer)
            }
        }
        return (models, layers)
    }

    private func remembered(_ key: ArtifactKey) -> ModelSurvey? {
        ArtifactFile.open(key.name, key: key, in: home.directory).flatMap { ModelSurvey(json: $0.metadata) }
    }

    private func isFinished(_ layer: Int, _ survey: ModelSurvey, _ digest: String) -> Bool {
        let thresholds = survey.clipThresholds(of: context.plan.layers[layer])
        guard let keys = try? keys(ofLayer: layer, digest: digest, clipThresholds: thresholds) else { return false }
        return ([keys.diagnostics] + keys.artifacts.values).allSatisfy {
            ArtifactFile.open($0.name, key: $0, in: home.directory) != nil
        }
    }
}
