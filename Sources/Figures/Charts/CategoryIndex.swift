/// Distinct names in order of appearance, and which of them each item has.
struct CategoryIndex: Sendable {
    private(set) var names: [String] = []
    /// For each item the position of its name in `names`.
    private(set) var indices: [Int] = []

    init(_ items: [String]) {
        var positions: [String: Int] = [:]
        for item in items {
            if let position = positions[item] {
                indices.append(position)
            } else {
                positions[item] = names.count
                indices.append(names.count)
                names.append(item)
            }
        }
    }
}
