internal import FeatureStore
internal import Foundation
package import SweepModel

/// The side of a `StoreProcess` that opens the stores.
package enum StoreService {
    /// Memory that it takes at most, and seconds of processor time for one part of a store, such as a slab of a layer's values.
    static let memoryBytes = 1 << 30
    static let stepSeconds = 6

    /// Does what is named by a text to the file at a path, calling back whenever a part is done.
    package typealias Performing = (_ task: String, _ path: String, _ step: () -> Void) -> Result<[String], Complaint>

    /// Answers what comes in over standard input, a socket, until that ends; `perform` does whatever is not opening a store.
    package static func run(_ perform: Performing) throws {
        var cores = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &cores)
        while let request = try StoreMessages.read(StoreMessages.Request.self, from: STDIN_FILENO) {
            rewind()
            limit(request)
            var reply = StoreMessages.Reply()
            do throws(Complaint) {
                if let task = request.task {
                    reply.texts = try perform(task, request.path, rewind).get()
                } else {
                    reply.findings = try StoreFindings(path: request.path, values: request.values, step: rewind)
                }
            } catch {
                reply.complaint = error
            }
            guard try StoreMessages.write(reply, to: STDIN_FILENO) else { return }
        }
    }

    /// What goes beyond is for the kernel to end: no code of ours runs while libhdf5 is lost in a file. Results are
    /// read whole, so that their own size comes on top.
    private static func limit(_ request: StoreMessages.Request) {
        var status = stat()
        let isResults = request.task != nil && stat(request.path, &status) == 0
        var memory = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory) == 0 else { return }
        memory.rlim_cur = min(memory.rlim_max, rlim_t(memoryBytes + (isResults ? 4 * Int(status.st_size) : 0)))
        setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)
    }

    /// Gives the next step its time; SIGPROF ends the process when that is used up.
    private static func rewind() {
        var time = itimerval(
            it_interval: timeval(tv_sec: 0, tv_usec: 0), it_value: timeval(tv_sec: stepSeconds, tv_usec: 0))
        setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &time, nil)
    }
}
