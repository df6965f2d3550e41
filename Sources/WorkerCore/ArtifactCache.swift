internal import AlignmentMetrics
internal import ArtifactStore
internal import CLinux
internal import SweepModel
internal import SweepProtocol

/// Artifacts of the blocks of layers that tiles are made of, kept between tiles in bounded memory, least recently used out first.
final class ArtifactCache {
    private struct Entry {
        let value: AnyObject
        let bytes: Int
    }

    /// An entry of a list in memory: an index and a similarity, and as much again for what metrics derive from them.
    static let bytesPerNeighbour = 24

    private let home: ArtifactHome
    private let shapes: ArtifactShapes
    private let sampleCount: Int
    private let limitBytes: Int
    private var entries: [String: Entry] = [:]
    private var oldestFirst: [String] = []
    private(set) var bytes = 0

    init(home: ArtifactHome, sampleCount: Int, shapes: ArtifactShapes, limitBytes: Int) {
        self.home = home
        self.shapes = shapes
        self.sampleCount = sampleCount
        self.limitBytes = limitBytes
    }

    /// Of how many layers the lists fit into memory twice, for rows and for columns.
    func neighbourRoom(listLength: Int) -> Int {
        max(1, limitBytes / 2 / max(1, sampleCount * listLength * Self.bytesPerNeighbour))
    }

    /// The neighbour lists of some of a block's layers; nil for layers that have none.
    func neighbours(_ layers: [TileLayer]) throws -> [LayerNeighbours?] {
        let block: Block<LayerNeighbours> = try cached(Self.key(.neighbours, layers)) {
            let lists = try layers.map { try read(.neighbours, $0) { try NeighbourLists($0, $1) } }
            let bytes = lists.reduce(0) { $0 + ($1?.indices.count ?? 0) * Self.bytesPerNeighbour }
            return (Block(lists.map { $0.map(LayerNeighbours.init) }), bytes)
        }
        return block.items
    }

    /// The singular bases of a block's layers; nil for layers that have none.
    func bases(_ layers: [TileLayer]) throws -> [SingularBasis?] {
        let block: Block<SingularBasis> = try cached(Self.key(.basis, layers)) {
            let bases = try layers.map { try read(.basis, $0) { try SingularBasis($0, $1) } }
            return (Block(bases), bases.reduce(0) { $0 + ($1?.vectors.count ?? 0) * 4 })
        }
        return block.items
    }

    /// The centred features of one layer, which are too large to be kept; nil where it has none.
    func features(_ layer: TileLayer) throws -> CentredFeatureRows? {
        try read(.features, layer) { try CentredFeatureRows($0, $1) }
    }

    /// The panel of a block's layers for a kernel: in memory where two of them fit, streamed from disk otherwise.
    func panel(_ kind: ArtifactKind, _ layers: [TileLayer]) throws -> KernelPanel {
        try cached(Self.key(kind, layers)) {
            let sources = try layers.map { layer in
                try read(kind, layer) {
                    try StoredKernel.open($0, kind, sampleCount: sampleCount, width: $1.factorWidth(kind))
                }
            }
            let room = PanelRoom(sources, sampleCount: sampleCount, limitBytes: limitBytes)
            // It takes its memory at once: what has to go for it goes before.
            shrink(to: limitBytes - room.bytes)
            let panel = try KernelPanel(
                sources, sampleCount: sampleCount, resident: room.keepsEntries, residentFactors: room.keepsFactors,
                names: layers.map { $0.names[kind] })
            return (panel, room.bytes)
        }
    }

    private static func key(_ kind: ArtifactKind, _ layers: [TileLayer]) -> String {
        "\(kind.name):" + layers.map { $0.names[kind] ?? "-" }.joined()
    }

    /// What `decode` makes of a layer's artifact of `kind`; nil where it has none.
    private func read<Value>(
        _ kind: ArtifactKind, _ layer: TileLayer, _ decode: (ArtifactFile, ArtifactShape) throws -> Value?
    ) throws -> Value? {
        guard let name = layer.names[kind] else { return nil }
        guard let file = try home.announced(name), let value = try decode(file, shapes[layer.position]) else {
            throw ArtifactDamage(name, in: home.directory)
        }
        return value
    }

    private func cached<Value: AnyObject>(_ key: String, make: () throws -> (Value, bytes: Int)) throws -> Value {
        if let known = entries[key]?.value as? Value {
            oldestFirst.removeAll { $0 == key }
            oldestFirst.append(key)
            return known
        }
        let (value, size) = try make()
        shrink(to: limitBytes - size)
        entries[key] = Entry(value: value, bytes: size)
        oldestFirst.append(key)
        bytes += size
        return value
    }

    /// Forgets what was used least recently, until no more than `limit` bytes are kept or nothing is.
    func shrink(to limit: Int) {
        let before = bytes
        while bytes > limit, !oldestFirst.isEmpty {
            let oldest = oldestFirst.removeFirst()
            bytes -= entries.removeValue(forKey: oldest)?.bytes ?? 0
        }
        // Lists are small enough for the allocator to hold on to what they leave, and memory is short.
        if bytes < before { malloc_trim(0) }
    }
}

private final class Block<Item> {
    let items: [Item?]

    init(_ items: [Item?]) { self.items = items }
}

/// What of a panel stays in memory: that of which there is room for two.
private struct PanelRoom {
    private(set) var keepsEntries = false
    private(set) var keepsFactors = false
    private(set) var bytes: Int

    init(_ sources: [(any PackedKernelSource)?], sampleCount: Int, limitBytes: Int) {
        let present = sources.compactMap(\.self)
        let widths = present.compactMap(\.factor?.width)
        bytes = KernelPanel.streamedBytes(layers: sources.count)
        let factorBytes = sampleCount * widths.reduce(0, +) * MemoryLayout<Float>.stride
        if 2 * (bytes + factorBytes) <= limitBytes {
            keepsFactors = true
            bytes += factorBytes
        }
        // Entries of layers that all have factors are rarely asked for.
        let entryBytes = KernelPanel.residentBytes(sampleCount: sampleCount, layers: sources.count)
        if widths.count < present.count, 2 * (bytes + entryBytes) <= limitBytes {
            keepsEntries = true
            bytes += entryBytes
        }
    }
}
