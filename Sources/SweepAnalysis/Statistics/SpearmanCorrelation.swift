package import SweepModel

/// Spearman's rank correlation ρ: Pearson's of average ranks, as in `scipy.stats.spearmanr`.
package enum SpearmanCorrelation {
    /// Over the observations of which both are finite; none under 3 of them or where one variable is constant.
    package static func of(_ x: [Double], _ y: [Double]) -> Estimate<Double> { of(Ranking(x), Ranking(y)) }

    /// The same of variables that were sorted before.
    package static func of(_ x: Ranking, _ y: Ranking) -> Estimate<Double> {
        PearsonCorrelation.of(
            CompletePairs(x.ranks { y.values[$0].isFinite }, y.ranks { x.values[$0].isFinite }))
    }
}
