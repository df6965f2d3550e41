internal import HDF5
internal import SweepAnalysis

extension ResultsReader {
    /// The gallery curves of the metric called `id`; nil where it has none.
    func scoredGallery(of id: String) throws(HDF5Error) -> ScoredGallery? {
        guard let statistics = try statisticsGroup(of: id), try statistics.kind(of: "gallery") != nil else {
            return nil
        }
        let group = try statistics.group("gallery")
        let sizes = try reading.integers("m", [nil], of: 2...Self.largestNumber, in: group)
        guard !sizes.isEmpty, zip(sizes, sizes.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw try CheckedReading.error(.damaged, group.dataset("m"), "its numbers do not ascend")
        }
        let extents = [sizes.count] + models
        func ks(_ name: String) throws(HDF5Error) -> [Int] {
            let found = try reading.integers(name, [sizes.count], of: 1...Self.largestNumber, in: group)
            guard zip(found, sizes).allSatisfy({ $0 < $1 }) else {
                throw try CheckedReading.error(.damaged, group.dataset(name), "a gallery has fewer samples")
            }
            return found
        }
        func bounds(_ name: String) throws(HDF5Error) -> [Double] {
            try reading.doubles(name, [sizes.count], of: 0...1, in: group)
        }
        return ScoredGallery(
            sizes: sizes, ks: try ks("k"), scores: try reading.scores("scores", extents, in: group),
            bounds: try bounds("bound"), proportionalKs: try ks("proportional_k"),
            proportionalScores: try reading.scores("proportional_scores", extents, in: group),
            proportionalBounds: try bounds("proportional_bound"))
    }
}
