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

    /// A complaint about one attribute.
    func complaint(_ name: String, _ what: String, _ advice: String) -> Complaint {
        place.complaint(object(name), what, advice)
    }

    /// A text that may be missing, or empty as HDF5 has it.
    func optionalName<Object: HDF5Object & ~Copyable>(_ name: String, of owner: borrowing Object) throws(Complaint)
        -> String?
    {
        guard let value = try value(name, of: owner), value != .empty else { return nil }
        guard let text = value.text else {
            throw complaint(
                name, "the attribute '\(name)' is \(value), not a text", "write it as a string, or leave it out")
        }
        try check(text, name)
        return text
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
        var seen: [String: String] = [:]
        for name in names {
            try check(name, name)
            if let other = seen.updateValue(name, forKey: name), ExactText(other) != ExactText(name) {
                throw place.complaint(
                    whole, "two attributes are called '\(name)', and differ only in their Unicode normalisation",
                    "write one of them under another name: names that look the same count as one")
            }
        }
        return names
    }
}
