internal import AlignmentMetrics
internal import ArtifactStore
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// What `body` returns, which needs the artifacts of `layers`: those that it finds missing or damaged are made again, each layer's
    /// once.
    func mending<Result>(_ layers: [TileLayer], _ body: () throws -> Result) throws -> Result {
        var mended: Set<Int> = []
        while true {
            do {
                return try body()
            } catch let damage as ArtifactDamage {
                // Panels hold files open that are no more.
                artifacts.shrink(to: 0)
                let broken = layers.filter { layer in
                    !mended.contains(layer.position)
                        && (layer.names.values.contains(damage.name) || !isWhole(layer))
                }
                guard !broken.isEmpty else { throw damage }
                for layer in broken where mended.insert(layer.position).inserted { try makeAgain(layer) }
            }
        }
    }

    /// Whether all artifacts of a layer are here and what they should be; those that can be fetched count as if they were.
    private func isWhole(_ layer: TileLayer) -> Bool {
        layer.names.allSatisfy { kind, name in
            ArtifactFile.open(name, in: home.directory).map { shapes[layer.position].holds(kind, $0) } ?? home.canFetch
        }
    }

    /// Prepares a layer once more; what of its artifacts is as it should be stays.
    private func makeAgain(_ layer: TileLayer) throws {
        let planned = context.plan.layers[layer.position]
        func made() throws -> Bool {
            let survey = try survey(model: planned.model)
            let thresholds = survey.clipThresholds(of: planned)
            let digest = survey.layerDigests[layer.position - context.plan.models[planned.model].layers.lowerBound]
            let keys = try keys(ofLayer: layer.position, digest: digest, clipThresholds: thresholds)
            guard layer.names.allSatisfy({ keys.artifacts[$0]?.name == $1 }) else { return false }
            _ = try layerSummary(layer.position, clipThresholds: thresholds, digest: digest)
            return true
        }
        if try made() { return }
        // What is remembered of the store may be as wrong as the artifacts.
        try forgetSurvey(model: planned.model)
        guard try made() else { throw Self.changed(context.plan.models[planned.model].path) }
    }
}
