internal import SweepModel

/// Which layers have no score under a metric although their artifacts are there, and why.
package enum UndefinedScores {
    /// One sentence for each metric and reason, naming the layers.
    ///
    /// A reason is given to a layer whose own quantity decides: the norm of its kernel where the sweep knows it, or else that it has no
    /// score with itself or with a layer that has scores. Where a pair alone is known to be undefined, both layers are named.
    package static func reasons(_ sweep: FinishedSweep) -> [String] {
        sweep.plan.metrics.indices.flatMap { MetricVerdicts($0, sweep).sentences }
    }
}

/// What is known of the layers of a sweep under one metric.
private struct MetricVerdicts {
    private let metric: Metric
    private let sweep: FinishedSweep
    /// Layers that are the cause of scores that are not defined.
    private var undefined: Set<Int> = []
    /// Layers of pairs that are not defined because of one of the two.
    private var doubtful: Set<Int> = []

    init(_ position: Int, _ sweep: FinishedSweep) {
        let plan = sweep.plan
        metric = plan.metrics[position]
        self.sweep = sweep
        let (scores, width) = (sweep.table.scores[position], plan.yLayers.count)
        // Layers all of whose rows are the same have no artifacts, and `LayerWarnings` names them.
        let hasArtifacts = sweep.layers.map { $0?.diagnostics.isConstant == false }
        var isSound = [Bool](repeating: false, count: sweep.layers.count)
        var missing: [(x: Int, y: Int)] = []
        for (r, x) in plan.xLayers.enumerated() where hasArtifacts[x] {
            for (c, y) in plan.yLayers.enumerated() where hasArtifacts[y] {
                if !scores[r * width + c].isNaN {
                    isSound[x] = true
                    isSound[y] = true
                } else if sweep.table.isComputed(r, c) {
                    missing.append((x, y))
                }
            }
        }
        for (x, y) in missing {
            if isZeroKernel(x) == true || x == y || isSound[y] && !isSound[x] { undefined.insert(x) }
            if isZeroKernel(y) == true || isSound[x] && !isSound[y] { undefined.insert(y) }
        }
        for (x, y) in missing where !undefined.contains(x) && !undefined.contains(y) {
            // Of two sound layers no quantity is known that decides.
            if !isSound[x] { doubtful.formUnion([x, y]) }
        }
    }

    var sentences: [String] {
        var sentences: [String] = []
        for (reason, layers) in grouped(undefined) {
            sentences.append("\(metric.id) is NaN for \(names(layers)): \(reason)")
        }
        for (reason, layers) in grouped(doubtful) {
            sentences.append(
                "\(metric.id) is NaN for all pairs of \(names(layers)), in each of which of one layer: \(reason)")
        }
        return sentences
    }

    /// The layers by reason, in order.
    private func grouped(_ layers: Set<Int>) -> [(reason: String, layers: [Int])] {
        var groups: [(reason: String, layers: [Int])] = []
        for layer in layers.sorted() {
            let reason = reason(layer)
            if let position = groups.firstIndex(where: { $0.reason == reason }) {
                groups[position].layers.append(layer)
            } else {
                groups.append((reason, [layer]))
            }
        }
        return groups
    }

    private func names(_ layers: [Int]) -> String {
        layers.map { sweep.plan.label(ofLayer: $0) }.joined(separator: ", ")
    }

    /// Whether the norm of the layer's kernel is 0, over which its trace is no number; nil where the metric has no kernel, or none is known.
    private func isZeroKernel(_ layer: Int) -> Bool? { sweep.layers[layer]?.chanceFactors[metric.artifact]?.isNaN }

    /// Why a layer that has what the metric is made from has no score.
    private func reason(_ layer: Int) -> String {
        metric.kind.definition.undefined(metric, isZeroKernel: isZeroKernel(layer))
    }
}
