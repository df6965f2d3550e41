package import SweepModel

/// What artifacts take on disk.
package enum ArtifactSize {
    /// The bytes of the largest file that the work on layer `layer` of `plan` can make, candidates of its steps included; with what comes
    /// beside the payload, roughly.
    package static func largestFile(ofLayer layer: Int, of plan: SweepPlan) -> Int {
        let extent = plan.extent(width: plan.layers[layer].width)
        let payloads = plan.artifactKinds.map {
            max($0.definition.storedBytes(extent), $0.definition.float64Bytes(extent))
        }
        // Of two runs of rows every pair may be a candidate, in 12 bytes.
        let rows = plan.neighbourSteps?.blocks.first?.count ?? 0
        let payload = max(payloads.max() ?? 0, 4 * rows + 12 * rows * rows)
        // Digests of pieces, some numbers for each k, the key.
        return payload + payload / 1024 + 128 * extent.listLength + (1 << 20)
    }

    /// The payload bytes of every layer of `plan` together.
    package static func stored(_ kind: ArtifactKind, of plan: SweepPlan) -> Int {
        plan.layers.indices.reduce(0) { $0 + kind.definition.storedBytes(plan.extent(width: plan.layers[$1].width)) }
    }
}
