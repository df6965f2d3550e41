internal import Foundation
internal import WorkerScaling

/// The Slurm job that this process runs in.
package enum SlurmJob {
    /// Taken off the end: the clocks of nodes differ, and a worker that is late is killed.
    private static let margin = 5

    /// Its id; nil where there is no such job.
    package static var id: String? { id(ProcessInfo.processInfo.environment) }

    static func id(_ environment: [String: String]) -> String? {
        guard let id = environment["SLURM_JOB_ID"], (1...32).contains(id.utf8.count) else { return nil }
        return id
    }

    /// How long this process may run until its job's end; nil where nothing says when that is.
    ///
    /// Asked once, at the start: what follows is measured with a clock that nobody sets.
    package static var timeLeft: Duration? {
        let environment = ProcessInfo.processInfo.environment
        guard let id = id(environment) else { return nil }
        return timeLeft(environment, now: Date().timeIntervalSince1970) { Self.ask(id, environment) }
    }

    /// Newer releases of Slurm say it in the environment; of others `ask` does.
    static func timeLeft(_ environment: [String: String], now: Double, ask: () -> String?) -> Duration? {
        var seconds = environment["SLURM_JOB_END_TIME"].flatMap { Double($0) }.map { $0 - now }
        // Longer than anybody's limit: no time, or a clock that is far off.
        if let found = seconds, !found.isFinite || abs(found) > 1e9 { seconds = nil }
        guard let left = seconds ?? ask().flatMap({ SlurmTime.seconds($0) }).map({ Double($0) }) else { return nil }
        return .seconds(max(left - Double(margin), 0))
    }

    private static func ask(_ id: String, _ environment: [String: String]) -> String? {
        let words = ["squeue", "--noheader", "--jobs=\(id)", "--format=%L"]
        guard let result = try? ChildCommand.run(words, environment: environment, timeout: .seconds(20)),
            result.status == 0
        else { return nil }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
