internal import SweepModel

/// Everything that an analysis or a report needs of a results file, however it was stored.
///
/// X, Y are numbers of models, LX, LY of layers of each side. In a symmetric sweep `y` is `x`.
package struct SweepScores: Sendable {
    package var name: String
    /// The number of samples n.
    package var sampleCount: Int
    /// The samples whose neighbours were found; nil where those of all were.
    package var queryCount: Int?
    /// Every model is compared with every other of one list.
    package var isSymmetric: Bool
    package var x: ScoredSide
    package var y: ScoredSide
    package var metrics: [ScoredMetric]
    package var curves: [ScoredCurve]

    package init(
        name: String, sampleCount: Int, queryCount: Int? = nil, isSymmetric: Bool, x: ScoredSide, y: ScoredSide,
        metrics: [ScoredMetric], curves: [ScoredCurve] = []
    ) {
        self.name = name
        self.sampleCount = sampleCount
        self.queryCount = queryCount
        self.isSymmetric = isSymmetric
        self.x = x
        self.y = y
        self.metrics = metrics
        self.curves = curves
    }

    /// How many samples were compared, in words: n of them, or some of them among all.
    package var samplesInWords: String {
        SweepPlan.samplesInWords(sampleCount, queries: queryCount) + (queryCount == nil ? " samples" : "")
    }

    /// The positions of two models on x and on y, whichever is named first; nil where the sweep does not compare them.
    package func pair(_ first: String, _ second: String) -> (x: Int, y: Int)? {
        for (a, b) in [(first, second), (second, first)] {
            if let row = x.models.firstIndex(where: { $0.name == a }),
                let column = y.models.firstIndex(where: { $0.name == b })
            {
                return (row, column)
            }
        }
        return nil
    }
}
