import Foundation
import SweepTestSupport
import Testing

extension ProcessSuite {
    @Suite("Surroundings", .serialized)
    struct SurroundingsTests {
        private func endpoint(runtimeFolder: String) throws -> String {
            let fixture = try SweepFixture.short()
            let outcome = try PlatonicProgram.run(
                fixture.arguments("sweep"), in: fixture.folder, environment: ["XDG_RUNTIME_DIR": runtimeFolder])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let line = outcome.errors.split(separator: "\n").first { $0.contains("workers may join at ") }
            return String(try #require(line?.split(separator: " ").last))
        }

        @Test func theEndpointLiesInTheRuntimeFolder() throws {
            let folder = try TemporaryFolder()
            #expect(try endpoint(runtimeFolder: folder.path).hasPrefix("ipc://\(folder.path)/platonic-"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        }

        @Test func aRuntimeFolderTooLongForASocketIsPassedOver() throws {
            let folder = try TemporaryFolder()
            let long = folder.file(String(repeating: "x", count: 100))
            try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: true)
            #expect(try endpoint(runtimeFolder: long).hasPrefix("ipc:///tmp/platonic-"))
        }

        @Test func aRuntimeFolderThatIsGoneIsPassedOver() throws {
            let folder = try TemporaryFolder()
            #expect(try endpoint(runtimeFolder: folder.file("gone")).hasPrefix("ipc:///tmp/platonic-"))
        }

        @Test func aJobOfOneCoreGetsOneWorker() throws {
            let fixture = try SweepFixture(models: 4, layers: 4, samples: 400, width: 300)
            var arguments = fixture.arguments("sweep")
            let flag = try #require(arguments.firstIndex(of: "--workers"))
            arguments.removeSubrange(flag...(flag + 1))
            let sweep = try RunningProgram(arguments, in: fixture.folder, environment: ["SLURM_CPUS_PER_TASK": "1"])
            #expect(sweep.wait { sweep.errors.contains(" joined") })
            #expect(ProcessEntry.workers(of: sweep.processID).count == 1)
            #expect(try sweep.wait().status == 0)
        }

        @Test func standardErrorThatIsFullStopsNothing() throws {
            let fixture = try SweepFixture.short()
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments =
                ["-c", "exec \"$0\" \"$@\" >/dev/null 2>/dev/full", try PlatonicProgram.path()]
                + fixture.arguments("sweep")
            try shell.run()
            #expect(poll(for: .seconds(20)) { !shell.isRunning })
            #expect(shell.terminationReason == .exit && shell.terminationStatus == 0)
            #expect(FileManager.default.fileExists(atPath: fixture.output("sweep")))
        }
    }
}
