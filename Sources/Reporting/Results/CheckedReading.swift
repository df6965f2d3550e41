internal import HDF5

/// Reads datasets of a results file, each held to the extents that the file's own counts give it before anything is sized by them: a damaged
/// file may claim any extent, with values behind it or without.
struct CheckedReading: Sendable {
    /// Elements that one dataset may have.
    private let elementLimit: Int

    /// Chunks of one dataset.
    private static let mostChunks = 1 << 20
    /// What the values of one dataset may take however small the file is, and how often the file's size otherwise.
    private static let plainElements = 1 << 27
    private static let expansion = 64

    init(fileBytes: Int) {
        elementLimit = max(Self.plainElements, fileBytes / 8 * Self.expansion)
    }

    /// The dataset `name`, of these extents (nil stands for any), all of which is in the file.
    func dataset(
        _ name: String, _ extents: [Int?], in group: borrowing HDF5Group
    ) throws(HDF5Error) -> HDF5Dataset {
        let dataset = try group.dataset(name)
        let shape = dataset.shape
        guard shape.count == extents.count, zip(shape, extents).allSatisfy({ $1 == nil || $0 == $1 }) else {
            let wanted = extents.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
            throw Self.error(.wrongShape, dataset, "its shape is \(shape), where [\(wanted)] belongs")
        }
        guard dataset.elementCount <= elementLimit else {
            throw Self.error(.beyondLimit, dataset, "its shape \(shape) is far too large for the file")
        }
        guard try dataset.storedExtent(partLimit: Self.mostChunks).unwritten == 0 else {
            throw Self.error(.damaged, dataset, "not all of it was ever written")
        }
        return dataset
    }

    func texts(_ name: String, count: Int? = nil, in group: borrowing HDF5Group) throws(HDF5Error) -> [String] {
        // Results have empty texts, which libhdf5 stores with a length: a list of ids may not.
        try dataset(name, [count], in: group).readStrings()
    }

    func doubles(
        _ name: String, _ extents: [Int?], in group: borrowing HDF5Group
    ) throws(HDF5Error) -> [Double] {
        try dataset(name, extents, in: group).readDoubles(rank: extents.count, limit: .max)
    }

    /// Numbers of which those that are infinite count as unknown: no score is.
    func scores(
        _ name: String, _ extents: [Int?], in group: borrowing HDF5Group
    ) throws(HDF5Error) -> [Double] {
        Self.withoutInfinities(try doubles(name, extents, in: group))
    }

    /// Numbers such as probabilities, none of which may lie outside of `range`; NaN is unknown.
    func doubles(
        _ name: String, _ extents: [Int?], of range: ClosedRange<Double>, in group: borrowing HDF5Group
    ) throws(HDF5Error) -> [Double] {
        let dataset = try dataset(name, extents, in: group)
        let values = try dataset.readDoubles(rank: extents.count, limit: .max)
        if let outlier = values.first(where: { !$0.isNaN && !range.contains($0) }) {
            throw Self.error(
                .damaged, dataset,
                "it holds \(outlier), where numbers from \(range.lowerBound) to \(range.upperBound) belong")
        }
        return values
    }

    static func withoutInfinities(_ values: [Double]) -> [Double] {
        guard values.contains(where: \.isInfinite) else { return values }
        return values.map { $0.isInfinite ? .nan : $0 }
    }

    /// Integers, none of which may lie outside of `range`.
    func integers(
        _ name: String, _ extents: [Int?], of range: ClosedRange<Int64>, in group: borrowing HDF5Group
    ) throws(HDF5Error) -> [Int] {
        let dataset = try dataset(name, extents, in: group)
        let values = try dataset.readInt64s(rank: extents.count, limit: .max)
        if let outlier = values.first(where: { !range.contains($0) }) {
            throw Self.error(
                .damaged, dataset,
                "it holds \(outlier), where numbers from \(range.lowerBound) to \(range.upperBound) belong")
        }
        return values.map { Int($0) }
    }

    /// Looks at numbers that are read later, and reads those that a filter makes.
    func check(_ name: String, _ extents: [Int?], in group: borrowing HDF5Group) throws(HDF5Error) {
        let dataset = try dataset(name, extents, in: group)
        if try dataset.layout() != .contiguous {
            _ = try dataset.readDoubles(rank: extents.count, limit: .max)
        } else if dataset.elementKind.byteSize == nil {
            throw Self.error(.wrongType, dataset, "it holds \(dataset.elementKind), not numbers")
        }
    }

    static func error(
        _ code: HDF5Error.Code, _ dataset: borrowing HDF5Dataset, _ reason: String
    ) -> HDF5Error {
        HDF5Error(
            code: code, operation: "read dataset \(dataset.reference.name)", path: "", reason: reason)
    }
}
