package import ColourStudy
internal import HDF5
package import SweepModel

/// How often colours stand beside each other, as the study of colour writes it and as it comes with the program.
package enum CountsFile {
    /// Where the counts are in a study's file.
    static let path = ["study", "colour", "counts"]

    /// Reads the counts of the study's file at `path`, which is one of ours.
    package static func read(_ path: String) throws(Complaint) -> ColourCounts {
        do throws(HDF5Error) {
            let file = try HDF5File.open(path)
            let study = try file.root().group(Self.path[0])
            let group = try study.group(Self.path[1]).group(Self.path[2])
            let first = try group.dataset("first").readInt64s()
            let second = try group.dataset("second").readInt64s()
            let count = try group.dataset("count").readInt64s()
            let levels = try integer("levels", group)
            let radius = try integer("radius", group)
            let cells = Int64(levels * levels * levels)
            guard (2...16).contains(levels), first.count == second.count, first.count == count.count,
                zip(first, second).allSatisfy({ 0 <= $0 && $0 <= $1 && $1 < cells }), count.allSatisfy({ $0 > 0 })
            else {
                throw HDF5Error(code: .damaged, operation: "read counts", path: path, reason: "its counts are none")
            }
            return ColourCounts(
                grid: ColourGrid(levels: levels), radius: radius,
                entries: first.indices.map { .init(Int(first[$0]), Int(second[$0]), count: Int(count[$0])) })
        } catch {
            throw Complaint(
                .request, "the counts of colours cannot be read: \(error.reason)", at: path,
                advice: "install the program anew")
        }
    }

    private static func integer(_ name: String, _ group: borrowing HDF5Group) throws(HDF5Error) -> Int {
        try group.attribute(name)?.integer.map { Int($0) } ?? 0
    }

    /// Writes them as a group of `parent`.
    static func write(_ counts: ColourCounts, _ parent: borrowing LabelledGroup) throws(HDF5Error) {
        let group = try LabelledGroup(parent.group, path[2], "pairs of pixels by the cells of their colours")
        try group.group.setAttribute("levels", to: Int64(counts.grid.levels))
        try group.group.setAttribute("radius", to: Int64(counts.radius))
        try group.group.setAttribute("pairs", to: Int64(counts.pairs))
        let entries = counts.entries
        let entry = try group.axis(
            "entry", entries.indices.map { Int32(clamping: $0) }, "pairs of cells that were seen")
        try group.put("first", counts: entries.map(\.first), [entry], "the lower cell")
        try group.put("second", counts: entries.map(\.second), [entry], "the other cell, or the same")
        try group.put("count", counts: entries.map(\.count), [entry], "pairs of pixels")
    }
}
