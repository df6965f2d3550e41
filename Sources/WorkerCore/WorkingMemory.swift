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
    package static var bytesPerNeighbour: Int { ArtifactCache.bytesPerNeighbour }

    package init(_ plan: SweepPlan, memoryBytes: Int) {
        let (n, edge) = (plan.sampleCount, TileGrid.edge)
        artifactBytes = TaskRunner.artifactBytes(of: memoryBytes)
        var blocks: [ArtifactKind: Int] = [:]
        for kind in plan.artifactKinds {
            switch kind {
            case .neighbours:
                blocks[kind] = edge * n * (plan.longestNeighbourList ?? 0) * ArtifactCache.bytesPerNeighbour
            case .gram where plan.linearKernelForm == .factor:
                let widest = plan.layers.map(\.width).max() ?? 0
                blocks[kind] =
                    edge * n * widest * MemoryLayout<Float>.stride + KernelPanel.streamedBytes(layers: edge)
            case .gram, .ranks, .distances, .rbf:
                blocks[kind] =
                    KernelPanel.residentBytes(sampleCount: n, layers: edge) + KernelPanel.streamedBytes(layers: edge)
            case .basis: blocks[kind] = edge * n * (plan.basisDimensions ?? 0) * 4
            case .features: blocks[kind] = 0
            }
        }
        blockBytes = blocks
        let limit = artifactBytes
        streamed = Set(blocks.filter { $0.key.isPairMatrix && 2 * $0.value > limit }.keys)
    }
}
