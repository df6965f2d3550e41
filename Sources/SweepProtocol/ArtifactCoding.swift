internal import SweepModel

/// Values by kind of artifact as they stand in messages.
func artifactMap<Value>(_ values: [ArtifactKind: Value]) -> [String: Value] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.name, $1) })
}

/// The same from a message; throws on a kind that is unknown to this version.
func kinds<Value>(_ values: [String: Value]) throws(ProtocolError) -> [ArtifactKind: Value] {
    var result: [ArtifactKind: Value] = [:]
    for (name, value) in values {
        guard let kind = ArtifactKind(name: name) else {
            throw ProtocolError("the kind of artifact '\(name)' is unknown to this version")
        }
        result[kind] = value
    }
    return result
}
