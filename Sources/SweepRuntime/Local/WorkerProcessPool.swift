internal import CLinux
internal import Foundation
internal import SweepJournal
internal import SweepModel

/// Worker processes of this program on this host, kept at a given number.
///
/// They are started by posix_spawn only, each in a process group of its own so that a Ctrl-C is the parent's alone to handle. Each
/// holds the read end of one pipe whose write end nobody else has: when this process dies, however it dies, they see its end.
final class WorkerProcessPool {
    private let arguments: [String]
    private let count: Int
    /// Where each process writes what it has to say; nil for this process's own standard error.
    private let logs: String?
    private var started = 0
    private let executable: String
    private let lifeline: (read: Int32, write: Int32)
    private(set) var running: Set<pid_t> = []
    private var shortLives = 0
    /// The largest exit status of those that ended by themselves; 1 where one was killed.
    private(set) var worstStatus: Int32 = 0
    private var pause = RestartPause()
    private var startTimes: [pid_t: ContinuousClock.Instant] = [:]

    /// So many processes in a row that end within a second of their start, and none that joined, mean that starting more is no
    /// use.
    private static let shortLifeLimit = 8

    /// The descriptor at which a worker finds its end of the pipe.
    static let lifelineDescriptor: Int32 = 3

    /// - Parameter arguments: of `platonic worker`.
    init(arguments: [String], count: Int, logs: String?) throws(Complaint) {
        guard let executable = Executable.path else {
            throw Complaint(.work, "the program's own path is unknown", at: "/proc/self/exe", advice: "mount /proc")
        }
        self.arguments = arguments
        self.count = count
        self.logs = logs
        self.executable = executable
        if let logs {
            try? FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        }
        var ends: [Int32] = [0, 0]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw Complaint(
                .work, "no pipe: \(String(cString: strerror(errno)))", at: "pipe2", advice: "raise ulimit -n")
        }
        lifeline = (ends[0], ends[1])
    }

    deinit {
        close(lifeline.read)
        close(lifeline.write)
    }

    /// Starts processes until `count` are running; after some that died, one at a time and later and later.
    func fill() throws(Complaint) {
        while running.count < count, pause.isOver(at: .now) {
            try start()
            pause.noteStart(at: .now)
        }
    }

    /// A worker has joined: processes do start.
    func noteJoined() { shortLives = 0 }

    /// Collects processes that have ended, and how they did.
    func reap() throws(Complaint) -> [(process: pid_t, ending: ProcessEnding)] {
        var ended: [(process: pid_t, ending: ProcessEnding)] = []
        for process in running {
            var status: Int32 = 0
            guard waitpid(process, &status, WNOHANG) == process else { continue }
            running.remove(process)
            let ending = ProcessEnding(waitStatus: status)
            ended.append((process, ending))
            switch ending {
            case .exited(let status): worstStatus = max(worstStatus, status)
            case .killed: worstStatus = max(worstStatus, 1)
            }
            if !ending.isGood { pause.noteDeath(at: .now) }
            let lived = startTimes.removeValue(forKey: process).map { ContinuousClock.now - $0 } ?? .zero
            shortLives = lived < .seconds(1) ? shortLives + 1 : 0
        }
        guard shortLives < Self.shortLifeLimit else {
            throw Complaint(
                .work, "\(shortLives) worker processes in a row ended right after their start", at: executable,
                advice: logs.map { "see the logs in \($0)" } ?? "run 'platonic worker' by hand to see why")
        }
        return ended
    }

    /// Waits until all processes have ended, and kills those that have not within `patience`.
    func stop(patience: Duration) {
        let deadline = ContinuousClock.now + patience
        while !running.isEmpty, ContinuousClock.now < deadline {
            _ = try? reap()
            if !running.isEmpty { usleep(2_000) }
        }
        for process in running {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        running = []
    }

    /// Passes a signal on to all.
    func signal(_ number: Int32) { for process in running { kill(process, number) } }

    private func start() throws(Complaint) {
        started += 1
        let log = logs.map { StateDirectory.log(started, in: $0) }
        let words = [executable, "worker"] + arguments + ["--lifeline", String(Self.lifelineDescriptor)]
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in BLASEnvironment.variables { environment[name] = value }
        let process: pid_t
        do throws(SpawnFailure) {
            process = try spawnChild(words, environment: environment, lastDescriptor: Self.lifelineDescriptor) {
                actions in
                posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
                posix_spawn_file_actions_adddup2(&actions, lifeline.read, Self.lifelineDescriptor)
                if let log {
                    posix_spawn_file_actions_addopen(
                        &actions, 2, log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o644)
                }
            }
        } catch {
            throw Complaint(
                .work, "a worker process cannot be started: \(error.reason)", at: executable,
                advice: "look at the limits on processes and memory")
        }
        running.insert(process)
        startTimes[process] = .now
    }
}

/// Ends this process when its parent does.
package enum Lifeline {
    /// Starts a thread that calls `end` at the end of the pipe behind `descriptor`; it exits the process, without ceremony, if nothing else is
    /// given.
    package static func watch(
        _ descriptor: Int32, end: @escaping @Sendable () -> Void = { _exit(ExitStatus.interrupted) }
    ) {
        let thread = Thread {
            clinux_name_thread("lifeline")
            var byte: UInt8 = 0
            while true {
                let count = read(descriptor, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { return end() }
            }
        }
        thread.start()
    }
}
