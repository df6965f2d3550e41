/// What the pointer can meet in a drawing and what is said of it there, as the page's script reads it.
///
/// Places are in the drawing's own pixels, once for each mark or for a whole grid of cells: nothing is added to the elements drawn.
enum PointerTargets: Sendable {
    /// Points, bars, values of curves.
    case marks(PointerMarks)
    /// The cells of a heatmap.
    case cells(PointerCells)

    /// Without spaces, and safe within a script element.
    var json: String {
        switch self {
        case .marks(let marks): marks.value.text(depth: 0)
        case .cells(let cells): cells.value.text(depth: 0)
        }
    }
}

/// Marks of one chart, each with a box and texts.
struct PointerMarks: Sendable {
    /// One mark.
    struct Mark: Sendable {
        var box: PlotBox
        /// Empty where the subjects are its name.
        var name: String
        /// What the mark stands for, by which it is found in other figures and in tables.
        var subjects: [String]
        /// As many as there are titles; empty where there is none.
        var facts: [String]
        /// The curve that the mark is a value of.
        var curve: Int?
    }

    /// What the facts are.
    var titles: [String] = []
    private(set) var marks: [Mark] = []

    mutating func append(_ mark: Mark) { marks.append(mark) }

    /// `{count, titles, facts, left, top, width, height, name, names, subjects, curve}`: a text for each mark (`PackedTexts`) from `facts` on, subjects as
    /// positions in `names` with commas between.
    fileprivate var value: JSONValue {
        let names = CategoryIndex(marks.flatMap(\.subjects).map(Escaping.visible))
        var next = 0
        let subjects = marks.map { mark -> String in
            defer { next += mark.subjects.count }
            return names.indices[next..<(next + mark.subjects.count)].map(String.init).joined(separator: ",")
        }
        func packed(_ text: (Mark) -> String) -> JSONValue { PackedTexts(marks.map(text)).value }
        // A tenth of a pixel is what a pointer can tell.
        func places(_ place: (PlotBox) -> Double) -> JSONValue {
            packed { NumberText.brief((place($0.box) * 10).rounded() / 10) }
        }
        return [
            "count": .number(Double(marks.count)),
            "titles": .array(titles.map { .string(Escaping.visible($0)) }),
            "facts": .array(titles.indices.map { fact in packed { $0.facts[fact] } }),
            "left": places(\.left), "top": places(\.top), "width": places(\.width), "height": places(\.height),
            "name": packed(\.name), "names": .array(names.names.map { .string($0) }),
            "subjects": PackedTexts(subjects).value, "curve": packed { $0.curve.map(String.init) ?? "" },
        ]
    }
}

/// The cells of one heatmap.
struct PointerCells: Sendable {
    let chart: HeatmapChart
    let cells: HeatmapCells
    /// The upper left corner of the first cell.
    let corner: PlotPoint
    let size: Double

    /// `{left, top, cell, rows, columns, facts: [[title, [texts, upper ends?]]], …}`: texts of cells in the order drawn (`PackedTexts`).
    ///
    /// Of a matrix that is the same with rows and columns exchanged, `half` is true and the texts are those left of the diagonal.
    fileprivate var value: JSONValue {
        let isHalf = isHalf
        let places = cells.rowOrder.indices.flatMap { row in
            (isHalf ? 0..<row : cells.columnOrder.indices).map { cells.index(row, $0) }
        }
        var members: [(String, JSONValue)] = [
            ("left", .coordinate(corner.x)), ("top", .coordinate(corner.y)), ("cell", .coordinate(size)),
            ("rows", names(chart.rows, cells.rowOrder)), ("columns", names(chart.columns, cells.columnOrder)),
            ("facts", .array(facts.map { [.string(Escaping.visible($0.title)), .array($0.packed(places))] })),
        ]
        if isHalf { members.append(("half", true)) }
        if chart.hatchesDiagonal { members.append(("diagonal", .string(Escaping.visible(chart.diagonalNote)))) }
        for (name, side) in [("rowTitle", chart.rows), ("columnTitle", chart.columns)] where !side.title.isEmpty {
            members.append((name, .string(Escaping.visible(side.title))))
        }
        for (name, side) in [("rowOwner", chart.rows), ("columnOwner", chart.columns)] {
            if let owner = side.owner { members.append((name, .string(Escaping.visible(owner)))) }
        }
        if let parts = chart.parts {
            members += [
                ("rowParts", PackedTexts(places.map { parts.rows[$0] }).value),
                ("columnParts", PackedTexts(places.map { parts.columns[$0] }).value),
            ]
        }
        return .object(members)
    }

    private func names(_ side: HeatmapChart.Side, _ order: [Int]) -> JSONValue {
        .array(order.map { .string(Escaping.visible(side.names[$0])) })
    }

    /// The number that the colour shows, the one that marks are by, and what else the chart says of its cells.
    private var facts: [HeatmapChart.Fact] {
        var facts = [HeatmapChart.Fact(chart.colourTitle, chart.values)]
        if let marks = chart.marks, !chart.facts.contains(where: { $0.title == marks.title }) {
            facts.append(HeatmapChart.Fact(marks.title, marks.values))
        }
        return facts + chart.facts
    }

    /// Whether row i and column j say what row j and column i do, everywhere.
    private var isHalf: Bool {
        let count = chart.rows.names.count
        guard chart.hatchesDiagonal, chart.rows.names == chart.columns.names, cells.rowOrder == cells.columnOrder else {
            return false
        }
        func isSame(_ isEqual: (_ cell: Int, _ mirrored: Int) -> Bool) -> Bool {
            (0..<count).allSatisfy { row in (0..<row).allSatisfy { isEqual(row * count + $0, $0 * count + row) } }
        }
        return facts.allSatisfy { fact in isSame { fact.isSame($0, $1) } }
            && (chart.parts.map { parts in
                isSame { parts.rows[$0] == parts.columns[$1] && parts.columns[$0] == parts.rows[$1] }
            }
                ?? true)
    }
}

extension JSONValue {
    /// A place in a drawing, to a hundredth of a pixel.
    static func coordinate(_ value: Double) -> JSONValue { .number(value.isFinite ? (value * 100).rounded() / 100 : 0) }
}
