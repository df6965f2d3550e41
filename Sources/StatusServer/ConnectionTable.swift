internal import NIOCore
internal import Synchronization

/// The connections of a server: at most so many, and so many of one address. A new one is always let in, in the place of the one that
/// has got no answer for the longest time: a probe is answered at once and never is that one, however many others say nothing.
final class ConnectionTable: Sendable {
    private struct Entry {
        let channel: any Channel
        let address: String
        /// When it was opened, or was last answered.
        var since: NIODeadline
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])
    private let limit: Int
    private let limitOfAddress: Int

    init(limit: Int, limitOfAddress: Int) {
        self.limit = limit
        self.limitOfAddress = limitOfAddress
    }

    var count: Int { entries.withLock { $0.count } }

    /// Lets a connection of `address` in, and closes another one where there are too many.
    func open(_ channel: any Channel, from address: String, at now: NIODeadline) {
        let victim = entries.withLock { entries -> (any Channel)? in
            defer { entries[ObjectIdentifier(channel)] = Entry(channel: channel, address: address, since: now) }
            guard let key = Self.victim(entries, of: crowded(entries, address)) else { return nil }
            return entries.removeValue(forKey: key)?.channel
        }
        victim?.close(promise: nil)
    }

    /// The connection was answered.
    func answered(_ channel: any Channel, at now: NIODeadline) {
        entries.withLock { $0[ObjectIdentifier(channel)]?.since = now }
    }

    func closed(_ channel: any Channel) {
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// The address that has to give one up for a new connection of `address`: that one, or the one with the most; nil where nobody has.
    private func crowded(_ entries: [ObjectIdentifier: Entry], _ address: String) -> String? {
        if entries.values.count(where: { $0.address == address }) >= limitOfAddress { return address }
        guard entries.count >= limit else { return nil }
        let counts = Dictionary(grouping: entries.values, by: \.address).mapValues(\.count)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private static func victim(_ entries: [ObjectIdentifier: Entry], of address: String?) -> ObjectIdentifier? {
        guard let address else { return nil }
        return entries.filter { $0.value.address == address }.min { $0.value.since < $1.value.since }?.key
    }
}
