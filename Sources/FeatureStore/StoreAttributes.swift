internal import HDF5
internal import SweepModel

/// Reads the attributes of a store's objects: text, numbers and lists of either in the forms that HDF5 and netCDF writers give them.
struct StoreAttributes {
    let place: StorePlace
    /// How an object is called, before the word "attribute".
    private let prefix: String

    init(_ place: StorePlace, of object: String = "") {
        self.place = place
        prefix = object.isEmpty ? "" : "\(object), "
    }

    /// Where complaints about an attribute say that it is.
    func object(_ name: String) -> String { "\(prefix)attribute \(name.count > 80 ? name.prefix(80) + "…" : name)" }

    /// One attribute; nil where there is none of this name.
    func value<Object: HDF5Object & ~Copyable>(_ name: String, of owner: borrowing Object) throws(Complaint)
        -> AttributeValue?
    {
        try place.reading(object(name)) { () throws(HDF5Error) -> AttributeValue? in
            try owner.attribute(name, byteLimit: StoreLimits.attributeBytes)?.unwrapped
        }
    }

    /// A text that names something.
    func name<Object: HDF5Object & ~Copyable>(_ name: String, of owner: borrowing Object) throws(Complaint) -> String {
        let value = try value(name, of: owner)
        guard let text = value?.text, !text.isEmpty else {
            let found = value.map { $0.text == "" || $0 == .empty ? "empty" : "\($0), not a text" } ?? "missing"
            throw place.complaint(object(name), "the attribute '\(name)' is \(found)", "write it as a string")
        }
        try check(text, name)
        return text
    }

    /// Throws where a name is longer than names may be.
    func check(_ text: String, _ name: String) throws(Complaint) {
        guard text.utf8.count <= StoreLimits.nameBytes else {
            throw place.beyond(
                object(name), "the name has \(text.utf8.count) bytes, and names at most \(StoreLimits.nameBytes)")
        }
    }

    /// The names of all attributes.
    func names<Object: HDF5Object & ~Copyable>(of owner: borrowing Object) throws(Complaint) -> [String] {
        let whole = prefix + "attributes"
        let count = try place.reading(whole) { () throws(HDF5Error) in try owner.attributeCount() }
        guard count <= StoreLimits.attributes else {
            throw place.beyond(whole, "there are \(count) attributes, and at most \(StoreLimits.attributes) are read")
        }
        let names = try place.reading(whole) { () throws(HDF5Error) in try owner.attributeNames() }
        for name in names { try check(name, name) }
        return names
    }
}
