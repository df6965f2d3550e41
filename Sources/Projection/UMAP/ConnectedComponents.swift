/// The connected components of a graph, in the order of their first vertices.
package enum ConnectedComponents {
    /// The vertices of each component, ascending.
    package static func of(_ graph: FuzzyGraph) -> [[Int]] {
        var label = [Int](repeating: -1, count: graph.count)
        var components: [[Int]] = []
        for first in 0..<graph.count where label[first] < 0 {
            label[first] = components.count
            var members = [first]
            var next = 0
            while next < members.count {
                let vertex = members[next]
                next += 1
                for position in graph.starts[vertex]..<graph.starts[vertex + 1] {
                    let other = graph.columns[position]
                    guard label[other] < 0 else { continue }
                    label[other] = components.count
                    members.append(other)
                }
            }
            components.append(members.sorted())
        }
        return components
    }
}
