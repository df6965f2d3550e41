internal import ArtifactStore
internal import ContentHash
internal import Foundation
package import SweepModel

/// Where a worker's artifacts are: in the coordinator's directory, or in one of its own and, through the coordinator, in everybody's.
///
/// Owned by one thread.
package final class ArtifactHome {
    let directory: ArtifactDirectory
    /// Nil in the coordinator's directory.
    private let exchange: ArtifactExchange?
    /// The claim on a directory of its own.
    private let claim: ArtifactLease?
    private let limit: Int
    private let patience: ArtifactPatience
    /// The lease that is being computed: what it makes is made for it.
    var lease: UInt64 = 0
    /// Called whenever an exchange goes on.
    package var onStep: () -> Void = {} {
        didSet { exchange?.onStep = onStep }
    }

    private let clock = ContinuousClock()
    /// Bytes in a directory of its own, counted a while ago.
    private var used: (bytes: Int, countedAt: ContinuousClock.Instant)?

    /// Others may write to the directory as well: so long a count is good.
    private static let countInterval = Duration.seconds(10)
    /// A fresh file can stay invisible for a while on a network disk: so long is it waited for.
    private static let sharedPatience = Duration.seconds(60)
    /// What a file takes beside its bytes, at most.
    private static let slack = 64 << 10

    /// The coordinator's directory, which this host sees at `path`.
    package init(shared path: String) throws(Complaint) {
        directory = try ArtifactDirectory(path: path)
        exchange = nil
        claim = nil
        limit = .max
        patience = ArtifactPatience()
    }

    /// A directory at `path` that keeps at most `limit` bytes of what is made here or fetched from the coordinator, whose own is at
    /// `remote`.
    package init(
        own path: String, limit: Int, remote: String, channel: any ArtifactChannel,
        patience: ArtifactPatience = ArtifactPatience()
    ) throws(Complaint) {
        directory = try ArtifactDirectory(path: path)
        claim = try ArtifactLease(directory, limit: limit)
        exchange = ArtifactExchange(directory: directory, channel: channel, place: remote, patience: patience)
        self.limit = limit
        self.patience = patience
    }

    /// Whether the coordinator's directory, in which a file holds `token`, is at `path` here.
    package static func sees(_ path: String, token: String) -> Bool { ArtifactLease.isVisible(token, at: path) }

    /// The artifact with `key` if it is what `isSound` says, where it was made before, here or elsewhere; the coordinator has it as well
    /// then.
    func find(_ key: ArtifactKey, where isSound: (ArtifactFile) -> Bool) throws(Complaint) -> ArtifactFile? {
        let found = ArtifactFile.open(key.name, key: key, in: directory).flatMap { isSound($0) ? $0 : nil }
        guard let exchange else { return found }
        if let found {
            try exchange.publish(key.name, lease: lease)
            return found
        }
        guard try fetch(key.name, exchange) == .whole else { return nil }
        return ArtifactFile.open(key.name, key: key, in: directory).flatMap { isSound($0) ? $0 : nil }
    }

    /// Writes an artifact; the coordinator has it as well then.
    func store(_ key: ArtifactKey, metadata: [UInt8], parts: [UnsafeRawBufferPointer]) throws(Complaint) {
        if exchange != nil { makeRoom(parts.reduce(metadata.count) { $0 + $1.count }) }
        try directory.write(key, metadata: metadata, parts: parts)
        try exchange?.publish(key.name, lease: lease)
    }

    /// Deletes the artifact with `key` here, which nobody needs any more.
    func remove(_ key: ArtifactKey) { directory.remove(key.name) }

    /// The artifact called `name`, which the coordinator says is there; nil where it is damaged, or is not there however long it is waited
    /// for.
    func announced(_ name: String, within limit: Duration? = nil) throws(Complaint) -> ArtifactFile? {
        let deadline = clock.now + (limit ?? (exchange == nil ? Self.sharedPatience : patience.absence))
        while true {
            if let file = ArtifactFile.open(name, in: directory) { return file }
            if let exchange {
                switch try fetch(name, exchange) {
                case .whole: continue
                case .damaged: return nil
                case .absent: break
                }
            } else if directory.hasFile(name) {
                // One that appeared a moment ago can be opened.
                return ArtifactFile.open(name, in: directory)
            }
            guard clock.now < deadline else { return nil }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    /// Whether artifacts that are not here can come from the coordinator.
    var canFetch: Bool { exchange != nil }

    private func fetch(_ name: String, _ exchange: ArtifactExchange) throws(Complaint) -> ArtifactExchange.Fetched {
        try exchange.fetch(name) { makeRoom($0) }
    }

    /// Deletes what was used least recently, as far as `bytes` more would be too many, or more than the disk has.
    private func makeRoom(_ bytes: Int) {
        let needed = bytes + Self.slack
        if used.map({ clock.now - $0.countedAt > Self.countInterval }) ?? true {
            used = (directory.usedBytes(), clock.now)
        }
        let free = directory.freeBytes() ?? .max
        let present = used?.bytes ?? 0
        if needed > free || present > limit - needed {
            let room = min(limit, free < Int.max - present ? present + free : .max)
            used = (directory.evict(downTo: max(0, room - needed)), clock.now)
        }
        used?.bytes += bytes
    }
}
