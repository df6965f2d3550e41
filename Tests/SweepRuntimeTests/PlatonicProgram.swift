import Foundation
import SweepTestSupport
import Testing

/// The built program, run as a user runs it.
enum PlatonicProgram {
    /// `$PLATONIC_BINARY`, or the binary beside the test bundle.
    static func path() throws -> String {
        let besideTests = URL(
            fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        )
        .deletingLastPathComponent().appendingPathComponent("platonic").path
        let path = ProcessInfo.processInfo.environment["PLATONIC_BINARY"] ?? besideTests
        try #require(FileManager.default.isExecutableFile(atPath: path), "there is no program at \(path)")
        return path
    }

    /// Runs it to its end.
    static func run(
        _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]
    ) throws -> RunningProgram.Outcome {
        try RunningProgram(arguments, in: folder, environment: environment).wait()
    }
}

/// A process of the program, killed at the latest when the test lets go of it.
final class RunningProgram {
    /// How it ended; a signal that killed it is negative.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process = Process()
    private let outputPath: String
    private let errorPath: String

    /// Starts it with a cache folder of its own in `folder`.
    init(_ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]) throws {
        let name = UUID().uuidString
        outputPath = folder.file("\(name).out")
        errorPath = folder.file("\(name).err")
        for path in [outputPath, errorPath] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.executableURL = URL(fileURLWithPath: try PlatonicProgram.path())
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PLATONIC_") }
        variables["XDG_CACHE_HOME"] = folder.file("cache")
        variables.merge(environment) { $1 }
        process.environment = variables
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorPath))
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var processID: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    /// What it has written to standard error so far.
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { if process.isRunning { kill(processID, signal) } }

    /// How long a program may take; programs under a sanitizer take longer, and scripts/test says so.
    private static let patience = Duration.seconds(
        ProcessInfo.processInfo.environment["PLATONIC_TEST_PATIENCE"].flatMap { Int($0) } ?? 40)

    /// Waits for its end.
    func wait() throws -> Outcome {
        try #require(poll(for: Self.patience) { !self.process.isRunning }, "it does not end: \(errors)")
        let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Outcome(status: status, output: try String(contentsOfFile: outputPath, encoding: .utf8), errors: errors)
    }

    /// Waits until `condition` holds or it has ended; whether it holds.
    func wait(until condition: () -> Bool) -> Bool {
        var holds = false
        _ = poll(for: .seconds(20)) {
            holds = condition()
            return holds || !self.process.isRunning
        }
        return holds || condition()
    }

    /// The endpoint that a sweep prints.
    func endpoint() throws -> String {
        func find() -> String? {
            errors.split(separator: "\n").first { $0.contains("workers may join at ") }?.split(separator: " ").last.map(
                String.init)
        }
        _ = wait { find() != nil }
        return try #require(find(), "no endpoint is printed: \(errors)")
    }
}

/// Looks every 2 ms whether `condition` holds; false if it does not within `limit`.
func poll(for limit: Duration, _ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < deadline else { return false }
        usleep(2_000)
    }
    return true
}
