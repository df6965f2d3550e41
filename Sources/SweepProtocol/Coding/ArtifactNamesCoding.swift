internal import SweepModel

extension WireBlockNames {
    init(_ block: [ArtifactNames]) throws(ProtocolError) {
        guard block.count <= TileGrid.edge else { throw ProtocolError("a block cannot have \(block.count) layers") }
        kinds = Set(block.flatMap { $0.names.keys.map(\.name) }).sorted()
        let known = try SweepProtocol.kinds(kinds)
        for layer in block {
            var message = WireLayerNames()
            for (position, kind) in known.enumerated() {
                guard let artifact = layer[kind] else { continue }
                message.kinds.append(UInt32(position))
                message.names.append(try Checked.artifact(artifact))
            }
            layers.append(message)
        }
    }
}

extension ArtifactNames {
    /// The names in a message, layer by layer.
    static func list(_ message: WireBlockNames) throws(ProtocolError) -> [ArtifactNames] {
        let known = try kinds(message.kinds)
        guard message.layers.count <= TileGrid.edge else {
            throw ProtocolError("a block cannot have \(message.layers.count) layers")
        }
        var list: [ArtifactNames] = []
        for layer in message.layers {
            guard layer.kinds.count == layer.names.count, zip(layer.kinds, layer.kinds.dropFirst()).allSatisfy(<),
                layer.kinds.last.map({ $0 < known.count }) ?? true
            else { throw ProtocolError("the artifacts of a layer do not fit their kinds") }
            var names: [ArtifactKind: String] = [:]
            for (kind, artifact) in zip(layer.kinds, layer.names) {
                names[known[Int(kind)]] = try Checked.artifact(artifact)
            }
            list.append(ArtifactNames(names))
        }
        return list
    }
}
