/// One metric's scores.
package struct ScoredMetric: Sendable {
    /// The name of its group, such as `mutual_knn_k10`.
    package var id: String
    /// The metric's name, such as `mutual_knn`.
    package var kind: String
    package var variant: String
    package var k: Int?
    package var dimensions: Int?
    package var bandwidth: Double?
    /// Exchanging x and y leaves every score.
    package var isSymmetric: Bool
    /// LX x LY, row-major.
    package var layerScores: [Double]
    /// X x Y, row-major: the maximum over layer pairs; NaN where there is none.
    package var scores: [Double]
    /// X x Y, row-major: the layer indices that attain it; -1 where there is none.
    package var bestXLayers: [Int]
    package var bestYLayers: [Int]
    /// X x Y, row-major: the score of the two last layers.
    package var lastLayers: [Double]
    /// X x Y, row-major: the mean score of layers at matched relative depth.
    package var matchedDepth: [Double]
    /// The chance level, where it is one number.
    package var chance: Double?
    /// LX x LY, row-major: the chance level of each layer pair, where it depends on it.
    package var chanceLayers: [Double]?
    /// Where the layer scores lie among those of random matchings; nil of files that do not say.
    package var placement: ScoredPlacement?
    /// What permutations say of the scores of model pairs; nil where the metric was not calibrated.
    package var calibration: ScoredCalibration?
    /// How far other samples would move the scores; nil where the metric has no intervals.
    package var intervals: ScoredIntervals?
    /// Scores in disjoint parts of the samples; nil where there are no such.
    package var splits: ScoredSplits?
    /// Expected scores in galleries; nil where the metric has no such curves.
    package var gallery: ScoredGallery?

    package init(
        id: String, kind: String, variant: String = "exact", k: Int? = nil, dimensions: Int? = nil,
        bandwidth: Double? = nil, isSymmetric: Bool = true, layerScores: [Double] = [], scores: [Double],
        bestXLayers: [Int] = [], bestYLayers: [Int] = [], lastLayers: [Double] = [], matchedDepth: [Double] = [],
        chance: Double? = nil, chanceLayers: [Double]? = nil, placement: ScoredPlacement? = nil,
        calibration: ScoredCalibration? = nil, intervals: ScoredIntervals? = nil, splits: ScoredSplits? = nil,
        gallery: ScoredGallery? = nil
    ) {
        self.id = id
        self.kind = kind
        self.variant = variant
        self.k = k
        self.dimensions = dimensions
        self.bandwidth = bandwidth
        self.isSymmetric = isSymmetric
        self.layerScores = layerScores
        self.scores = scores
        self.bestXLayers = bestXLayers
        self.bestYLayers = bestYLayers
        self.lastLayers = lastLayers
        self.matchedDepth = matchedDepth
        self.chance = chance
        self.chanceLayers = chanceLayers
        self.placement = placement
        self.calibration = calibration
        self.intervals = intervals
        self.splits = splits
        self.gallery = gallery
    }
}

/// Where the layer scores of a metric lie among those of random matchings (Schemas/metrics.md, *Moments under random matching*).
package enum ScoredPlacement: Sendable {
    /// LX x LY, row-major, NaN where unknown: of each layer pair mean, standard deviation, and the probability of a score as high or
    /// higher, which is never said to be less than `floor`.
    case known(means: [Double], deviations: [Double], p: [Double], floor: Double)
    /// Why there is none.
    case unknown(reason: String)
}

/// One neighbour metric's scores as functions of k.
package struct ScoredCurve: Sendable {
    /// The metric's name, such as `cknna`.
    package var metric: String
    package var isSymmetric: Bool
    /// The numbers of neighbours, ascending.
    package var ks: [Int]
    /// K x X x Y, row-major: the maximum over layer pairs; NaN where there is none.
    package var scores: [Double]
    /// K x X x Y, row-major: the score of the two last layers.
    package var lastLayers: [Double]

    package init(metric: String, isSymmetric: Bool, ks: [Int], scores: [Double], lastLayers: [Double] = []) {
        self.metric = metric
        self.isSymmetric = isSymmetric
        self.ks = ks
        self.scores = scores
        self.lastLayers = lastLayers
    }
}
