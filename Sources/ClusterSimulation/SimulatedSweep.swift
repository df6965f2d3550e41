package import SweepCost
internal import SweepModel
package import SweepProtocol

/// A sweep as all simulations of it see it: what each work item takes, reads and leaves behind.
package struct SimulatedSweep: Sendable {
    let context: SweepContext
    let costs: ItemCosts
    let memory: TileMemory
    let known: KnownWork
    /// What a worker is told of the sweep first, in bytes.
    let contextBytes: Int
    /// By layer: its stored values, and the files of its artifacts.
    let storedBytes: [Int]
    let artifactBytes: [Int]
    /// How a layer is divided, found by going through all layers; and all work items, every layer in steps.
    let steps: NeighbourSteps?
    let itemCount: Int
    /// What a step of each kind leaves behind.
    let candidateBytes: Int
    let listBytes: Int
    /// All candidates that the lists of one block are made of.
    let candidatesOfLists: Int
    /// Of one layer's artifacts, read into memory: by part, where it is the first that goes by its artifact.
    let readers: [Int]
    /// Bytes in memory of a block of layers for each of `readers`, and whether it is read anew for each tile.
    let blockBytes: [Int]
    let isStreamed: [Bool]

    var plan: SweepPlan { context.plan }

    package init(_ context: SweepContext, costs: ItemCosts, memory: TileMemory, known: KnownWork = KnownWork()) {
        self.context = context
        self.costs = costs
        self.memory = memory
        self.known = known
        contextBytes = context.encoded().count
        let plan = context.plan
        storedBytes = plan.layers.indices.map { Self.storedBytes(of: $0, plan) }
        artifactBytes = plan.layers.map { layer in
            let extent = plan.extent(width: layer.width)
            return plan.artifactKinds.reduce(0) { $0 + $1.definition.storedBytes(extent) }
        }
        let length = plan.longestNeighbourList ?? 0
        steps = plan.neighbourSteps
        itemCount =
            plan.models.count + plan.layers.count * (1 + (steps?.count ?? 0)) + plan.grid.tileCount
        let lists = steps.map { max(1, $0.count - $0.candidateCount) } ?? 1
        let candidates = steps?.candidateBytes(k: length) ?? 0
        candidateBytes = candidates / max(1, steps?.candidateCount ?? 1)
        candidatesOfLists = candidates / lists
        listBytes = 12 * length * plan.sampleCount / lists
        let readers = ItemCosts.firstReaders(costs.parts)
        self.readers = readers
        blockBytes = readers.map { memory.blockBytes[costs.parts[$0].artifact] ?? 0 }
        isStreamed = readers.map { part in
            let artifact = costs.parts[part].artifact
            return memory.streamed.contains(artifact) || artifact.definition.isReadForEachPair
        }
    }

    /// Seconds of the longest work items that have to wait for each other: no number of workers makes less of them.
    var longestChain: Double {
        let layer = costs.layers.indices.max { costs.layers[$0] < costs.layers[$1] } ?? 0
        let survey = costs.surveys.max() ?? 0
        guard let steps else { return survey + (costs.layers.max() ?? 0) }
        func longest(_ indices: Range<Int>) -> Double { indices.map { costs.step($0, of: layer) }.max() ?? 0 }
        return survey + longest(0..<steps.candidateCount) + longest(steps.candidateCount..<steps.count) + costs.joining
    }

    /// A layer's part of what its model's store holds, by its width.
    private static func storedBytes(of layer: Int, _ plan: SweepPlan) -> Int {
        let model = plan.models[plan.layers[layer].model]
        if plan.layers[layer].isConcatenation { return model.bytes }
        let widths = plan.storedWidth(ofModel: plan.layers[layer].model)
        return Int(Double(model.bytes) * Double(plan.layers[layer].width) / Double(max(widths, 1)))
    }
}
