internal import CoordinatorCore
internal import Foundation
internal import SweepModel

/// Warns before a coordinator runs out of file descriptors: each connection is one, and without any nobody new gets in, silently.
struct DescriptorWatch {
    private var next: ContinuousClock.Instant
    private let limit: Int

    /// Counting them reads a directory.
    private static let interval = Duration.seconds(5)
    /// So few that are free are too few.
    private static let reserve = 16

    init(now: ContinuousClock.Instant) {
        next = now
        limit = OpenFiles.limit
    }

    /// What there is to say at this time; nil mostly.
    mutating func warning(now: ContinuousClock.Instant) -> Incident? {
        guard now >= next else { return nil }
        next = now + Self.interval
        // Without any left the directory cannot be opened either.
        guard Self.openCount ?? .max > limit - Self.reserve else { return nil }
        return Incident(
            "few-descriptors",
            "\(limit) files and connections are the most that this process may have, and nearly all are open: new workers and clients cannot connect; start the coordinator with a higher 'ulimit -n'",
            isWarning: true)
    }

    private static var openCount: Int? { try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
}
