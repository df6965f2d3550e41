import CHDF5

extension HDF5Object where Self: ~Copyable {
    /// Writes a text attribute, replacing one of this name.
    package func setAttribute(_ name: String, to value: String) throws(HDF5Error) {
        try setText(name, [value], isScalar: true)
    }

    /// Writes an attribute of several texts, replacing one of this name.
    package func setAttribute(_ name: String, to values: [String]) throws(HDF5Error) {
        try setText(name, values, isScalar: false)
    }

    /// Writes an integer attribute, replacing one of this name.
    package func setAttribute(_ name: String, to value: Int64) throws(HDF5Error) {
        try set(name, count: nil, file: { H5Tcopy(chdf5_int64_le()) }) { id, _ in
            withUnsafePointer(to: value) { H5Awrite(id, chdf5_native_int64(), $0) }
        }
    }

    /// Writes a floating-point attribute, replacing one of this name.
    package func setAttribute(_ name: String, to value: Double) throws(HDF5Error) {
        try set(name, count: nil, file: { H5Tcopy(chdf5_float64_le()) }) { id, _ in
            withUnsafePointer(to: value) { H5Awrite(id, chdf5_native_double(), $0) }
        }
    }

    private func setText(_ name: String, _ values: [String], isScalar: Bool) throws(HDF5Error) {
        let text = try TextBuffer(values, reference, operation(name))
        try set(name, count: isScalar ? nil : values.count, file: ElementTypes.variableString) { id, type in
            text.withPointers { values.isEmpty ? 0 : H5Awrite(id, type, $0) }
        }
    }

    private func operation(_ name: String) -> String {
        "write attribute \(name) of \(reference.name)"
    }

    private func set(
        _ name: String, count: Int?, file: () -> hid_t, _ write: (_ id: hid_t, _ type: hid_t) -> herr_t
    ) throws(HDF5Error) {
        let operation = operation(name)
        try reference.writing { () throws(HDF5Error) -> Void in
            if try reference.check(H5Aexists(reference.id, name), operation) > 0 {
                try reference.check(H5Adelete(reference.id, name), operation)
            }
            let type = file()
            let creation = CreationProperties.attribute()
            let space = count.map { H5Screate_simple(1, [hsize_t($0)], nil) } ?? H5Screate(H5S_SCALAR)
            defer {
                H5Tclose(type)
                H5Pclose(creation)
                H5Sclose(space)
            }
            let id = try reference.check(
                H5Acreate2(reference.id, name, type, space, creation, chdf5_default()), operation)
            let status = write(id, type)
            defer { H5Aclose(id) }
            try reference.check(status, operation)
        }
    }
}
