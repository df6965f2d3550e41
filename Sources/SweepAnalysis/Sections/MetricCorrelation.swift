internal import SweepModel

/// How alike metrics rank pairs of models: the paper's figure 12, over metrics and their parameters.
package struct MetricCorrelation: Sendable {
    /// The same over pairs of one kind.
    package struct Kind: Sendable {
        package let name: String
        /// M x M, row-major.
        package let correlations: [Estimate<Double>]
        /// The number of pairs of this kind left out because they are of one network.
        package let excludedCount: Int
    }

    /// The metrics' ids.
    package let metrics: [String]
    /// M x M, row-major: Spearman's ρ over distinct pairs with both scores, pairs of one network left out; n counts pairs.
    package let correlations: [Estimate<Double>]
    /// By the modalities of the pairs: over all of them metrics also agree on which are within a modality.
    package let kinds: [Kind]
    /// The number of pairs left out because they are of one network.
    package let excludedCount: Int

    package init(_ analysis: ComparedSweep) {
        let pairs = analysis.compared.pairs.filter { !analysis.compared.sharesNetwork($0) }
        excludedCount = analysis.compared.pairs.count - pairs.count
        metrics = analysis.metrics.map(\.id)
        correlations = Self.correlations(analysis, pairs)
        kinds = ModalityPairs.kinds(analysis.compared, of: analysis.compared.pairs).compactMap { kind in
            let kept = kind.pairs.filter { !analysis.compared.sharesNetwork($0) }
            guard !kept.isEmpty else { return nil }
            return Kind(
                name: kind.name, correlations: Self.correlations(analysis, kept),
                excludedCount: kind.pairs.count - kept.count)
        }
    }

    private static func correlations(_ analysis: ComparedSweep, _ pairs: [ComparedModels.Pair]) -> [Estimate<Double>] {
        let (n, count) = (analysis.compared.count, analysis.metrics.count)
        let rankings = analysis.metrics.map { metric in
            Ranking(pairs.map { metric.matrix[$0.first * n + $0.second] })
        }
        var cells = [Estimate<Double>](repeating: Estimate(none: "", n: 0), count: count * count)
        for i in 0..<count {
            for j in i..<count {
                cells[i * count + j] = SpearmanCorrelation.of(rankings[i], rankings[j])
                cells[j * count + i] = cells[i * count + j]
            }
        }
        return cells
    }
}
