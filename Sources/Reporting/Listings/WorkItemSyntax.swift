package import SweepModel

/// Work items as a person types them: `model 3`, `layer 12`, `step 12,3` (of layer 12), `tile 4,7`, all counted from 0.
package enum WorkItemSyntax {
    /// The item that `text` names; nil where it names none.
    package static func parse(_ text: String) -> WorkItem? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2 else { return nil }
        let numbers = words[1].split(separator: ",", omittingEmptySubsequences: false).map { digits($0) }
        switch (words[0], numbers.count, numbers.first ?? nil, numbers.last ?? nil) {
        case ("model", 1, let model?, _): return .survey(model: model)
        case ("layer", 1, let layer?, _): return .layer(layer)
        case ("step", 2, let layer?, let index?): return .step(layer: layer, index: index)
        case ("tile", 2, let row?, let column?): return .tile(row: row, column: column)
        default: return nil
        }
    }

    /// The text that names `item`.
    package static func text(_ item: WorkItem) -> String {
        switch item {
        case .survey(let model): "model \(model)"
        case .layer(let layer): "layer \(layer)"
        case .step(let layer, let index): "step \(layer),\(index)"
        case .tile(let row, let column): "tile \(row),\(column)"
        }
    }

    /// Positions travel in 32 bits.
    private static func digits(_ text: Substring) -> Int? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return UInt32(text).map(Int.init)
    }
}
