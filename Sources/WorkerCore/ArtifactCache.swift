internal import AlignmentMetrics
internal import ArtifactStore
internal import CLinux
internal import SweepModel
internal import SweepProtocol

/// Artifacts of the blocks of layers that tiles are made of, kept between tiles in bounded memory, least recently used out first.
final class ArtifactCache: ArtifactBlocks {
    private struct Entry {
        let value: AnyObject
        let bytes: Int
    }

    private let home: ArtifactHome
    private let shapes: ArtifactShapes
    let sampleCount: Int
    let limitBytes: Int
    private var entries: [String: Entry] = [:]
    private var oldestFirst: [String] = []
    private(set) var bytes = 0

    init(home: ArtifactHome, sampleCount: Int, shapes: ArtifactShapes, limitBytes: Int) {
        self.home = home
        self.shapes = shapes
        self.sampleCount = sampleCount
        self.limitBytes = limitBytes
    }

    func read<Value>(
        _ kind: ArtifactKind, of layer: TileLayer, _ decode: (ArtifactFile, ArtifactShape) throws -> Value?
    ) throws -> Value? {
        guard let name = layer.names[kind] else { return nil }
        guard let file = try home.announced(name), let value = try decode(file, shapes[layer.position]) else {
            throw ArtifactDamage(name, in: home.directory)
        }
        return value
    }

    func kept<Block: AnyObject>(
        _ kind: ArtifactKind, of layers: [TileLayer], _ make: () throws -> (block: Block, bytes: Int)
    ) throws -> Block {
        let key = "\(kind.name):" + layers.map { $0.names[kind] ?? "-" }.joined()
        if let known = entries[key]?.value as? Block {
            oldestFirst.removeAll { $0 == key }
            oldestFirst.append(key)
            return known
        }
        let (block, size) = try make()
        makeRoom(size)
        entries[key] = Entry(value: block, bytes: size)
        oldestFirst.append(key)
        bytes += size
        return block
    }

    func makeRoom(_ size: Int) { shrink(to: limitBytes - size) }

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
