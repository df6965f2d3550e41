package import FeatureStore
internal import Foundation
package import SweepModel

/// Opens stores in a process of its own, so that a damaged file can do no more than end that: libhdf5 trusts what is in a file, and has
/// been seen to crash, to run in circles and to ask for all memory over a few flipped bits.
///
/// One process opens store after store; after one that ended it there is a new one. It ends when this object, or its process, does.
package final class StoreProcess {
    private let command: [String]
    private var running: (process: pid_t, socket: Int32)?

    /// - Parameter command: The words after the program's own path that make it run `StoreService.run()`.
    package init(_ command: [String]) { self.command = command }

    deinit { end() }

    /// What the store at `path`, or at a URL, says of itself.
    package func metadata(_ path: String) throws(Complaint) -> StoreMetadata {
        try findings(path, values: false).metadata
    }

    /// The same after every value was checked, with what was found.
    package func findings(_ path: String, values: Bool = true) throws(Complaint) -> StoreFindings {
        // No libhdf5 has to do with references.
        if ReferencePath(path) != nil { return try StoreFindings(path: path, values: values) }
        let reply = try ask(StoreMessages.Request(path: path, values: values))
        guard let findings = reply?.findings else {
            throw Self.complaint(path, status: end(), advice: "copy or write the store again")
        }
        return findings
    }

    /// What is found where `task` is done to the file at `path`, as the process's service knows it.
    package func perform(_ task: String, on path: String) throws(Complaint) -> [String] {
        let reply = try ask(StoreMessages.Request(path: path, values: false, task: task))
        guard let texts = reply?.texts else {
            throw Self.complaint(path, status: end(), advice: "copy it again, or run the sweep again")
        }
        return texts
    }

    /// The answer; nil where the process is gone. Throws the complaint in it.
    private func ask(_ request: StoreMessages.Request) throws(Complaint) -> StoreMessages.Reply? {
        let socket = if let running { running.socket } else { try start() }
        let reply: StoreMessages.Reply?
        do {
            let isThere = try StoreMessages.write(request, to: socket)
            reply = isThere ? try StoreMessages.read(StoreMessages.Reply.self, from: socket) : nil
        } catch {
            end()
            throw Complaint(
                .work, "what the file holds cannot be passed on: \(error)", at: request.path,
                advice: "report this as a bug")
        }
        if let complaint = reply?.complaint { throw complaint }
        return reply
    }

    private func start() throws(Complaint) -> Int32 {
        guard let path = Executable.path else {
            throw Complaint(.work, "the program's own path is unknown", at: "/proc/self/exe", advice: "mount /proc")
        }
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Complaint(
                .work, "stores cannot be opened: no socket: \(String(cString: strerror(errno)))", at: path,
                advice: "raise the limit of open files (ulimit -n)")
        }
        defer { close(ends[1]) }
        var environment = ProcessInfo.processInfo.environment
        // A crash is told by its signal; writing a backtrace of it takes seconds.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        do throws(SpawnFailure) {
            let process = try spawnChild([path] + command, environment: environment, defaults: [SIGPROF]) { actions in
                posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
                // What libraries print when they break down is no sentence for a user.
                for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
                    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
                }
            }
            running = (process, ends[0])
            return ends[0]
        } catch {
            close(ends[0])
            throw Complaint(
                .work, "stores cannot be opened: no process: \(error.reason)", at: path,
                advice: "raise the limit of processes (ulimit -u)")
        }
    }

    /// The status with which the process has ended, closing the socket, which ends it if nothing did.
    @discardableResult private func end() -> Int32 {
        guard let (process, socket) = running else { return 0 }
        running = nil
        close(socket)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// What the end of the process says of the file that it had open.
    private static func complaint(_ path: String, status: Int32, advice: String) -> Complaint {
        let advice = "the file may be damaged; \(advice)"
        let signal = status & 0x7F
        if signal == SIGPROF {
            return Complaint(
                .request,
                "the file leads libhdf5 in circles: a part of it took more than \(StoreService.stepSeconds) s of processor time",
                at: path, advice: advice)
        }
        let how = signal == 0 ? "exit \(status >> 8)" : "signal \(signal)"
        return Complaint(
            .request,
            "the file cannot be read: libhdf5 breaks down over it, or needs more than \(StoreService.memoryBytes >> 30) GiB (\(how))",
            at: path, advice: advice)
    }
}
