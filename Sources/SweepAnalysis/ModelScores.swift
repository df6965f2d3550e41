internal import SweepModel

/// The score of every pair of models under one metric: the maximum over their layer pairs, and the layers that attain it.
package struct ModelScores: Sendable {
    /// x models x y models, row-major; NaN where no layer pair has a score.
    package let scores: [Double]
    /// The index within its model of the layer that attains the maximum, -1 where the score is NaN.
    package let bestXLayers: [Int32]
    package let bestYLayers: [Int32]

    /// Takes the maximum over finite cells. It does not start at zero: negative scores stay. Ties go to the lowest x layer, then
    /// the lowest y layer, decided for x ≤ y in a symmetric sweep and swapped when mirrored. Flagged layers stay out.
    /// - Parameter excluded: one flag for each layer of the plan.
    package init(_ table: ScoreTable, metric: Int, excluded: [Bool]) {
        let plan = table.plan
        let (rowStarts, columnStarts) = (Self.starts(plan.xModels, plan), Self.starts(plan.yModels, plan))
        let (height, width) = (plan.xModels.count, plan.yModels.count)
        var scores = [Double](repeating: .nan, count: height * width)
        var bestX = [Int32](repeating: -1, count: height * width)
        var bestY = bestX
        for i in 0..<height {
            for j in (plan.isSymmetric ? i : 0)..<width {
                let x = plan.models[plan.xModels[i]].layers
                let y = plan.models[plan.yModels[j]].layers
                let cell = i * width + j
                for (r, a) in x.enumerated() where !excluded[a] {
                    let row = (rowStarts[i] + r) * plan.yLayers.count + columnStarts[j]
                    for (c, b) in y.enumerated() where !excluded[b] {
                        let score = table.scores[metric][row + c]
                        guard score.isFinite, scores[cell].isNaN || score > scores[cell] else { continue }
                        scores[cell] = score
                        bestX[cell] = Int32(clamping: plan.layers[a].index)
                        bestY[cell] = Int32(clamping: plan.layers[b].index)
                    }
                }
                guard plan.isSymmetric else { continue }
                let mirrored = j * width + i
                // On the diagonal the cell is its own mirror image.
                guard mirrored != cell else { continue }
                scores[mirrored] = scores[cell]
                bestX[mirrored] = bestY[cell]
                bestY[mirrored] = bestX[cell]
            }
        }
        self.scores = scores
        bestXLayers = bestX
        bestYLayers = bestY
    }

    /// The scores of the models' last layers: x models x y models.
    package static func lastLayers(_ table: ScoreTable, metric: Int) -> [Double] {
        let plan = table.plan
        let (rowStarts, columnStarts) = (starts(plan.xModels, plan), starts(plan.yModels, plan))
        return plan.xModels.indices.flatMap { i in
            plan.yModels.indices.map { j in
                let row = rowStarts[i] + plan.models[plan.xModels[i]].layers.count - 1
                let column = columnStarts[j] + plan.models[plan.yModels[j]].layers.count - 1
                return table.scores[metric][row * plan.yLayers.count + column]
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
            spec.keepTied ? layers.map { _ in false } : TiedLayers.flags(self, metric: plan.metrics[position])
        return ModelScores(table, metric: position, excluded: excluded)
    }
}
