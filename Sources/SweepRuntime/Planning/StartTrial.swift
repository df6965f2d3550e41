internal import FeatureStore
internal import Foundation
internal import SweepModel

/// A sweep with next to no work, run as a user runs one: what is left are processes, state, sockets and files.
enum StartTrial {
    private static let samples = 16
    private static let patience = Duration.seconds(30)

    /// Wall-clock seconds of it with `workers` worker processes, in the empty folder `folder`.
    static func seconds(workers: Int, folder: String) throws -> Double {
        guard let program = Executable.path else {
            throw Complaint(.work, "the program's own path is unknown", at: "/proc/self/exe", advice: "mount /proc")
        }
        let store = "\(folder)/store.h5"
        _ = try TrialStore(path: store, samples: samples, widths: [8], precision: .float32)
        let words = [
            program, "sweep", "--x", store, "--k", "3", "--workers", "\(workers)", "--memory", "\(workers << 28)B",
            "--artifacts",
            "\(folder)/artifacts", "--output", "\(folder)/results.h5", "--quiet", "--json",
        ]
        let clock = ContinuousClock()
        let start = clock.now
        let result = try ChildCommand.run(
            words, environment: ProcessInfo.processInfo.environment, timeout: patience)
        let elapsed = clock.now - start
        guard result.status == ExitStatus.done else {
            throw Complaint(
                .work, "a small sweep failed: \(result.errors)", at: "calibration",
                advice: "run 'platonic demo' to see why")
        }
        return elapsed.inSeconds
    }
}
