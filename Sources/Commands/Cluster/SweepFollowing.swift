import ArgumentParser
import Reporting
import SweepModel
import SweepProtocol
import SweepRuntime

/// A sweep that is followed to its end on a coordinator.
struct SweepFollowing {
    let id: SweepID
    let options: ClientOptions
    let quiet: Bool

    /// Waits for the end. At Ctrl-C says how to come back, and throws the exit status.
    func end(_ client: inout CoordinatorClient, comeBack: String = "wait") throws -> SweepStatus {
        let progress = ProgressLine(quiet: quiet)
        defer { progress.clear() }
        do { return try client.wait(for: id, observer: progress) } catch is Interruption {
            progress.clear()
            let again = "platonic \(comeBack) \(id)\(options.again)"
            Console.note("platonic: interrupted; sweep \(id) goes on, and '\(again)' comes back to it")
            throw ExitCode(ExitStatus.interrupted)
        }
    }

    /// Says how the sweep ended. Throws the exit status where it is not complete.
    func report(_ status: SweepStatus) throws {
        guard status.state != .complete else {
            if !quiet { Console.note("platonic: \(SweepListing.ending(status))") }
            return
        }
        Console.note("platonic: \(SweepListing.ending(status))\n  see 'platonic status \(id)\(options.again)'")
        throw ExitCode(ExitStatus.failed)
    }

    /// Waits for the end, fetches and writes the results.
    func write(_ results: ResultsOutput, shown: [String], _ client: inout CoordinatorClient) throws {
        let path = TerminalText.safe(results.path)
        let status = try end(&client, comeBack: "results --wait --output \(path)")
        try Self.write(client.results(of: id), results, shown: shown)
        // Results without a gap may still be those of a sweep that was cancelled at the last moment.
        if status.state != .complete { throw ExitCode(ExitStatus.failed) }
    }

    /// Writes what was fetched, with a warning where the sweep is not complete.
    static func write(_ fetched: FetchedSweep, _ results: ResultsOutput, shown: [String] = []) throws {
        if fetched.status.state != .complete {
            Console.warn("\(SweepListing.ending(fetched.status)): results are partial")
        }
        try results.write(fetched.sweep, stores: fetched.stores)
        try results.report(fetched.sweep, shown: shown)
    }
}
