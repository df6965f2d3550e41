import CHDF5

/// Extents in Swift's integers, checked because a file can claim anything.
enum Dataspace {
    /// The extents of a dataspace; `[0]` for one without elements.
    static func extents(
        of space: hid_t, _ subject: ObjectReference, _ operation: String
    ) throws(HDF5Error) -> [Int] {
        if H5Sget_simple_extent_type(space) == H5S_NULL { return [0] }
        let rank = try subject.check(H5Sget_simple_extent_ndims(space), operation)
        var stored = [hsize_t](repeating: 0, count: Int(rank))
        try subject.check(H5Sget_simple_extent_dims(space, &stored, nil), operation)
        var extents: [Int] = []
        for extent in stored {
            guard let extent = Int(exactly: extent) else {
                throw subject.error(.wrongShape, operation, "an extent of \(extent) is out of range")
            }
            extents.append(extent)
        }
        return extents
    }

    /// The number of elements.
    static func count(
        of extents: [Int], _ subject: ObjectReference, _ operation: String
    ) throws(HDF5Error) -> Int {
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            if overflow { throw subject.error(.wrongShape, operation, "the shape \(extents) is out of range") }
            count = product
        }
        return count
    }
}
