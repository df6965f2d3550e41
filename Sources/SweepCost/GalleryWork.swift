package import SweepModel

/// What the galleries of a sweep take, counted from its plan alone.
package struct GalleryWork: Hashable, Sendable {
    /// Seconds of an ordinary core.
    package let seconds: Double

    package init(_ plan: SweepPlan) {
        seconds = TileShapes(plan.grid).shapes.reduce(0) {
            $0 + Self.seconds(plan, rows: $1.rows, columns: $1.columns) * Double($1.count)
        }
    }

    /// Those of a tile of so many layers.
    static func seconds(_ plan: SweepPlan, rows: Int, columns: Int) -> Double {
        func models(_ layers: Int, _ side: [Int], _ all: Int) -> Int {
            min(side.count, (layers * side.count + all - 1) / max(1, all))
        }
        let pairs = models(rows, plan.xModels, plan.xLayers.count) * models(columns, plan.yModels, plan.yLayers.count)
        return plan.gallery?.seconds(of: plan, modelPairs: pairs) ?? 0
    }
}
