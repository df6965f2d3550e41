import CHDF5

extension HDF5Dataset {
    /// Makes this dataset a dimension scale of that name, which xarray and h5py show as a coordinate.
    package func makeScale(named name: String) throws(HDF5Error) {
        try reference.writing { () throws(HDF5Error) -> Void in
            try reference.check(H5DSset_scale(reference.id, name), "make \(reference.name) a dimension scale")
        }
    }

    /// Declares a scale to run along a dimension of this dataset.
    package func attachScale(_ scale: borrowing HDF5Dataset, toDimension dimension: Int) throws(HDF5Error) {
        let scale = scale.reference
        let operation = "attach the scale \(scale.name) to \(reference.name)"
        guard shape.indices.contains(dimension) else {
            throw reference.error(.wrongShape, operation, "no dimension \(dimension) in the shape \(shape)")
        }
        try reference.writing { () throws(HDF5Error) -> Void in
            // libhdf5_hl refuses the one and silently changes the other, without an entry in the error stack.
            if try reference.check(H5DSis_scale(reference.id), operation) > 0 {
                throw reference.error(.wrongType, operation, "a scale cannot have scales")
            }
            guard try reference.check(H5DSis_scale(scale.id), operation) > 0 else {
                throw reference.error(.wrongType, operation, "it is not a dimension scale")
            }
            try reference.check(H5DSattach_scale(reference.id, scale.id, UInt32(dimension)), operation)
        }
    }
}
