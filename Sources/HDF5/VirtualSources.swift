import CHDF5

/// The sources of a virtual dataset. Those in other files are refused: they can change, or vanish and read as zeros, while the file
/// that was looked at stays the same.
struct VirtualSources {
    private let dataset: ObjectReference
    private let operation: String
    private let depth: Int

    /// Virtual datasets of virtual datasets, at most so many deep.
    private static let deepest = 8

    init(_ dataset: ObjectReference, _ operation: String, depth: Int = 0) {
        (self.dataset, self.operation, self.depth) = (dataset, operation, depth)
    }

    /// Throws where a source lies in another file, and names that: one that is missing if there is one.
    func checkInside() throws(HDF5Error) {
        try withProperties { (list, count) throws(HDF5Error) -> Void in
            var outside: [String] = []
            for index in 0..<count {
                let name = try text(list, index, H5Pget_virtual_filename)
                if name != "." { outside.append(name) }
            }
            let missing = outside.first { !OutsideFile.isThere($0, of: dataset.file.path) }
            guard let named = missing ?? outside.first else { return }
            throw dataset.error(
                .outside, operation,
                "it is a virtual dataset with values in another file, \(OutsideFile.described(named, of: dataset.file.path))"
            )
        }
    }

    /// How much of `elementCount` elements the sources, which all lie in the same file, hold: plain blocks that do not overlap, each of a
    /// dataset that is there.
    func extent(of elementCount: Int, partLimit: Int) throws(HDF5Error) -> StorageExtent {
        try withProperties { (list, count) throws(HDF5Error) -> StorageExtent in
            guard count <= 1024 else {
                throw dataset.error(
                    .beyondLimit, operation, "it is a virtual dataset of \(count) sources, of at most 1024")
            }
            var blocks: [[ClosedRange<hsize_t>]] = []
            var total = StorageExtent(parts: 0, unwritten: 0)
            var covered = 0
            for index in 0..<count {
                let space = try dataset.check(H5Pget_virtual_vspace(list, index), operation)
                defer { H5Sclose(space) }
                let block = try self.block(space)
                guard !blocks.contains(where: { zip($0, block).allSatisfy { $0.overlaps($1) } }) else {
                    throw intricate()
                }
                blocks.append(block)
                let points = Int(clamping: H5Sget_select_npoints(space))
                covered += points
                let name = try text(list, index, H5Pget_virtual_dsetname)
                let source = try source(name, space: list, index, points: points, partLimit)
                total = StorageExtent(parts: total.parts + source.parts, unwritten: total.unwritten + source.unwritten)
            }
            // What no source is mapped to counts as one more part.
            if covered < elementCount { total = StorageExtent(parts: total.parts + 1, unwritten: total.unwritten + 1) }
            return total
        }
    }

    private func source(
        _ name: String, space list: hid_t, _ index: Int, points: Int, _ partLimit: Int
    ) throws(HDF5Error) -> StorageExtent {
        guard depth < Self.deepest else {
            throw dataset.error(
                .damaged, operation, "its virtual datasets lead in a circle, or are more than \(Self.deepest) deep")
        }
        let path = name.hasPrefix("/") ? name : "/" + name
        guard let id = try dataset.resolve(path, operation) else {
            throw dataset.error(.damaged, operation, "it is a virtual dataset, and its source '\(path)' is missing")
        }
        guard H5Iget_type(id) == H5I_DATASET else {
            H5Oclose(id)
            throw dataset.error(
                .wrongType, operation, "it is a virtual dataset, and its source '\(path)' is no dataset")
        }
        let source = try HDF5Dataset(opened: ObjectReference(id: id, name: path, file: dataset.file))
        let selection = try dataset.check(H5Pget_virtual_srcspace(list, index), operation)
        defer { H5Sclose(selection) }
        // All of a source is stored without its extents.
        if H5Sget_select_type(selection) == H5S_SEL_ALL {
            guard source.elementCount == points else {
                throw dataset.error(
                    .wrongShape, operation, "it is a virtual dataset of \(points) values of '\(path)', which has others"
                )
            }
            return try extent(of: source, partLimit)
        }
        let block = try self.block(selection)
        guard block.count == source.shape.count, zip(block, source.shape).allSatisfy({ $0.upperBound < hsize_t($1) })
        else {
            throw dataset.error(.wrongShape, operation, "it is a virtual dataset of more of '\(path)' than that has")
        }
        return try extent(of: source, partLimit)
    }

    private func extent(of source: borrowing HDF5Dataset, _ partLimit: Int) throws(HDF5Error) -> StorageExtent {
        guard try source.layout() != .virtual else {
            let nested = VirtualSources(source.reference, operation, depth: depth + 1)
            return try nested.extent(of: source.elementCount, partLimit: partLimit)
        }
        return try source.storedExtent(partLimit: partLimit)
    }

    /// A selection that is one block, as its ranges; throws for others.
    private func block(_ space: hid_t) throws(HDF5Error) -> [ClosedRange<hsize_t>] {
        let rank = Int(try dataset.check(H5Sget_simple_extent_ndims(space), operation))
        var first = [hsize_t](repeating: 0, count: rank)
        var last = first
        guard rank > 0, H5Sget_select_npoints(space) > 0, H5Sget_select_bounds(space, &first, &last) >= 0,
            zip(first, last).allSatisfy({ $0 <= $1 && $1 < hsize_t(Int64.max) })
        else { throw intricate() }
        let ranges = zip(first, last).map { $0...$1 }
        var points: hsize_t = 1
        for range in ranges {
            let (product, overflow) = points.multipliedReportingOverflow(by: range.upperBound - range.lowerBound + 1)
            guard !overflow else { throw intricate() }
            points = product
        }
        guard hsize_t(H5Sget_select_npoints(space)) == points else { throw intricate() }
        return ranges
    }

    private func intricate() -> HDF5Error {
        dataset.error(.wrongType, operation, "it is a virtual dataset of more than plain blocks side by side")
    }

    private func withProperties<Result>(
        _ body: (_ list: hid_t, _ count: Int) throws(HDF5Error) -> Result
    ) throws(HDF5Error) -> Result {
        let list = try dataset.check(H5Dget_create_plist(dataset.id), operation)
        defer { H5Pclose(list) }
        var count = 0
        try dataset.check(H5Pget_virtual_count(list, &count), operation)
        return try body(list, count)
    }

    private func text(
        _ list: hid_t, _ index: Int, _ read: (hid_t, Int, UnsafeMutablePointer<CChar>?, Int) -> Int
    ) throws(HDF5Error) -> String {
        let length = try dataset.check(read(list, index, nil, 0), operation)
        guard length < 1 << 16 else { throw dataset.error(.damaged, operation, "a name of \(length) bytes") }
        var name = [CChar](repeating: 0, count: length + 1)
        try dataset.check(read(list, index, &name, name.count), operation)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
