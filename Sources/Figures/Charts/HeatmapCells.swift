/// The values of a heatmap in the order in which they are drawn.
struct HeatmapCells: Sendable {
    let rowOrder: [Int]
    let columnOrder: [Int]
    private let values: [Double]

    init(_ chart: HeatmapChart) {
        let width = chart.columns.names.count
        let rows = chart.dendrogram?.order ?? Array(chart.rows.names.indices)
        let columns = chart.ordersColumns && chart.columns.names == chart.rows.names ? rows : Array(0..<width)
        rowOrder = rows
        columnOrder = columns
        values = rows.flatMap { row in
            columns.map { column in
                chart.hatchesDiagonal && row == column ? .nan : chart.values[row * width + column]
            }
        }
    }

    /// The value drawn at `row` and `column`; NaN where it is hatched.
    func value(_ row: Int, _ column: Int) -> Double { values[row * columnOrder.count + column] }

    /// The place in the chart's values of the cell drawn at `row` and `column`.
    func index(_ row: Int, _ column: Int) -> Int { rowOrder[row] * columnOrder.count + columnOrder[column] }

    /// What `values`, in the order of the chart's, has for the cell drawn at `row` and `column`.
    func original(_ values: [Double], _ row: Int, _ column: Int) -> Double { values[index(row, column)] }

    /// For each colour step the boxes of its cells, neighbours in a row joined.
    func steps(_ scale: ColourScale, _ box: (_ row: Int, _ columns: Range<Int>) -> PlotBox) -> [[PlotBox]] {
        var steps = [[PlotBox]](repeating: [], count: scale.steps)
        for row in rowOrder.indices {
            var start = 0
            while start < columnOrder.count {
                let step = scale.step(of: value(row, start))
                var end = start + 1
                while end < columnOrder.count, scale.step(of: value(row, end)) == step { end += 1 }
                if let step { steps[step].append(box(row, start..<end)) }
                start = end
            }
        }
        return steps
    }

    /// Row and column of each cell without a value.
    var missing: [(row: Int, column: Int)] {
        rowOrder.indices.flatMap { row in
            columnOrder.indices.filter { value(row, $0).isNaN }.map { (row, $0) }
        }
    }
}
