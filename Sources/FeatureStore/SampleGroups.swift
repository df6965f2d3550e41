package import SweepModel

/// Which of the joined samples belong together, such as several captions of one image.
package struct SampleGroups: Sendable {
    /// For each joined sample its group, numbered from 0 in the order of first appearance.
    package let groups: [Int32]
    /// How many samples each group has.
    package let sizes: [Int]

    /// The groups that `stores` agree on. Throws where none has any, or two of them differ.
    package init(_ stores: [StoreMetadata], join: SampleJoin) throws(Complaint) {
        var found: (groups: [Int32], path: String)?
        for store in stores {
            guard let labels = store.sampleGroups else { continue }
            let order = try join.order(of: store)
            let joined = order.map { $0.map { labels[$0] } } ?? labels
            let groups = Self.numbered(joined)
            if let found, found.groups != groups {
                let sample = zip(found.groups, groups).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
                throw Complaint(
                    .request, "the groups differ from those of \(found.path), first at sample '\(join.ids[sample])'",
                    at: "\(store.path), /samples/groups", advice: "write the same groups into all stores, or into one")
            }
            found = (groups, store.path)
        }
        guard let found else {
            throw Complaint(
                .request, "groups are to be excluded, and no store has any", at: "exclude_groups",
                advice: "write /samples/groups, see Schemas/feature-store.md, or leave exclude_groups out")
        }
        groups = found.groups
        var sizes: [Int] = []
        for group in groups {
            if Int(group) == sizes.count { sizes.append(0) }
            sizes[Int(group)] += 1
        }
        self.sizes = sizes
    }

    private static func numbered(_ labels: [Int64]) -> [Int32] {
        var numbers: [Int64: Int32] = [:]
        return labels.map { label in
            let next = Int32(clamping: numbers.count)
            let number = numbers[label] ?? next
            numbers[label] = number
            return number
        }
    }
}
