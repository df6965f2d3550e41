internal import SweepModel

/// Which layers have kernels that are kept and added up in float64.
package enum Float64Layers {
    /// A line for each kind of kernel, naming its metrics and the layers: `cka, unbiased_cka: model:3, other:0`.
    package static func lines(_ sweep: FinishedSweep) -> [String] {
        let plan = sweep.plan
        return plan.artifactKinds.compactMap { kind in
            let layers = sweep.layers.indices.filter { sweep.layers[$0]?.float64Kinds.contains(kind) == true }
            guard !layers.isEmpty else { return nil }
            let metrics = plan.metrics.filter { $0.artifact == kind }.map(\.id).joined(separator: ", ")
            return "\(metrics): " + layers.map { plan.label(ofLayer: $0) }.joined(separator: ", ")
        }
    }
}
