/// Draws a heatmap.
struct HeatmapDrawing: Sendable {
    private let chart: HeatmapChart
    private let cells: HeatmapCells
    private let layout: HeatmapLayout
    private let marking: HeatmapMarking?

    init(_ chart: HeatmapChart, _ cells: HeatmapCells) {
        self.chart = chart
        self.cells = cells
        layout = HeatmapLayout(chart, cells)
        let marks = chart.marks.flatMap { $0.isDrawn ? $0 : nil }
        marking = marks.map { HeatmapMarking(cells: cells, marks: $0, colours: chart.colours) }
    }

    func drawing() -> Drawing {
        var canvas = Canvas()
        let missing = cells.missing
        var header = ChartHeader(text: chart.text)
        let note = missing.isEmpty ? nil : missingNote(missing)
        header.legends.append(.colourBar(title: chart.colourTitle, chart.colours, note: note))
        if let marking { header.legends.append(marking.marks.legend) }
        let families = chart.families.map { CategoryIndex($0.names) }
        if let families {
            let entries = families.names.enumerated().map {
                (name: $1, swatch: Legend.Swatch.square(Palette.colour($0)))
            }
            header.legends.append(.categories(title: chart.families?.title ?? "", entries))
        }
        var top = header.draw(on: &canvas, width: layout.width) + 2
        if layout.isRowTitleAbove { top += drawRowTitle(on: &canvas, above: top) }
        let height = layout.cell * Double(cells.rowOrder.count)

        drawCells(on: &canvas, top: top)
        Hatching.draw(missing.map { layout.box($0.row, $0.column..<($0.column + 1), top: top) }, on: &canvas)
        let hasNumbers = chart.printsValues && drawValues(on: &canvas, top: top)
        marking?.draw(
            on: &canvas, corner: PlotPoint(layout.cellsX, top), size: layout.cell, besideNumbers: hasNumbers)
        drawBest(on: &canvas, top: top)
        if let tree = chart.dendrogram {
            let box = PlotBox(left: layout.treeX, top: top, width: HeatmapLayout.treeWidth, height: height)
            canvas.stroke(tree.path(in: box), Ink.axis, width: 0.8)
        }
        if let families { drawStrip(families, on: &canvas, top: top) }
        drawRowLabels(on: &canvas, top: top, height: height)
        let bottom = drawColumnLabels(on: &canvas, top: top + height)
        canvas.targets = .cells(
            PointerCells(chart: chart, cells: cells, corner: PlotPoint(layout.cellsX, top), size: layout.cell))
        return canvas.drawing(
            width: layout.width, height: bottom + ChartHeader.margin, title: chart.text.title,
            description: chart.text.spoken(
                "Heatmap of \(cells.rowOrder.count) rows and \(cells.columnOrder.count) columns, "
                    + "\(missing.count) cells without a value\(spokenMarks)"))
    }

    private var spokenMarks: String {
        guard let marking else { return "" }
        let (marks, counts) = (marking.marks, marking.counts)
        return ", \(counts.dots) marked for \(marks.title) of at most \(NumberText.brief(marks.strong))"
            + (marks.weak.map { ", \(counts.rings) more for at most \(NumberText.brief($0))" } ?? "")
    }

    private func missingNote(_ missing: [(row: Int, column: Int)]) -> String {
        let isDiagonal = missing.allSatisfy { cells.rowOrder[$0.row] == cells.columnOrder[$0.column] }
        guard chart.hatchesDiagonal else { return "missing" }
        return isDiagonal ? chart.diagonalNote : "\(chart.diagonalNote) or missing"
    }

    /// One path for each step of the colour scale that occurs, in units of cells: a stroke as thick as a cell along each run.
    private func drawCells(on canvas: inout Canvas, top: Double) {
        let steps = cells.steps(chart.colours) { row, columns in
            PlotBox(left: Double(columns.lowerBound), top: Double(row), width: Double(columns.count), height: 1)
        }
        let paths = steps.enumerated().compactMap { step, boxes -> SVGElement? in
            guard !boxes.isEmpty else { return nil }
            var path = PathData()
            path.runs(boxes)
            return SVGElement("path", ["d": path.text, "stroke": chart.colours.colour(ofStep: step)])
        }
        let place = [layout.cellsX, top + layout.cell / 2].map(NumberText.coordinate).joined(separator: " ")
        let transform = "translate(\(place)) scale(\(NumberText.coordinate(layout.cell)))"
        canvas.add(
            SVGElement(
                "g", ["class": "cells", "shape-rendering": "crispEdges", "fill": "none", "transform": transform],
                children: paths))
    }

    /// Returns whether there was room for them.
    private func drawValues(on canvas: inout Canvas, top: Double) -> Bool {
        let values = cells.rowOrder.indices.flatMap { row in cells.columnOrder.indices.map { cells.value(row, $0) } }
        let size = min(10, layout.cell * 0.36)
        guard size >= Ink.smallestSize, values.contains(where: \.isFinite) else { return false }
        let decimals = [3, 2, 1].first { decimals in
            values.allSatisfy { value in
                let text = value.isNaN ? "" : NumberText.fixed(value, decimals: decimals)
                return TextMetrics.width(NumberText.withMinusSign(text), size: size) <= layout.cell - 4
            }
        }
        guard let decimals else { return false }
        for row in cells.rowOrder.indices {
            for column in cells.columnOrder.indices {
                let value = cells.value(row, column)
                guard let ground = chart.colours.colour(of: value) else { continue }
                canvas.text(
                    NumberText.withMinusSign(NumberText.fixed(value, decimals: decimals)),
                    at: layout.box(row, column..<(column + 1), top: top).centre, size: size, anchor: .middle,
                    colour: ground.readableText, on: ground, role: .cell)
            }
        }
        return true
    }

    /// Black within white, seen on every colour.
    private func drawBest(on canvas: inout Canvas, top: Double) {
        guard let best = chart.best, let row = cells.rowOrder.firstIndex(of: best.row),
            let column = cells.columnOrder.firstIndex(of: best.column)
        else { return }
        let box = layout.box(row, column..<(column + 1), top: top)
        for (margin, colour, width) in [(1.25, Colour.white, 4.0), (1.25, HeatmapMarking.dark, 1.8)] {
            var path = PathData()
            path.rectangle(box.grown(by: margin))
            canvas.stroke(path, colour, width: width)
        }
    }

    private func drawStrip(_ families: CategoryIndex, on canvas: inout Canvas, top: Double) {
        for family in families.names.indices {
            var path = PathData()
            for (row, original) in cells.rowOrder.enumerated() where families.indices[original] == family {
                path.rectangle(
                    PlotBox(
                        left: layout.stripX, top: top + Double(row) * layout.cell, width: HeatmapLayout.stripWidth,
                        height: layout.cell))
            }
            canvas.fill(path, Palette.colour(family), crisp: true)
        }
    }

    private func drawRowLabels(on canvas: inout Canvas, top: Double, height: Double) {
        let stride = chart.rows.isNumbered ? layout.stride(room: layout.labelSize + 4) : 1
        let right = layout.cellsX + layout.cell * Double(cells.columnOrder.count)
        for (row, label) in layout.rowLabels.enumerated() where row % stride == 0 {
            let y = top + (Double(row) + 0.5) * layout.cell
            if chart.rows.isNumbered {
                canvas.text(
                    label, at: PlotPoint(layout.treeX - 5, y), size: layout.labelSize, anchor: .end,
                    colour: Ink.secondaryText, role: .tick)
            } else {
                canvas.text(label, at: PlotPoint(right + 6, y), size: layout.labelSize, role: .category)
            }
        }
        guard !layout.isRowTitleAbove else { return }
        let title = TextMetrics.shortened(chart.rows.title, to: max(height, 120), size: Ink.axisTitleSize)
        let half = TextMetrics.width(title, size: Ink.axisTitleSize) / 2
        canvas.text(
            title, at: PlotPoint(layout.titleX, max(top + height / 2, top + half)), size: Ink.axisTitleSize,
            anchor: .middle, isUpright: true, role: .axisTitle)
    }

    /// The title of rows too few for one beside them, from `top` on; returns the height that it takes.
    private func drawRowTitle(on canvas: inout Canvas, above top: Double) -> Double {
        let room = layout.width - 2 * ChartHeader.margin
        let title = TextMetrics.shortened("rows: \(chart.rows.title)", to: room, size: Ink.axisTitleSize)
        let left = min(
            layout.cellsX, layout.width - ChartHeader.margin - TextMetrics.width(title, size: Ink.axisTitleSize))
        canvas.text(
            title, at: PlotPoint(left, top + Ink.axisTitleSize / 2), size: Ink.axisTitleSize, role: .axisTitle)
        return Ink.axisTitleSize + 6
    }

    /// Returns the lower edge.
    private func drawColumnLabels(on canvas: inout Canvas, top: Double) -> Double {
        let widest = layout.columnLabels.map { TextMetrics.width($0, size: layout.labelSize) }.max() ?? 0
        let stride = chart.columns.isNumbered ? layout.stride(room: widest + 6) : 1
        for (column, label) in layout.columnLabels.enumerated() where column % stride == 0 {
            let x = layout.cellsX + (Double(column) + 0.5) * layout.cell
            let colour = chart.columns.isNumbered ? Ink.secondaryText : Ink.text
            canvas.text(
                label, at: PlotPoint(x, layout.isColumnUpright ? top + 6 : top + 5 + layout.labelSize / 2),
                size: layout.labelSize, anchor: layout.isColumnUpright ? .end : .middle, colour: colour,
                isUpright: layout.isColumnUpright, role: chart.columns.isNumbered ? .tick : .category)
        }
        let bottom = top + 6 + layout.columnLabelHeight
        guard !chart.columns.title.isEmpty else { return bottom }
        let room = layout.width - 2 * ChartHeader.margin
        let title = TextMetrics.shortened(chart.columns.title, to: room, size: Ink.axisTitleSize)
        let half = TextMetrics.width(title, size: Ink.axisTitleSize) / 2
        let middle = layout.cellsX + layout.cell * Double(cells.columnOrder.count) / 2
        let x = max(ChartHeader.margin + half, min(middle, layout.width - ChartHeader.margin - half))
        canvas.text(
            title, at: PlotPoint(x, bottom + 6 + Ink.axisTitleSize / 2), size: Ink.axisTitleSize, anchor: .middle,
            role: .axisTitle)
        return bottom + 6 + Ink.axisTitleSize
    }
}
