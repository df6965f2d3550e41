internal import SweepModel

/// Values by kind of artifact as they stand in messages: two lists beside each other, ascending by the kind's name.
func lists<Value>(_ values: [ArtifactKind: Value]) -> (kinds: [String], values: [Value]) {
    let named = values.map { ($0.name, $1) }.sorted { $0.0 < $1.0 }
    return (named.map(\.0), named.map(\.1))
}

/// The same from a message; throws on a kind that is unknown to this version, spelt otherwise, or not in its place.
func dictionary<Value>(_ names: [String], _ values: [Value]) throws(ProtocolError) -> [ArtifactKind: Value] {
    guard names.count == values.count else {
        throw ProtocolError("there are \(names.count) kinds of artifact with \(values.count) values")
    }
    var result: [ArtifactKind: Value] = [:]
    for (kind, value) in zip(try kinds(names), values) { result[kind] = value }
    return result
}

/// The kinds of artifact called `names`, which ascend.
func kinds(_ names: [String]) throws(ProtocolError) -> [ArtifactKind] {
    var result: [ArtifactKind] = []
    var last: String?
    for name in names {
        guard name.utf8.count <= ProtocolLimits.nameBytes, let kind = ArtifactKind(name: name), kind.name == name else {
            throw ProtocolError("the kind of artifact '\(name.prefix(40))' is unknown to this version")
        }
        if let last, last >= name { throw ProtocolError("the kinds of artifact do not ascend") }
        last = name
        result.append(kind)
    }
    return result
}
