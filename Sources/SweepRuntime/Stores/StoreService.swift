internal import FeatureStore
internal import Foundation
internal import SweepModel

/// The side of a `StoreProcess` that opens the stores.
package enum StoreService {
    /// Memory that it takes at most, and seconds of processor time for one part of a store, such as a slab of a layer's values.
    static let memoryBytes = 1 << 30
    static let stepSeconds = 6

    /// Answers what comes in over standard input, a socket, until that ends.
    package static func run() throws {
        // What goes beyond is for the kernel to end: no code of ours runs while libhdf5 is lost in a file.
        var memory = rlimit(rlim_cur: rlim_t(memoryBytes), rlim_max: rlim_t(memoryBytes))
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
        var cores = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &cores)
        while let request = try StoreMessages.read(StoreMessages.Request.self, from: STDIN_FILENO) {
            rewind()
            var reply = StoreMessages.Reply()
            do throws(Complaint) {
                reply.findings = try StoreFindings(path: request.path, values: request.values, step: rewind)
            } catch {
                reply.complaint = error
            }
            guard try StoreMessages.write(reply, to: STDIN_FILENO) else { return }
        }
    }

    /// Gives the next step its time; SIGPROF ends the process when that is used up.
    private static func rewind() {
        var time = itimerval(
            it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: stepSeconds, tv_usec: 0))
        setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &time, nil)
    }
}
