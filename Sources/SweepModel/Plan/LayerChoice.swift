/// Reads which layers take part: `all`, `last`, indices, or relative depths, which are written with a point.
enum LayerChoice {
    private static let advice =
        "give all, last, indices such as 0 and -1, or relative depths such as 0.0, 0.5 and 1.0"

    /// From either end of the most layers that a store can have.
    private static let mostItems = 20_000

    private enum Item {
        case index(Int)
        case depth(Double)
    }

    static func read(_ entry: SpecEntry) throws(Complaint) -> SweepSpec.LayerSelection {
        let items = try entry.items("layers")
        if items.count == 1, let text = try? items[0].text("layers") {
            if text == "all" { return .all }
            if text == "last" { return .last }
        }
        guard items.count <= mostItems else {
            throw entry.complaint(
                "'layers' has \(items.count) items, \(mostItems) at most were expected", advice: advice)
        }
        var indices: [Int] = []
        var depths: [Double] = []
        for item in items {
            switch try read(item: item) {
            case .index(let index): indices.append(index)
            case .depth(let depth): depths.append(depth)
            }
        }
        if depths.isEmpty {
            guard !indices.isEmpty else { throw entry.complaint("'layers' is empty", advice: advice) }
            return .indices(indices)
        }
        guard indices.isEmpty else {
            throw entry.complaint(
                "'layers' mixes indices (\(indices[0])) with relative depths (\(depths[0]))",
                advice: "write every depth with a point, as in 0.0, 0.5 and 1.0, or give indices alone")
        }
        return .depths(depths)
    }

    private static func read(item: SpecEntry) throws(Complaint) -> Item {
        let text = try item.text("layers")
        if let index = Int(text) { return .index(index) }
        guard let depth = Double(text), text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else {
            let isWord = text == "all" || text == "last"
            throw item.complaint(
                isWord ? "'layers' has '\(text)' beside other layers" : "'layers' has '\(text)', which is no layer",
                advice: text == "last" ? "write -1 for the last layer, or 1.0 beside relative depths" : advice)
        }
        guard (0...1).contains(depth) else {
            throw item.complaint(
                "'layers' has \(text), and relative depths go from 0.0, the first layer, to 1.0, the last",
                advice: advice)
        }
        // Minus zero is zero, and written as that.
        return .depth(depth == 0 ? 0 : depth)
    }
}
