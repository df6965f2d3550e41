internal import CLinux
internal import Foundation
internal import SweepModel

/// A program of the system that is run to its end, with what it prints.
///
/// Arguments go to it as they are, through no shell. It is killed when it takes too long, and only so much of its output is read.
struct ChildCommand {
    struct Result {
        /// The exit status; 128 and more where a signal ended it.
        var status: Int32
        var output: String
        var errors: String
    }

    private static let outputLimit = 32 << 20

    /// Runs `words`, the first being a name that is looked up in PATH.
    static func run(
        _ words: [String], input: String = "", environment: [String: String], timeout: Duration
    ) throws(Complaint) -> Result {
        // A child that goes before it has read everything is an error of the write, as for all pipes and peers.
        signal(SIGPIPE, SIG_IGN)
        var pipes = [try Pipe(), try Pipe(), try Pipe()]
        defer { for index in pipes.indices { pipes[index].close() } }
        let process = try spawn(words, pipes, environment)
        for (pipe, isOurs) in [(0, \Pipe.read), (1, \Pipe.write), (2, \Pipe.write)] { pipes[pipe].close(isOurs) }
        var (pending, output, errors) = (Array(input.utf8)[...], Data(), Data())
        if pending.isEmpty { pipes[0].close(\.write) }
        let deadline = ContinuousClock.now + timeout
        while pipes[1].read >= 0 || pipes[2].read >= 0 {
            guard ContinuousClock.now < deadline, output.count + errors.count <= outputLimit else {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
                throw Complaint(
                    .work, "it did not end within \(timeout.components.seconds) s, or says too much", at: words[0],
                    advice: "see whether it works by hand")
            }
            var items = [
                pollfd(fd: pipes[0].write, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: pipes[1].read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pipes[2].read, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&items, 3, 100)
            if items[0].revents != 0 { feed(&pending, &pipes[0]) }
            if items[1].revents != 0 { take(&output, &pipes[1]) }
            if items[2].revents != 0 { take(&errors, &pipes[2]) }
        }
        let status = reap(process, deadline)
        return Result(
            status: status, output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func spawn(
        _ words: [String], _ pipes: [Pipe], _ environment: [String: String]
    ) throws(Complaint) -> pid_t {
        do throws(SpawnFailure) {
            return try spawnChild(words, environment: environment, defaults: [SIGPIPE]) { actions in
                posix_spawn_file_actions_adddup2(&actions, pipes[0].read, 0)
                posix_spawn_file_actions_adddup2(&actions, pipes[1].write, 1)
                posix_spawn_file_actions_adddup2(&actions, pipes[2].write, 2)
            }
        } catch {
            throw Complaint(
                .request, "it cannot be started: \(error.reason)", at: words[0],
                advice: "run this where Slurm's commands are, such as a login node")
        }
    }

    private static func reap(_ process: pid_t, _ deadline: ContinuousClock.Instant) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if ContinuousClock.now >= deadline { kill(process, SIGKILL) }
            usleep(1_000)
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    private static func feed(_ pending: inout ArraySlice<UInt8>, _ pipe: inout Pipe) {
        let count = pending.withUnsafeBytes { write(pipe.write, $0.baseAddress, min($0.count, 4096)) }
        // A child that does not want to read any more is no error.
        pending = count > 0 ? pending.dropFirst(count) : (errno == EINTR ? pending : [])
        if pending.isEmpty { pipe.close(\.write) }
    }

    private static func take(_ data: inout Data, _ pipe: inout Pipe) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(pipe.read, &buffer, buffer.count)
        if count > 0 { data.append(contentsOf: buffer[..<count]) }
        if count == 0 || (count < 0 && errno != EINTR) { pipe.close(\.read) }
    }

    /// Both ends of a pipe, -1 where they are closed.
    private struct Pipe {
        var read: Int32 = -1
        var write: Int32 = -1

        init() throws(Complaint) {
            var ends: [Int32] = [0, 0]
            guard pipe2(&ends, O_CLOEXEC) == 0 else {
                throw Complaint(
                    .work, "no pipe: \(String(cString: strerror(errno)))", at: "pipe2", advice: "raise ulimit -n")
            }
            (read, write) = (ends[0], ends[1])
        }

        mutating func close(_ end: WritableKeyPath<Pipe, Int32>) {
            if self[keyPath: end] >= 0 { _ = Foundation.close(self[keyPath: end]) }
            self[keyPath: end] = -1
        }

        mutating func close() {
            close(\.read)
            close(\.write)
        }
    }
}
