import CHDF5

/// How objects are created: names in UTF-8 and no times, so that the same data gives the same bytes.
///
/// Each call makes a property list that the caller closes.
enum CreationProperties {
    /// For the name of a group or dataset.
    static func link() -> hid_t {
        let list = H5Pcreate(chdf5_link_create_class())
        H5Pset_char_encoding(list, H5T_CSET_UTF8)
        return list
    }

    /// For the name of an attribute.
    static func attribute() -> hid_t {
        let list = H5Pcreate(chdf5_attribute_create_class())
        H5Pset_char_encoding(list, H5T_CSET_UTF8)
        return list
    }

    /// For a group.
    static func group() -> hid_t {
        let list = H5Pcreate(chdf5_group_create_class())
        H5Pset_obj_track_times(list, false)
        return list
    }

    /// For a dataset, contiguous unless chunks are given.
    static func dataset(shape: [Int], chunks: ChunkedStorage?) -> hid_t {
        let list = H5Pcreate(chdf5_dataset_create_class())
        H5Pset_obj_track_times(list, false)
        guard let chunks else { return list }
        // libhdf5 refuses chunks larger than a dataset that cannot grow.
        let extents = zip(chunks.shape, shape).map { hsize_t(min($0, $1)) }
        H5Pset_chunk(list, Int32(extents.count), extents)
        if chunks.shuffle { H5Pset_shuffle(list) }
        if let level = chunks.deflate { H5Pset_deflate(list, UInt32(level)) }
        return list
    }
}

/// Storage in chunks, optionally compressed.
package struct ChunkedStorage: Sendable, Equatable {
    /// The extents of one chunk, all positive.
    package var shape: [Int]
    /// The deflate (gzip) level, 0 to 9; nil for no compression.
    package var deflate: Int?
    /// Whether bytes of equal significance are put together first, which helps deflate on floating-point data.
    package var shuffle: Bool

    package init(shape: [Int], deflate: Int? = nil, shuffle: Bool = false) {
        precondition(shape.allSatisfy { $0 > 0 }, "a chunk has positive extents")
        precondition(deflate.map { (0...9).contains($0) } ?? true, "deflate levels are 0 to 9")
        self.shape = shape
        self.deflate = deflate
        self.shuffle = shuffle
    }
}
