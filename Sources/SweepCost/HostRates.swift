package import SweepModel

/// What a host was measured to take for each kind of work of one sweep.
package struct HostRates: Sendable {
    /// Units: `WorkUnits`.
    package var survey: FittedCost
    package var layer: FittedCost
    /// For each of the plan's `TilePart`s a tile with its artifacts in memory.
    package var tiles: [FittedCost]
    /// For each of the plan's `TilePart`s one layer's artifact read into memory.
    package var loads: [FittedCost]
    package var results: FittedCost
    /// Seconds of a sweep with next to no work: processes, state, sockets and a small results file.
    package var startSeconds: Double
    /// By how much everything slows down while all workers work.
    package var contention: Double
    /// Workers that can work at the same time.
    package var cores: Int
    /// Seconds to open the stores and to check what they say of themselves.
    package var openSeconds: Double
    /// Bytes a second from the stores' disk; nil where all is in memory.
    package var diskRate: Double?

    package init(
        survey: FittedCost, layer: FittedCost, tiles: [FittedCost], loads: [FittedCost], results: FittedCost,
        startSeconds: Double, contention: Double, cores: Int, openSeconds: Double = 0, diskRate: Double? = nil
    ) {
        self.survey = survey
        self.layer = layer
        self.tiles = tiles
        self.loads = loads
        self.results = results
        self.startSeconds = startSeconds
        self.contention = contention
        self.cores = cores
        self.openSeconds = openSeconds
        self.diskRate = diskRate
    }
}

/// What a worker can keep in memory from one tile to the next.
package struct TileMemory: Hashable, Sendable {
    /// Bytes of a whole block of layers of each kind, decoded.
    package let blockBytes: [ArtifactKind: Int]
    /// Bytes for all blocks together.
    package let limit: Int
    /// Kinds of which not two blocks fit: each tile reads both anew.
    package let streamed: Set<ArtifactKind>
    /// Packed entries of kernels that are multiplied at a time.
    package let packedChunk: Int

    package init(blockBytes: [ArtifactKind: Int], limit: Int, streamed: Set<ArtifactKind>, packedChunk: Int) {
        self.packedChunk = packedChunk
        self.blockBytes = blockBytes
        self.limit = limit
        self.streamed = streamed
    }
}

/// What earlier sweeps left behind.
package struct KnownWork: Hashable, Sendable {
    /// Models whose surveys, and layers all of whose artifacts, are there; positions in the plan.
    package let models: Set<Int>
    package let layers: Set<Int>

    package init(models: Set<Int> = [], layers: Set<Int> = []) {
        self.models = models
        self.layers = layers
    }
}
