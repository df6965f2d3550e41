/// Values of bins or categories with their uncertainty, and the number of observations below each.
package struct BarChart: Chart {
    /// One bin or category.
    package struct Bar: Sendable {
        package var label: String
        /// NaN is missing: nothing is drawn.
        package var value: Double
        /// Lower and upper edge for each of the chart's intervals.
        package var intervals: [(lower: Double, upper: Double)]
        package var n: Int?
        /// What the bar is about, such as two models; nothing where it is about nothing that other figures show.
        package var subjects: [String]

        package init(
            _ label: String, value: Double, intervals: [(lower: Double, upper: Double)] = [], n: Int? = nil,
            subjects: [String] = []
        ) {
            self.label = label
            self.value = value
            self.intervals = intervals
            self.n = n
            self.subjects = subjects
        }
    }

    /// Bars from zero, or points, whose axis need not begin at zero.
    package enum Style: Sendable { case bars, pointRanges }

    package var text: ChartText
    /// The title of the bins; they are not numbers.
    package var x: Axis
    package var y: Axis
    package var bars: [Bar]
    /// What the intervals are, such as "standard error", "jackknife over models"; said in the legend.
    package var intervalNames: [String]
    package var style: Style
    package var width = 530.0
    package var plotHeight = 280.0

    package init(
        _ text: ChartText, x: Axis, y: Axis, bars: [Bar], intervalNames: [String] = [], style: Style = .bars
    ) {
        self.text = text
        self.x = x
        self.y = y
        self.bars = bars
        self.intervalNames = intervalNames
        self.style = style
    }

    package func figure() -> Figure {
        precondition(bars.allSatisfy { $0.intervals.count <= intervalNames.count }, "each interval has a name")
        return Figure(text, BarDrawing(self).drawing(), spec, table)
    }

    private var table: DataTable {
        var table = DataTable(
            columns: ["label", "n", "value"] + intervalNames.flatMap { ["\($0) lower", "\($0) upper"] })
        for bar in bars {
            let edges = intervalNames.indices.flatMap { position -> [DataTable.Cell] in
                guard position < bar.intervals.count else { return [.missing, .missing] }
                return [.number(bar.intervals[position].lower), .number(bar.intervals[position].upper)]
            }
            table.append([.text(bar.label), bar.n.map { .count($0) } ?? .missing, .number(bar.value)] + edges)
        }
        return table
    }
}
