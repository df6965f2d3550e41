package import SweepModel

/// Why numbers are not distances between models.
package enum DistanceRefusal: Hashable, Sendable {
    case notSquare(rows: Int, columns: Int, values: Int)
    case notFinite(Int, Int)
    case asymmetric(Int, Int)
    case nonZeroDiagonal(Int, Double)
    case negative(Int, Int, Double)
    case similarity
    case chanceOutOfRange(Double)

    /// The refusal as a person is told it; `place` is where the numbers are from.
    package func complaint(_ place: String) -> Complaint {
        Complaint(.request, what, at: place, advice: advice)
    }

    private var what: String {
        switch self {
        case .notSquare(let rows, let columns, let values):
            "the distance matrix is not square: \(values) values for \(rows) x \(columns)"
        case .notFinite(let i, let j): "the value of models \(i) and \(j) is NaN or infinite"
        case .asymmetric(let i, let j): "the distances of models \(i) and \(j) are asymmetric"
        case .nonZeroDiagonal(let i, let d): "the distance of model \(i) to itself is \(d): a non-zero diagonal"
        case .negative(let i, let j, let d): "the distance of models \(i) and \(j) is negative: \(d)"
        case .similarity: "the diagonal is all ones: similarities were passed as distances"
        case .chanceOutOfRange(let chance): "-log s needs a chance level between 0 and 1, not \(chance)"
        }
    }

    private var advice: String {
        switch self {
        case .notSquare: "compare all models with all models"
        case .notFinite: "leave out models that have no score with some other"
        case .asymmetric: "average both directions first"
        case .nonZeroDiagonal: "a model's distance to itself has to be 0"
        case .negative: "distances of -log s and 1 - s need scores of at most 1"
        case .similarity: "make them distances first, by -log s or 1 - s"
        case .chanceOutOfRange: "use 1 - s for metrics whose chance level is 0 or unknown"
        }
    }
}
