internal import SweepModel
internal import SweepProtocol
internal import WorkerCore

/// Work items of a sweep that are done here and now, one after the other, without a coordinator.
struct DirectWork {
    let runner: TaskRunner
    let plan: SweepPlan

    /// Digests and thresholds of a model, by its position in the plan.
    func survey(ofModel model: Int) throws -> ModelSurvey {
        guard case .survey(let survey) = try run(.survey(model: model), .survey) else {
            throw Self.unexpected(plan.models[model].path)
        }
        return survey
    }

    /// Makes what a layer's artifacts lack; `survey` is of its model.
    func summary(ofLayer layer: Int, _ survey: ModelSurvey) throws -> LayerSummary {
        let planned = plan.layers[layer]
        let model = plan.models[planned.model]
        let place = layer - model.layers.lowerBound
        guard survey.layerDigests.indices.contains(place) else { throw Self.unexpected(model.path) }
        let inputs = Assignment.Inputs.layer(
            clipThresholds: survey.clipThresholds(of: planned), digest: survey.layerDigests[place])
        guard case .layer(let summary) = try run(.layer(layer), inputs) else { throw Self.unexpected(model.path) }
        return summary
    }

    private func run(_ work: LeasedWork, _ inputs: Assignment.Inputs) throws -> LeaseOutcome.Result {
        let lease = Lease(sweep: SweepID(1), number: 1, work: work)
        let outcome = runner.run(Assignment(lease: lease, inputs: inputs))
        if case .failure(let complaint) = outcome.result { throw complaint }
        return outcome.result
    }

    private static func unexpected(_ path: String) -> Complaint {
        Complaint(.work, "the work on a store ended in something else", at: path, advice: "report this as a bug")
    }
}
