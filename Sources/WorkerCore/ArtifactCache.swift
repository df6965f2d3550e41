internal import AlignmentMetrics
internal import ArtifactStore
internal import Foundation
internal import SweepModel
internal import SweepProtocol

/// Artifacts of the blocks of layers that tiles are made of, kept between tiles in bounded memory, least recently used out first.
final class ArtifactCache {
    private struct Entry {
        let value: AnyObject
        let bytes: Int
    }

    private let directory: ArtifactDirectory
    private let sampleCount: Int
    private let limitBytes: Int
    private var entries: [String: Entry] = [:]
    private var oldestFirst: [String] = []
    private var bytes = 0

    /// A fresh file can stay invisible for a while on a network disk: so long is it waited for.
    private static let patience = Duration.seconds(60)

    init(directory: ArtifactDirectory, sampleCount: Int, limitBytes: Int) {
        self.directory = directory
        self.sampleCount = sampleCount
        self.limitBytes = limitBytes
    }

    /// The neighbour lists of a block's layers; nil for layers that have none.
    func neighbours(_ names: [ArtifactNames]) throws -> [NeighbourLists?] {
        let block: NeighbourBlock = try cached("neighbours:" + names.map { $0.neighbours ?? "-" }.joined()) {
            let lists = try names.map { names in
                try names.neighbours.map { name in
                    guard let lists = try NeighbourLists(try announced(name)), lists.sampleCount == sampleCount else {
                        throw Self.damaged(name, directory)
                    }
                    return lists
                }
            }
            return (NeighbourBlock(lists: lists), lists.reduce(0) { $0 + ($1?.indices.count ?? 0) * 12 })
        }
        return block.lists
    }

    /// The Gram panel of a block's layers: in memory where two of them fit, streamed from disk otherwise.
    func panel(_ names: [ArtifactNames]) throws -> GramPanel {
        let bytes = GramPanel.residentBytes(sampleCount: sampleCount)
        return try cached("grams:" + names.map { $0.gram ?? "-" }.joined()) {
            let sources: [(any PackedGramSource)?] = try names.map { names in
                try names.gram.map { name in
                    guard let gram = try StoredGram(try announced(name), sampleCount: sampleCount) else {
                        throw Self.damaged(name, directory)
                    }
                    return gram
                }
            }
            let resident = 2 * bytes <= limitBytes
            return (
                try GramPanel(sources, sampleCount: sampleCount, resident: resident),
                resident ? bytes : GramPanel.height * GramPanel.chunkLength * 4
            )
        }
    }

    private func cached<Value: AnyObject>(_ key: String, make: () throws -> (Value, bytes: Int)) throws -> Value {
        if let known = entries[key]?.value as? Value {
            oldestFirst.removeAll { $0 == key }
            oldestFirst.append(key)
            return known
        }
        let (value, size) = try make()
        while bytes + size > limitBytes, !oldestFirst.isEmpty {
            let oldest = oldestFirst.removeFirst()
            bytes -= entries.removeValue(forKey: oldest)?.bytes ?? 0
        }
        entries[key] = Entry(value: value, bytes: size)
        oldestFirst.append(key)
        bytes += size
        return value
    }

    private func announced(_ name: String) throws -> ArtifactFile {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.patience
        while true {
            if let file = ArtifactFile.open(name, in: directory) { return file }
            guard clock.now < deadline else { throw Self.damaged(name, directory) }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    private static func damaged(_ name: String, _ directory: ArtifactDirectory) -> Complaint {
        Complaint(
            .work, "the artifact \(name) is missing or damaged", at: directory.path,
            advice: "leave the directory alone while a sweep runs; run the sweep again")
    }
}

private final class NeighbourBlock {
    let lists: [NeighbourLists?]

    init(lists: [NeighbourLists?]) { self.lists = lists }
}
