package import FeatureStore
package import SweepAnalysis
internal import SweepModel

/// What two layers take for alike, sample by sample.
package struct NeighbourExamples: Sendable {
    /// A layer of a model, with the neighbours of every sample.
    package struct Layer: Sendable {
        package let model: String
        package let index: Int
        package let name: String
        /// Neighbours a sample in `indices`.
        let listLength: Int
        /// Those of sample i from i * listLength on, most similar first.
        let indices: [Int32]

        package init(model: String, index: Int, name: String, listLength: Int, indices: [Int32]) {
            self.model = model
            self.index = index
            self.name = name
            self.listLength = listLength
            self.indices = indices
        }

        func neighbours(of sample: Int, _ k: Int) -> [Int] {
            indices[sample * listLength..<sample * listLength + k].map(Int.init)
        }

        var label: String {
            "\(model), \(index == PlannedLayer.concatenation ? "all layers" : "layer \(index)")\(name.isEmpty ? "" : " (\(name))")"
        }
    }

    /// One sample with its k neighbours in either layer, most similar first.
    struct Example: Sendable {
        let sample: Int
        let first: [Int]
        let second: [Int]
        let shared: Set<Int>
    }

    package let first: Layer
    package let second: Layer
    package let k: Int
    /// The ids of all samples.
    let ids: [String]
    /// How many of its neighbours each sample has in both layers.
    let sharedCounts: [Int]
    let examples: [Example]
    /// The mean share of its neighbours that a sample has in common in unrelated layers.
    private let chance: Double
    /// What samples that belong together do to the score; nil where nobody asked.
    package let groups: SamplesPerGroup?

    /// So many examples are taken, where none are asked for: of most, of usual and of fewest neighbours in common.
    private static let ofEachKind = 2

    /// - Parameters:
    ///   - apart: samples of one of these groups are not in each other's lists.
    ///   - chosen: the samples to show, by position; those that tell most where it is empty.
    ///   - groups: what samples that belong together do to the score, where that is wanted.
    package init(
        _ first: Layer, _ second: Layer, k: Int, ids: [String], apart: SampleGroups? = nil, chosen: [Int] = [],
        groups: SamplesPerGroup? = nil
    ) {
        precondition(k <= first.listLength && k <= second.listLength, "lists of k neighbours")
        self.first = first
        self.second = second
        self.k = k
        self.ids = ids
        self.groups = groups
        let n = ids.count
        chance = (apart?.sizes ?? Array(repeating: 1, count: n)).reduce(0) {
            $0 + Double($1 * k) / Double(max(1, n - $1)) / Double(max(1, n))
        }
        let counts = ids.indices.map { sample in
            Set(first.neighbours(of: sample, k)).intersection(second.neighbours(of: sample, k)).count
        }
        sharedCounts = counts
        examples = (chosen.isEmpty ? Self.telling(counts) : chosen).map { sample in
            let lists = (first.neighbours(of: sample, k), second.neighbours(of: sample, k))
            return Example(
                sample: sample, first: lists.0, second: lists.1, shared: Set(lists.0).intersection(lists.1))
        }
    }

    /// Mutual k-NN of both layers: the mean share of neighbours in common.
    package var score: Double {
        Double(sharedCounts.reduce(0, +)) / Double(k * max(1, ids.count))
    }

    /// Samples with most, with usual and with fewest neighbours in common, the first ones of each.
    private static func telling(_ counts: [Int]) -> [Int] {
        let order = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
        let middle = order.count / 2
        let ranges = [
            0..<ofEachKind, middle - ofEachKind / 2..<middle + ofEachKind - ofEachKind / 2,
            order.count - ofEachKind..<order.count,
        ]
        var found: [Int] = []
        for place in ranges.joined() where order.indices.contains(place) && !found.contains(order[place]) {
            found.append(order[place])
        }
        return found
    }

    var groupSection: GroupSection? {
        groups.map { GroupSection($0, first: first.label, second: second.label, n: ids.count) }
    }

    // MARK: In words

    package var title: String { "Neighbours in \(first.model) and in \(second.model)" }

    package var summary: String {
        let none = sharedCounts.count { $0 == 0 }
        return
            "Of its \(k) nearest neighbours among \(ids.count) samples, a sample shares \(ReportText.percent(score)) between \(first.label) and "
            + "\(second.label) on average, which is their mutual k-NN, \(ReportText.score(score)); by chance it would be "
            + "\(ReportText.percent(chance)). \(ReportText.count(none, "sample")) share\(none == 1 ? "s" : "") none."
    }

    /// For a terminal: each example as a table of ranks, with a mark at those in both.
    package func text(width: Int) -> String {
        var output = TerminalText.safe(summary) + "\n"
        if let groupSection { output += "\n" + TerminalText.safe(groupSection.summary) + "\n" }
        for example in examples {
            output += "\n\(TerminalText.safe(ids[example.sample])): \(example.shared.count) of \(k) in common\n"
            func cell(_ neighbour: Int) -> String {
                (example.shared.contains(neighbour) ? "* " : "  ") + TerminalText.safe(ids[neighbour])
            }
            let rows = zip(example.first, example.second).enumerated().map { rank, pair in
                ["\(rank + 1)", cell(pair.0), cell(pair.1)]
            }
            output += TextTable(
                header: ["", TerminalText.safe(first.label), TerminalText.safe(second.label)], rows: rows,
                textColumns: 3
            ).text(width: width)
        }
        return output
    }

    package func json() throws -> String {
        try SafeJSON.document(
            Document(
                first: .init(first), second: .init(second), k: k, n: ids.count, mutualKNN: score,
                examples: examples.map { example in
                    .init(
                        sample: ids[example.sample], first: example.first.map { ids[$0] },
                        second: example.second.map { ids[$0] }, shared: example.shared.sorted().map { ids[$0] })
                }, groups: groups.map { GroupSection.Document($0) }))
    }

    private struct Document: Encodable {
        struct Place: Encodable {
            let model: String
            let layer: Int
            let name: String

            init(_ layer: Layer) { (model, self.layer, name) = (layer.model, layer.index, layer.name) }
        }
        struct Listed: Encodable {
            let sample: String
            let first: [String]
            let second: [String]
            let shared: [String]
        }
        let first: Place
        let second: Place
        let k: Int
        let n: Int
        let mutualKNN: Double
        let examples: [Listed]
        let groups: GroupSection.Document?
    }
}
