/// The layers of one side of a score matrix, by model.
package struct LayerSide: Equatable, Sendable {
    /// The rows (or columns) of each model's layers, concatenations last.
    package let models: [Range<Int>]
    /// Layers that take no part in a maximum or a mean over all: one flag each. Tied layers, for instance.
    package let isExcluded: [Bool]
    /// Layers that have no depth, because they are all of a model's side by side: one flag each.
    package let isConcatenation: [Bool]

    package init(models: [Range<Int>], isExcluded: [Bool]? = nil, isConcatenation: [Bool]? = nil) {
        let count = models.map(\.upperBound).max() ?? 0
        self.models = models
        self.isExcluded = isExcluded ?? Array(repeating: false, count: count)
        self.isConcatenation = isConcatenation ?? Array(repeating: false, count: count)
        precondition(
            self.isExcluded.count >= count && self.isConcatenation.count == self.isExcluded.count,
            "a flag for each layer")
    }

    /// A model's layers at their depths.
    fileprivate func depths(_ model: Int) -> [Int] { models[model].filter { !isConcatenation[$0] } }
}

/// What becomes of the scores of layer pairs for a pair of models: for the scores that were observed as for those of each permutation, so
/// that one may be compared with the other.
package struct LayerAggregates: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// The largest finite score among layers that are not excluded.
        case maximum
        /// The score of the models' last layers, concatenations aside.
        case lastLayers
        /// The mean over layers at matched relative depth: each layer l = 0 … L-1 of the deeper model (of x, if they are as deep) with
        /// layer ⌊l(L'-1)/(L-1) + ½⌋ of the other's L'. Concatenations take no part.
        case matchedDepth
        /// The mean of all finite scores among layers that are not excluded.
        case mean
    }

    package let x: LayerSide
    package let y: LayerSide
    /// Whether a maximum is at least 0, as in released code.
    package let startsAtZero: Bool

    package init(x: LayerSide, y: LayerSide, startsAtZero: Bool = false) {
        self.x = x
        self.y = y
        self.startsAtZero = startsAtZero
    }

    /// Of each pair of models, x models x y models and row-major; NaN where no score is finite.
    ///
    /// Sums of whole numbers below 2⁵³ are exact, so that counts that are equal are tied.
    /// - Parameter cells: x layers x y layers, row-major: scores, or counts that they are proportional to.
    package func values(_ kind: Kind, of cells: [Double]) -> [Double] {
        precondition(cells.count == x.isExcluded.count * y.isExcluded.count, "a score for each pair of layers")
        return cells.withUnsafeBufferPointer { cells in
            switch kind {
            case .maximum: maxima { cells[$0] }
            case .mean: means(cells)
            case .lastLayers: forEachPair { i, j in lastLayers(cells, i, j) }
            case .matchedDepth: forEachPair { i, j in matchedDepth(cells, i, j) }
            }
        }
    }

    /// The largest studentised score of each pair of models, (score - mean)/deviation under the null: x models x y models. Layer pairs
    /// whose deviation is not positive, or that have no moments, take no part, nor does the zero that released code starts at.
    /// - Parameters:
    ///   - means: of each layer pair's score under the null, in the unit of `cells`.
    ///   - deviations: its standard deviation, likewise.
    package func studentisedMaxima(of cells: [Double], means: [Double], deviations: [Double]) -> [Double] {
        precondition(
            cells.count == x.isExcluded.count * y.isExcluded.count && means.count == cells.count
                && deviations.count == cells.count, "moments for each pair of layers")
        return LayerAggregates(x: x, y: y).maxima { cell in
            deviations[cell] > 0 ? (cells[cell] - means[cell]) / deviations[cell] : .nan
        }
    }

    private func maxima(_ score: (Int) -> Double) -> [Double] {
        forEachPair { i, j in
            var largest = Double.nan
            forEachCell(i, j) { cell in
                let score = score(cell)
                guard score.isFinite else { return }
                if startsAtZero, largest.isNaN { largest = 0 }
                if !(score <= largest) { largest = score }
            }
            return largest
        }
    }

    private func means(_ cells: UnsafeBufferPointer<Double>) -> [Double] {
        forEachPair { i, j in
            var (sum, count) = (0.0, 0)
            forEachCell(i, j) { cell in
                guard cells[cell].isFinite else { return }
                sum += cells[cell]
                count += 1
            }
            return count > 0 ? sum / Double(count) : .nan
        }
    }

    private func lastLayers(_ cells: UnsafeBufferPointer<Double>, _ i: Int, _ j: Int) -> Double {
        guard let row = x.depths(i).last, let column = y.depths(j).last else { return .nan }
        let score = cells[row * y.isExcluded.count + column]
        return score.isFinite ? score : .nan
    }

    private func matchedDepth(_ cells: UnsafeBufferPointer<Double>, _ i: Int, _ j: Int) -> Double {
        let (rows, columns) = (x.depths(i), y.depths(j))
        guard !rows.isEmpty, !columns.isEmpty else { return .nan }
        let (deeper, other) = (max(rows.count, columns.count), min(rows.count, columns.count))
        var (sum, count) = (0.0, 0)
        for l in 0..<deeper {
            // In whole numbers: l(L'-1)/(L-1) + ½ rounded down.
            let partner = deeper > 1 ? (2 * l * (other - 1) + deeper - 1) / (2 * (deeper - 1)) : 0
            let (row, column) = rows.count >= columns.count ? (rows[l], columns[partner]) : (rows[partner], columns[l])
            let score = cells[row * y.isExcluded.count + column]
            guard score.isFinite else { continue }
            sum += score
            count += 1
        }
        return count > 0 ? sum / Double(count) : .nan
    }

    private func forEachPair(_ value: (Int, Int) -> Double) -> [Double] {
        x.models.indices.flatMap { i in y.models.indices.map { j in value(i, j) } }
    }

    @inline(__always)
    private func forEachCell(_ i: Int, _ j: Int, _ body: (Int) -> Void) {
        for row in x.models[i] where !x.isExcluded[row] {
            for column in y.models[j] where !y.isExcluded[column] { body(row * y.isExcluded.count + column) }
        }
    }
}
