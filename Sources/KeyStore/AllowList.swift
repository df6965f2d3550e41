internal import Foundation
package import SweepModel
internal import Synchronization
package import ZeroMQ

/// Who is let in, as the directory of keys says at the moment; any thread may ask.
package final class AllowList: Sendable {
    private struct State {
        var names: [CurveKey: String] = [:]
        var roles: [String: KeyRole] = [:]
        var stamp: String?
        /// Denials since they were last taken, by address.
        var denials: [String: Int] = [:]
        /// What looks at the directory found, until it is taken.
        var revoked: Set<String> = []
        var complaints: [Complaint] = []
        /// When the directory was last looked at, and when it had changed as it was then.
        var looked: ContinuousClock.Instant?
        var change: Change?
    }

    /// When a file was last put into the directory or taken out.
    private struct Change: Equatable {
        let seconds: Int
        let nanoseconds: Int
    }

    private let directory: KeyDirectory
    private let state = Mutex(State())
    private var folder: String { directory.path + "/allowed" }

    /// Addresses whose denials are counted apart.
    private static let addressLimit = 1_000
    /// How often strangers may have every file of the directory looked at while it does not change.
    private static let interval = Duration.milliseconds(100)
    /// Seconds after which another change of the directory has another time: more than a tick of any kernel's coarse clock.
    private static let tick = 0.02

    package init(_ directory: KeyDirectory) throws(Complaint) {
        self.directory = directory
        _ = try refresh()
    }

    /// The name of the key's owner; nil, and counted, where it is not let in.
    package func admit(_ key: CurveKey?, from address: String) -> String? {
        if let key, state.withLock({ $0.names[key] == nil }), isWorthALook() {
            // What is wrong with the directory is told by the next `refresh`.
            try? look()
        }
        return state.withLock { state in
            if let key, let name = state.names[key] { return name }
            if state.denials[address] != nil || state.denials.count < Self.addressLimit {
                state.denials[address, default: 0] += 1
            }
            return nil
        }
    }

    /// What the owner of the key called `name` may do; nil where it is valid no more.
    package func role(of name: String) -> KeyRole? { state.withLock { $0.roles[name] } }

    /// How often who was not let in since the last call, by address.
    package func takeDenials() -> [String: Int] {
        state.withLock { state in
            defer { state.denials = [:] }
            return state.denials
        }
    }

    /// Looks at the directory, if it has changed. Returns the names that have become invalid since the last call, and files that
    /// cannot be used: their keys are not let in.
    package func refresh() throws(Complaint) -> (revoked: Set<String>, complaints: [Complaint]) {
        try look()
        return state.withLock { state in
            defer { (state.revoked, state.complaints) = ([], []) }
            return (state.revoked, state.complaints)
        }
    }

    /// Whether a key that is not known may have been issued since the directory was last looked at. One that was issued a moment ago
    /// has to be let in, but strangers must not wear out the disk: they cost one look at the directory itself.
    private func isWorthALook() -> Bool {
        let change = settledChange()
        return state.withLock { state in
            guard let change, change == state.change, let looked = state.looked else { return true }
            return .now - looked > Self.interval
        }
    }

    /// When the directory last changed; nil where it cannot be said, or where another change in this moment would have the same time.
    private func settledChange() -> Change? {
        var status = stat()
        guard stat(folder, &status) == 0 else { return nil }
        let change = Change(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        let age = Date().timeIntervalSince1970 - (Double(change.seconds) + Double(change.nanoseconds) / 1e9)
        return age > Self.tick ? change : nil
    }

    private func look() throws(Complaint) {
        let change = settledChange()
        let stamp = stamp()
        let isKnown = state.withLock { state in
            state.looked = .now
            state.change = change
            return stamp != nil && stamp == state.stamp
        }
        if isKnown { return }
        let (keys, complaints) = try directory.list()
        var names: [CurveKey: String] = [:]
        var roles: [String: KeyRole] = [:]
        for issued in keys where issued.isValid {
            guard let key = CurveKey(z85: issued.publicKey) else { continue }
            names[key] = issued.name
            roles[issued.name] = issued.role
        }
        state.withLock { state in
            state.revoked.formUnion(state.roles.keys.filter { roles[$0] != state.roles[$0] })
            state.complaints = complaints
            state.names = names
            state.roles = roles
            state.stamp = stamp
        }
    }

    /// Changes whenever a file of the directory does; nil where it cannot be read now, for want of descriptors perhaps.
    private func stamp() -> String? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        var parts: [String] = []
        for name in names.sorted() {
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { continue }
            parts.append(
                "\(name) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
            )
        }
        return parts.joined(separator: "\n")
    }
}
