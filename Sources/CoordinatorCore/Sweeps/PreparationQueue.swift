internal import SweepModel

/// Surveys and layers that are still to be handed out, and steps of layers that several workers share.
///
/// A model's layers become ready with its survey and go first to the worker that made it, which has the values in memory.
struct PreparationQueue {
    private let plan: SweepPlan
    /// How layers may be divided; nil where one worker prepares each.
    let steps: NeighbourSteps?
    /// Models to survey, the largest last: it is taken first.
    private var surveys: [Int]
    /// For each surveyed model what waits of its layers, the last one first to go.
    private var layers: [[WorkItem]]
    /// Layers that are divided and not done.
    private(set) var divided: [Int: StepProgress] = [:]
    private(set) var waitingCount: Int

    init(plan: SweepPlan) {
        self.plan = plan
        steps = plan.neighbourSteps
        surveys = plan.models.indices.sorted { plan.models[$0].bytes < plan.models[$1].bytes }
        layers = Array(repeating: [], count: plan.models.count)
        waitingCount = surveys.count
    }

    /// Whether there are layers that several workers could share.
    var isDivisible: Bool { steps != nil }

    /// How many surveys and layers wait that are the work of one worker each.
    var wholeCount: Int {
        layers.reduce(surveys.count) { sum, items in
            sum + items.count { if case .layer(let layer) = $0 { divided[layer] == nil } else { false } }
        }
    }

    /// The survey of `model` is in: those of its layers that `isWanted` can be handed out.
    mutating func release(layersOf model: Int, where isWanted: (Int) -> Bool = { _ in true }) {
        layers[model] = plan.models[model].layers.reversed().filter(isWanted).map { .layer($0) }
        waitingCount += layers[model].count
    }

    /// Takes the next item for a worker that keeps the values of `models`: of a layer that `divides` its first step.
    /// - Parameter surveysAlone: whether nothing but surveys is wanted.
    mutating func take(
        keeping models: Set<Int>, divides: (Int) -> Bool = { _ in false }, surveysAlone: Bool = false
    ) -> WorkItem? {
        guard waitingCount > 0 else { return nil }
        if !surveysAlone {
            for model in models.sorted() { if let item = pop(model, divides) { return item } }
        }
        if let model = surveys.popLast() {
            waitingCount -= 1
            return .survey(model: model)
        }
        if surveysAlone { return nil }
        // Someone else's: of the model with the most left, since its own worker will be busy longest.
        return layers.indices.max(by: { layers[$0].count < layers[$1].count }).flatMap { pop($0, divides) }
    }

    private mutating func pop(_ model: Int, _ divides: (Int) -> Bool) -> WorkItem? {
        if case .layer(let layer)? = layers[model].last, divided[layer] == nil, divides(layer) { divide(layer) }
        guard let item = layers[model].popLast() else { return nil }
        waitingCount -= 1
        return item
    }

    /// Takes `item` out of the queue; false where it does not wait.
    mutating func claim(_ item: WorkItem) -> Bool {
        switch item {
        case .survey(let model):
            guard let index = surveys.firstIndex(of: model) else { return false }
            surveys.remove(at: index)
        case .layer(let layer), .step(let layer, _):
            guard plan.layers.indices.contains(layer) else { return false }
            // An earlier coordinator had divided it.
            if case .step = item, divided[layer] == nil { divide(layer) }
            let model = plan.layers[layer].model
            guard let index = layers[model].firstIndex(of: item) else { return false }
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
        case .layer(let layer): layers[plan.layers[layer].model].append(item)
        case .step(let layer, let index):
            guard divided[layer]?.left.contains(index) == true else { return }
            layers[plan.layers[layer].model].append(item)
        case .tile: return
        }
        waitingCount += 1
    }

    // MARK: Steps

    /// Puts the first steps of a layer that waits in its place.
    private mutating func divide(_ layer: Int) {
        let model = plan.layers[layer].model
        guard let steps, let index = layers[model].firstIndex(of: .layer(layer)) else { return }
        let progress = StepProgress(layer: layer, steps: steps)
        divided[layer] = progress
        layers[model].replaceSubrange(index...index, with: progress.items.reversed())
        waitingCount += progress.items.count - 1
    }

    /// Whether a step is done, of a layer that is divided.
    func isDone(step index: Int, of layer: Int) -> Bool { divided[layer]?.isDone(index) ?? false }

    /// A step is done: what follows the last one of its kind can be handed out, before anything else of the model.
    mutating func finish(step index: Int, of layer: Int, seconds: Double, flops: Double) {
        guard divided[layer]?.finish(index, seconds: seconds, flops: flops) == true, let progress = divided[layer]
        else { return }
        layers[plan.layers[layer].model] += progress.items.reversed()
        waitingCount += progress.items.count
    }

    /// A worker hands over what it made in a step of `layer`.
    mutating func note(artifact name: String, ofStepsOf layer: Int) { divided[layer]?.artifacts.insert(name) }

    /// A layer is done or given up: how far its steps had come, where it was divided. None of them waits any more.
    @discardableResult
    mutating func close(layer: Int) -> StepProgress? {
        guard let progress = divided.removeValue(forKey: layer) else { return nil }
        let model = plan.layers[layer].model
        let before = layers[model].count
        layers[model].removeAll { if case .step(layer, _) = $0 { true } else { false } }
        waitingCount -= before - layers[model].count
        return progress
    }
}
