extension HeatmapChart {
    /// Which cells are marked: those in which another number, such as p, is low.
    package struct Marks: Sendable {
        /// What the number is called.
        package var title: String
        /// rows x columns, row-major; NaN marks nothing.
        package var values: [Double]
        /// Cells of at most so much have a dot.
        package var strong: Double
        /// Cells of more than that and at most so much have a ring; nil where there are dots alone.
        package var weak: Double?
        /// Marks are drawn and explained; otherwise the numbers are in tables alone.
        package var isDrawn = true

        package init(_ title: String, values: [Double], strong: Double, weak: Double? = nil) {
            self.title = title
            self.values = values
            self.strong = strong
            self.weak = weak
        }

        /// Two marks that differ in shape, for those who see no colours and for paper without.
        enum Mark: Sendable { case dot, ring }

        func mark(of value: Double) -> Mark? { value <= strong ? .dot : (value <= weak ?? strong ? .ring : nil) }

        /// Whether every cell that has a number would be marked, so that marks tell nothing apart.
        package var marksAll: Bool {
            values.contains { !$0.isNaN } && values.allSatisfy { $0.isNaN || mark(of: $0) != nil }
        }

        /// What the marks stand for: "p ≤ 0.001".
        var legend: Legend {
            .categories(
                title: "",
                [(strong, isFilled: true), weak.map { ($0, isFilled: false) }].compactMap(\.self).map {
                    (name: "\(title) ≤ \(NumberText.brief($0))", swatch: .ring(isFilled: $1))
                })
        }
    }
}

/// Draws the marks of a heatmap: dots and rings that stand out from the colour of each cell.
struct HeatmapMarking: Sendable {
    let cells: HeatmapCells
    let marks: HeatmapChart.Marks
    let colours: ColourScale

    /// Nearly black, but none of the inks that a dark page exchanges: marks lie on data.
    static let dark = Colour(0x0D, 0x0D, 0x0D)
    /// The share of a ring's diameter that is open.
    private static let opening = 0.55

    /// The mark drawn at `row` and `column`, none where there is no value.
    func mark(_ row: Int, _ column: Int) -> HeatmapChart.Marks.Mark? {
        guard cells.value(row, column).isFinite else { return nil }
        return marks.mark(of: cells.original(marks.values, row, column))
    }

    /// The number of cells with each mark.
    var counts: (dots: Int, rings: Int) {
        var counts = (dots: 0, rings: 0)
        for row in cells.rowOrder.indices {
            for column in cells.columnOrder.indices {
                switch mark(row, column) {
                case .dot: counts.dots += 1
                case .ring: counts.rings += 1
                case nil: break
                }
            }
        }
        return counts
    }

    /// Draws them in cells of `size` whose first has its upper left corner at `corner`: in their middle, or beside the numbers in them.
    ///
    /// A mark is a stroke of no length with round ends, in units of cells; those of one kind and ink share a path. A ring is a dot within a dot.
    func draw(on canvas: inout Canvas, corner: PlotPoint, size: Double, besideNumbers: Bool) {
        let diameter = besideNumbers ? min(5, 0.2 * size) : max(1.5, min(5, 0.42 * size))
        let offset = besideNumbers ? PlotPoint(0.82 * size, 0.18 * size) : PlotPoint(0.5 * size, 0.5 * size)
        var paths: [SVGElement] = []
        for (ink, opposite) in [(Self.dark, Colour.white), (.white, Self.dark)] {
            for mark in [HeatmapChart.Marks.Mark.dot, .ring] {
                var path = PathData()
                path.dots(places(mark, ink))
                guard !path.isEmpty else { continue }
                for (colour, share) in [(ink, 1), (opposite, Self.opening)].prefix(mark == .dot ? 1 : 2) {
                    paths.append(
                        SVGElement(
                            "path", ["d": path.text, "stroke": colour, "stroke-width": share * diameter / size]))
                }
            }
        }
        guard !paths.isEmpty else { return }
        let place = [corner.x + offset.x, corner.y + offset.y].map(NumberText.coordinate).joined(separator: " ")
        let transform = "translate(\(place)) scale(\(NumberText.coordinate(size)))"
        canvas.add(
            SVGElement(
                "g", ["class": "marks", "fill": "none", "stroke-linecap": "round", "transform": transform],
                children: paths))
    }

    /// The cells with `mark` on whose colour `ink` stands out more than the other.
    private func places(_ mark: HeatmapChart.Marks.Mark, _ ink: Colour) -> [(column: Int, row: Int)] {
        cells.rowOrder.indices.flatMap { row in
            cells.columnOrder.indices.compactMap { column in
                guard self.mark(row, column) == mark, let ground = colours.colour(of: cells.value(row, column)),
                    (ground.readableText == .white) == (ink == .white)
                else { return nil }
                return (column, row)
            }
        }
    }
}
