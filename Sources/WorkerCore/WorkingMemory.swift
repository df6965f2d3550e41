internal import AlignmentMetrics
package import SweepModel

/// What a worker with so much memory keeps from one tile to the next.
package struct WorkingMemory: Sendable {
    /// Bytes for artifacts of all kinds together.
    package let artifactBytes: Int
    /// Bytes of a whole block of layers of each kind of the plan, decoded.
    package let blockBytes: [ArtifactKind: Int]
    /// Kinds of which two blocks do not fit, so that they are streamed from disk.
    package let streamed: Set<ArtifactKind>

    /// Packed entries of all layers of a block that are multiplied at a time.
    package static var packedChunk: Int { KernelPanel.chunkLength }

    /// Bytes in memory of one entry of a neighbour list.
    package static var bytesPerNeighbour: Int { NeighbourTile.bytesPerNeighbour }

    /// Bytes of a slab in which the rows of a layer of many samples are read, in float64.
    static func slabBytes(of memoryBytes: Int) -> Int { max(1 << 20, min(64 << 20, memoryBytes / 64)) }

    /// The bytes that finding the neighbours of the widest layer in steps takes; nil where layers are not divided.
    package static func stepBytes(_ plan: SweepPlan) -> Int? {
        plan.layers.indices.compactMap { layer in
            stepBytes(plan, width: plan.layers[layer].width, valueBytes: valueBytes(plan, layer), threads: 1)
        }.max()
    }

    /// The bytes that a step of the work on a layer of `width` values of `valueBytes` takes.
    static func stepBytes(_ plan: SweepPlan, width: Int, valueBytes: Int, threads: Int) -> Int? {
        plan.neighbourSteps.map { steps in
            let least = NeighbourSearch.leastBytes(
                rows: steps.blocks[0].count, sampleCount: plan.sampleCount, width: width, valueBytes: valueBytes,
                k: plan.longestNeighbourList ?? 0, slabBytes: slabBytes(of: 0), threads: threads)
            // Slabs grow with the memory.
            return least / 14 * 15
        }
    }

    /// The bytes that the work on a layer of `width` values takes where neighbours of queries are found; nil where those of all samples are.
    static func queryBytes(_ plan: SweepPlan, width: Int, threads: Int) -> Int? {
        plan.queries.map { queries in
            let least = NeighbourSearch.leastBytes(
                queries, sampleCount: plan.sampleCount, width: width, k: plan.longestNeighbourList ?? 0,
                slabBytes: slabBytes(of: 0), threads: threads)
            // Slabs grow with the memory.
            return least / 14 * 15
        }
    }

    /// The bytes of a value of a layer, as far as its store's size says: the smallest precision that is not below the average.
    private static func valueBytes(_ plan: SweepPlan, _ layer: Int) -> Int {
        let model = plan.models[plan.layers[layer].model]
        let values = plan.sampleCount * plan.storedWidth(ofModel: plan.layers[layer].model)
        return [2, 4].first { model.bytes <= $0 * values } ?? 8
    }

    /// What no layer of `plan` exceeds.
    private static func largest(_ plan: SweepPlan) -> ArtifactDefinition.Extent {
        plan.extent(width: plan.layers.map(\.width).max() ?? 0)
    }

    /// The bytes that a worker needs whatever it keeps from one work item to the next: for the largest layer, or for a tile.
    package static func required(_ plan: SweepPlan) -> Int {
        let layers = plan.layers.indices.map { layer in
            let width = plan.layers[layer].width
            let storedBytes = plan.sampleCount * width * valueBytes(plan, layer)
            let footprint = LayerFootprint(sampleCount: plan.sampleCount, width: width, storedBytes: storedBytes)
            guard let queries = queryBytes(plan, width: width, threads: 1) else {
                return footprint.leastBytes(ArtifactRequest(plan, layer: layer), threads: 1)
            }
            // What else there is to say of a layer whose factor will do is found in slabs.
            return plan.linearKernelForm(ofLayer: layer) == .factor
                ? queries
                : max(queries, footprint.leastBytes(ArtifactRequest(plan, layer: layer, kinds: []), threads: 1))
        }
        // Neighbours alone can be found in steps.
        let isInSteps = plan.artifactKinds.allSatisfy { $0.definition.source == .lists }
        let layer = (isInSteps ? stepBytes(plan) : nil) ?? layers.max() ?? 0
        let tiles = plan.artifactKinds.map { kind in
            ArtifactComputations.of(kind).tileBytes(
                plan.metrics.filter { $0.artifact == kind }, layers: min(TileGrid.edge, plan.layers.count),
                largest(plan))
        }
        return max(layer, withSlack(tiles.max() ?? 0), permutationBytes(plan), subsampleBytes(plan), galleryBytes(plan))
    }

    /// An eighth is for what is small.
    private static func withSlack(_ bytes: Int) -> Int { bytes / 8 * 9 }

    /// The bytes that a tile of permutations needs; 0 where there are none.
    package static func permutationBytes(_ plan: SweepPlan) -> Int {
        guard let nullTiles = plan.grid.nullTiles else { return 0 }
        let edge = nullTiles.blocks * TileGrid.edge
        let (rows, columns) = (min(edge, plan.xLayers.count), min(edge, plan.yLayers.count))
        return withSlack(PermutedSquare.bytes(plan, rows: rows, columns: columns))
    }

    /// The bytes that the subsamples of a tile need; 0 where there are none.
    package static func subsampleBytes(_ plan: SweepPlan) -> Int {
        let (rows, columns) = (min(TileGrid.edge, plan.xLayers.count), min(TileGrid.edge, plan.yLayers.count))
        return withSlack(
            plan.subsamples.map { TileSubsamples.bytes($0, of: plan, rows: rows, columns: columns) }.max() ?? 0)
    }

    /// The bytes that the galleries of a tile need; 0 where there are none.
    static func galleryBytes(_ plan: SweepPlan) -> Int {
        let (rows, columns) = (min(TileGrid.edge, plan.xLayers.count), min(TileGrid.edge, plan.yLayers.count))
        return withSlack(TileGallery.bytes(plan, rows: rows, columns: columns))
    }

    package init(_ plan: SweepPlan, memoryBytes: Int) {
        artifactBytes = TaskRunner.artifactBytes(of: memoryBytes)
        let largest = Self.largest(plan)
        var blocks: [ArtifactKind: Int] = [:]
        for kind in plan.artifactKinds {
            blocks[kind] = ArtifactComputations.of(kind).blockBytes(
                kind, layers: TileGrid.edge, largest, plan.linearKernelForm)
        }
        blockBytes = blocks
        let limit = artifactBytes
        streamed = Set(blocks.filter { $0.key.isPairMatrix && 2 * $0.value > limit }.keys)
    }
}

extension ArtifactRequest {
    /// All that `plan` needs of a layer, or the `kinds` of that.
    init(
        _ plan: SweepPlan, layer: Int, kinds: Set<ArtifactKind>? = nil, groups: [Int32]? = nil,
        form: LinearKernelForm? = nil
    ) {
        self.init(
            kinds ?? Set(plan.artifactKinds), neighbourCount: plan.longestNeighbourList ?? 0, groups: groups,
            dimensions: plan.basisDimensions ?? 0, linearForm: form ?? plan.linearKernelForm(ofLayer: layer))
    }
}
