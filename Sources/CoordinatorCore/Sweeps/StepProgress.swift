internal import SweepModel

/// How far the steps of a layer that several workers share have come.
///
/// Nothing of it is durable but what the steps leave behind: a coordinator that takes over divides the layer anew, or not, and whoever
/// gets a step that was done finds its artifacts.
struct StepProgress {
    /// What is under way: the later begins when all of the earlier is done.
    enum Phase: Hashable {
        case candidates
        case lists
        case layer
    }

    private let layer: Int
    private let steps: NeighbourSteps
    private(set) var phase = Phase.candidates
    /// Steps of the phase that are not done.
    private(set) var left: Set<Int>
    /// What the steps took so far, which counts as the layer's.
    private(set) var seconds = 0.0
    private(set) var flops = 0.0
    /// The artifacts that workers which do not see the directory have handed over for steps: nobody else would delete them.
    var artifacts: Set<String> = []

    init(layer: Int, steps: NeighbourSteps) {
        self.layer = layer
        self.steps = steps
        left = Set(0..<steps.candidateCount)
    }

    /// What can be handed out when the phase begins, in the order in which it is.
    var items: [WorkItem] { phase == .layer ? [.layer(layer)] : left.sorted().map { .step(layer: layer, index: $0) } }

    /// How many steps are left, with the layer itself.
    var itemsLeft: Int {
        switch phase {
        case .candidates: left.count + steps.blocks.count + 1
        case .lists: left.count + 1
        case .layer: 1
        }
    }

    /// The part of all steps that is done, by their products.
    var shareDone: Double {
        let shares = (0..<steps.count).map { (share: steps.share($0), isDone: isDone($0)) }
        return shares.reduce(0) { $0 + ($1.isDone ? $1.share : 0) } / shares.reduce(0) { $0 + $1.share }
    }

    func isDone(_ index: Int) -> Bool {
        switch phase {
        case .candidates: index < steps.candidateCount && !left.contains(index)
        case .lists: !left.contains(index)
        case .layer: true
        }
    }

    /// Step `index` is done; whether the next phase begins.
    mutating func finish(_ index: Int, seconds: Double, flops: Double) -> Bool {
        guard left.remove(index) != nil else { return false }
        self.seconds += seconds
        self.flops += flops
        guard left.isEmpty else { return false }
        if phase == .candidates {
            phase = .lists
            left = Set(steps.candidateCount..<steps.count)
        } else {
            phase = .layer
        }
        return true
    }
}
