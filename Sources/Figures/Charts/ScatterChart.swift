/// Points of one or more series with fitted lines and bands: alignment against performance.
package struct ScatterChart: Chart {
    /// One point.
    package struct Point: Sendable {
        package var x: Double
        package var y: Double
        package var name: String
        /// Chooses the shape, and with a single series the colour too.
        package var category: String?
        /// What the point stands for, where that is not one thing called by its name: two models, say.
        package var subjects: [String]?
        /// Whether its name is written beside it where there is room.
        package var isLabelled: Bool
        /// Whether its name is written before all others, with a line to it if need be.
        package var isLabelRequired: Bool

        package init(
            x: Double, y: Double, name: String, category: String? = nil, subjects: [String]? = nil,
            isLabelled: Bool = true, isLabelRequired: Bool = false
        ) {
            self.x = x
            self.y = y
            self.name = name
            self.category = category
            self.subjects = subjects
            self.isLabelled = isLabelled
            self.isLabelRequired = isLabelRequired
        }
    }

    /// Points that belong together, such as those of one reference model.
    package struct Series: Sendable {
        package var name: String
        package var points: [Point]
        package var trend: TrendLine?

        package init(_ name: String, points: [Point], trend: TrendLine? = nil) {
            self.name = name
            self.points = points
            self.trend = trend
        }
    }

    package var text: ChartText
    package var x: Axis
    package var y: Axis
    package var series: [Series]
    package var seriesTitle = ""
    package var categoryTitle = ""
    package var width = 580.0
    package var plotHeight = 340.0

    package init(_ text: ChartText, x: Axis, y: Axis, series: [Series]) {
        self.text = text
        self.x = x
        self.y = y
        self.series = series
    }

    package func figure() -> Figure {
        let (drawing, dropped) = ScatterDrawing(self).drawing()
        return Figure(text, drawing, spec, table, droppedLabels: dropped)
    }

    private var table: DataTable {
        var table = DataTable(
            columns: ["kind", "series", "name", "category", "x", "y", "lower", "upper"])
        for one in series {
            for point in one.points {
                table.append([
                    "point", .text(one.name), .text(point.name), .text(point.category ?? ""), .number(point.x),
                    .number(point.y), .missing, .missing,
                ])
            }
            guard let trend = one.trend else { continue }
            for position in trend.x.indices {
                let hasBand = !trend.lower.isEmpty
                table.append([
                    "line", .text(one.name), "", "", .number(trend.x[position]), .number(trend.y[position]),
                    .init(hasBand ? trend.lower[position] : nil), .init(hasBand ? trend.upper[position] : nil),
                ])
            }
        }
        return table
    }

    /// The categories of all points in order of appearance; none where no point has one.
    var categories: CategoryIndex? {
        let all = series.flatMap(\.points)
        return all.contains { $0.category != nil } ? CategoryIndex(all.map { $0.category ?? "other" }) : nil
    }
}
