internal import SweepModel

/// The score of every pair of models under one metric: the maximum over their layer pairs, and the layers that attain it.
package struct ModelScores: Sendable {
    /// x models x y models, row-major; NaN where no layer pair has a score.
    package let scores: [Double]
    /// The index within its model of the layer that attains the maximum, -1 where the score is NaN.
    package let bestXLayers: [Int32]
    package let bestYLayers: [Int32]

    /// Takes the maximum over finite cells. It does not start at zero: negative scores stay, but in released code, where layers that are
    /// not above 0 are no best ones. Ties go to the lowest x layer, then the lowest y layer, under a symmetric metric decided for x ≤ y in a
    /// symmetric sweep and swapped when mirrored. Flagged layers stay out.
    /// - Parameter excluded: one flag for each layer of the plan.
    package init(_ table: ScoreTable, metric: Int, excluded: [Bool]) {
        let plan = table.plan
        let (rowStarts, columnStarts) = (Self.starts(plan.xModels, plan), Self.starts(plan.yModels, plan))
        let (height, width) = (plan.xModels.count, plan.yModels.count)
        let kind = plan.metrics[metric].kind
        let isMirrored = plan.isSymmetric && kind.isSymmetric
        let startsAtZero = kind.variant(plan.variant) == .reference
        var scores = [Double](repeating: .nan, count: height * width)
        var bestX = [Int32](repeating: -1, count: height * width)
        var bestY = bestX
        for i in 0..<height {
            for j in (isMirrored ? i : 0)..<width {
                let x = plan.models[plan.xModels[i]].layers
                let y = plan.models[plan.yModels[j]].layers
                let cell = i * width + j
                for (r, a) in x.enumerated() where !excluded[a] {
                    let row = (rowStarts[i] + r) * plan.yLayers.count + columnStarts[j]
                    for (c, b) in y.enumerated() where !excluded[b] {
                        let score = table.scores[metric][row + c]
                        guard score.isFinite else { continue }
                        if startsAtZero, scores[cell].isNaN { scores[cell] = 0 }
                        guard scores[cell].isNaN || score > scores[cell] else { continue }
                        scores[cell] = score
                        bestX[cell] = Int32(clamping: plan.layers[a].index)
                        bestY[cell] = Int32(clamping: plan.layers[b].index)
                    }
                }
                // On the diagonal the cell is its own mirror image.
                let mirrored = j * width + i
                guard isMirrored, mirrored != cell else { continue }
                scores[mirrored] = scores[cell]
                bestX[mirrored] = bestY[cell]
                bestY[mirrored] = bestX[cell]
            }
        }
        self.scores = scores
        bestXLayers = bestX
        bestYLayers = bestY
    }

    /// The scores of the models' last layers, concatenations aside: x models x y models.
    package static func lastLayers(_ table: ScoreTable, metric: Int) -> [Double] {
        let plan = table.plan
        return forEachModelPair(plan) { x, y, cell in
            let last = (
                plan.lastLayer(ofModel: x) - plan.models[x].layers.lowerBound,
                plan.lastLayer(ofModel: y) - plan.models[y].layers.lowerBound
            )
            return table.scores[metric][cell(last.0, last.1)]
        }
    }

    /// The mean score over layers at matched relative depth: x models x y models; NaN where none is finite.
    /// Concatenations take no part.
    package static func matchedDepth(_ table: ScoreTable, metric: Int) -> [Double] {
        let plan = table.plan
        return forEachModelPair(plan) { x, y, cell in
            var (sum, count) = (0.0, 0)
            for (a, b) in matchedDepths(plan.depthCount(ofModel: x), plan.depthCount(ofModel: y)) {
                let score = table.scores[metric][cell(a, b)]
                guard score.isFinite else { continue }
                sum += score
                count += 1
            }
            return count > 0 ? sum / Double(count) : .nan
        }
    }

    /// What `value` makes of every pair of models and the positions in the score matrices of their layers, each counted from its first.
    private static func forEachModelPair(
        _ plan: SweepPlan, _ value: (_ x: Int, _ y: Int, _ cell: (Int, Int) -> Int) -> Double
    ) -> [Double] {
        let (rowStarts, columnStarts) = (starts(plan.xModels, plan), starts(plan.yModels, plan))
        return plan.xModels.indices.flatMap { i in
            plan.yModels.indices.map { j in
                value(plan.xModels[i], plan.yModels[j]) { r, c in
                    (rowStarts[i] + r) * plan.yLayers.count + columnStarts[j] + c
                }
            }
        }
    }

    /// The first row or column of each model in the score matrices.
    private static func starts(_ models: [Int], _ plan: SweepPlan) -> [Int] {
        var next = 0
        return models.map { model in
            defer { next += plan.models[model].layers.count }
            return next
        }
    }
}

extension FinishedSweep {
    /// The scores of model pairs under the metric at `position`, tied layers left out unless the specification keeps them.
    package func modelScores(metric position: Int) -> ModelScores {
        let excluded =
            spec.ignoresTies ? layers.map { _ in false } : TiedLayers.flags(self, metric: plan.metrics[position])
        return ModelScores(table, metric: position, excluded: excluded)
    }
}
