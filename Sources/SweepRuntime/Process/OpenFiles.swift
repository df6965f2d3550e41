internal import Foundation
package import SweepModel
internal import ZeroMQ

/// Descriptors: each file, connection and queue of a process is one, and the system allows it only so many.
///
/// Some of what is used here ends the process where there are none left, so what is needed is compared with the limit beforehand.
package enum OpenFiles {
    /// What a program needs that opens a few files, and what one needs that talks to others.
    package static let ofAnyCommand = 16
    package static let ofAClient = 28

    /// Raises the soft limit to the hard one.
    package static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many descriptors this process may have.
    static var limit: Int {
        var limit = rlimit()
        let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return status == 0 ? Int(clamping: limit.rlim_cur) : .max
    }

    /// Throws where this process may not have `count` descriptors at a time.
    package static func require(_ count: Int) throws(Complaint) { try require(count, of: limit) }

    static func require(_ count: Int, of limit: Int) throws(Complaint) {
        guard limit < count else { return }
        throw tooFew(limit, "at least \(count) are needed", .request, enough: max(4096, count))
    }

    /// What a person is told about an error that came of there being no descriptors left; nil for others.
    package static func complaint(about error: any Error) -> Complaint? {
        guard (error as? ZeroMQError)?.code == .tooManySockets else { return nil }
        return tooFew(limit, "all of them are in use", .work, enough: max(4096, 2 * min(limit, 1 << 19)))
    }

    private static func tooFew(_ limit: Int, _ need: String, _ kind: Complaint.Kind, enough: Int) -> Complaint {
        Complaint(
            kind, "too few file descriptors: the limit is \(limit), and \(need)", at: "ulimit -n",
            advice: "raise it, such as with 'ulimit -n \(enough)' before the command", code: .fewDescriptors)
    }

    // MARK: Sweeps

    /// What a worker needs beside the artifacts of a tile, and a coordinator beside its connections.
    package static let ofAWorker = 32
    package static let ofACoordinator = 64
    /// What a sweep on this machine needs beside a connection for each worker.
    package static let ofALocalSweep = 48
    /// What trials need: a tile's worth of artifacts.
    package static let ofTrials = 192

    /// What a sweep on this machine needs: itself with a connection for each worker, or a worker with the artifacts of one tile open.
    static func ofSweep(_ plan: SweepPlan, workers: Int) -> Int {
        let layers = min(TileGrid.edge, plan.xLayers.count) + min(TileGrid.edge, plan.yLayers.count)
        return max(
            ofALocalSweep + workers, ofAWorker + layers * plan.artifactKinds.count(where: \.definition.isKeptOpen))
    }
}
