internal import SweepModel

/// Surveys and layers that are still to be handed out.
///
/// A model's layers become ready with its survey and go first to the worker that made it, which has the values in memory.
struct PreparationQueue {
    private let plan: SweepPlan
    /// Models to survey, the largest last: it is taken first.
    private var surveys: [Int]
    /// For each surveyed model its waiting layers, the last one first to go.
    private var layers: [[Int]]
    private(set) var waitingCount: Int

    init(plan: SweepPlan) {
        self.plan = plan
        surveys = plan.models.indices.sorted { plan.models[$0].bytes < plan.models[$1].bytes }
        layers = Array(repeating: [], count: plan.models.count)
        waitingCount = surveys.count
    }

    /// The survey of `model` is in: those of its layers that `isWanted` can be handed out.
    mutating func release(layersOf model: Int, where isWanted: (Int) -> Bool = { _ in true }) {
        layers[model] = plan.models[model].layers.reversed().filter(isWanted)
        waitingCount += layers[model].count
    }

    /// Takes the next item for a worker that keeps the values of `models`.
    mutating func take(keeping models: Set<Int>) -> WorkItem? {
        guard waitingCount > 0 else { return nil }
        for model in models.sorted() {
            if let layer = layers[model].popLast() { return taken(.layer(layer)) }
        }
        if let model = surveys.popLast() { return taken(.survey(model: model)) }
        // Someone else's: of the model with the most left, since its own worker will be busy longest.
        if let model = layers.indices.max(by: { layers[$0].count < layers[$1].count }),
            let layer = layers[model].popLast()
        {
            return taken(.layer(layer))
        }
        return nil
    }

    private mutating func taken(_ item: WorkItem) -> WorkItem {
        waitingCount -= 1
        return item
    }

    /// Takes `item` out of the queue; false where it does not wait.
    mutating func claim(_ item: WorkItem) -> Bool {
        switch item {
        case .survey(let model):
            guard let index = surveys.firstIndex(of: model) else { return false }
            surveys.remove(at: index)
        case .layer(let layer):
            guard plan.layers.indices.contains(layer) else { return false }
            let model = plan.layers[layer].model
            guard let index = layers[model].firstIndex(of: layer) else { return false }
            layers[model].remove(at: index)
        case .tile: return false
        }
        waitingCount -= 1
        return true
    }

    /// Gives back an item that was taken and not done.
    mutating func putBack(_ item: WorkItem) {
        switch item {
        case .survey(let model): surveys.append(model)
        case .layer(let layer): layers[plan.layers[layer].model].append(layer)
        case .tile: return
        }
        waitingCount += 1
    }
}
