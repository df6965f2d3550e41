/// Every statistic over finished scores that a report shows.
package struct AnalysedSweep: Sendable {
    /// The attributes that alignment is broken down by, where models have several values of one.
    package static let facetAttributes = ["captions", "pooling", "pretrained", "prompt"]

    package let compared: ComparedSweep
    package let scoreAlignments: [ScoreAlignment]
    package let competenceBins: [CompetenceBins]
    package let curves: [CurveNormalisation]
    package let metricCorrelation: MetricCorrelation
    package let depthProfiles: [DepthProfile]
    package let facets: [FacetedAlignment]
    package let highlights: [PairHighlights]
    package let gaps: ScoreGaps
    package let clusterings: [ModelClustering]

    /// The same for the same scores and options.
    package init(
        _ sweep: SweepScores, bootstrap: BootstrapBand.Options = .init(), facetAttributes: [String] = facetAttributes
    ) {
        let analysis = ComparedSweep(sweep)
        compared = analysis
        scoreAlignments = ScoreAlignment.all(analysis, bootstrap: bootstrap)
        competenceBins = CompetenceBins.all(analysis)
        curves = CurveNormalisation.all(analysis)
        metricCorrelation = MetricCorrelation(analysis)
        depthProfiles = DepthProfile.all(sweep)
        facets = facetAttributes.flatMap { FacetedAlignment.all(analysis, attribute: $0) }
        highlights = PairHighlights.all(analysis)
        gaps = ScoreGaps(analysis)
        clusterings = ModelClustering.all(analysis)
    }
}
