internal import HDF5
internal import SweepModel

/// The optional root attributes to which the format gives a meaning, read with that meaning.
enum ReservedAttributes {
    private static let texts: Set = ["family", "network", "pooling", "prompt", "captions", "weights", "license"]
    private static let numbers: Set = ["parameters", "pretrained"]

    static func contains(_ name: String) -> Bool { texts.contains(name) || numbers.contains(name) }

    /// What results record of the attribute `name` that is `value`; nil where it is empty. Throws where it is not what it has to be.
    static func value(_ name: String, _ value: AttributeValue, _ attributes: StoreAttributes) throws(Complaint)
        -> AttributeValue?
    {
        if value == .empty || value.texts == [] { return nil }
        guard numbers.contains(name) else {
            // A list is read as one text.
            if let texts = value.texts { return .string(texts.joined(separator: ", ")) }
            throw attributes.complaint(
                name, "the attribute '\(name)' is \(value), not a text", "write it as a string, or leave it out")
        }
        let integer = value.integer ?? value.text.flatMap(digits)
        guard name == "pretrained" else {
            if let integer, integer >= 0 { return .int64(integer) }
            throw attributes.complaint(
                name, "the attribute 'parameters' is \(value), not a number of parameters",
                "write a whole number from 0 to \(Int64.max) as int64, or leave it out where it is unknown")
        }
        if let integer, integer == 0 || integer == 1 { return .int64(integer) }
        throw attributes.complaint(
            name, "the attribute 'pretrained' is \(value), not 0 or 1",
            "write 1 where the weights are trained and 0 where they are random, or leave it out")
    }

    private static func digits(_ text: String) -> Int64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
    }
}
