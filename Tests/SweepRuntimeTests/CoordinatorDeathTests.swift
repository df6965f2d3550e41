import Foundation
import SweepTestSupport
import Testing

extension ProcessSuite {
    @Suite("A sweep that is killed or interrupted", .serialized)
    struct CoordinatorDeathTests {
        /// Starts a sweep and waits until it has computed a few artifacts; also its workers.
        private func begin(_ fixture: SweepFixture, _ name: String) throws -> (RunningProgram, [ProcessEntry]) {
            let sweep = try fixture.start(name)
            try #require(sweep.wait { fixture.artifacts(name).count >= 12 }, "\(sweep.errors)")
            let workers = ProcessEntry.workers(of: sweep.processID)
            try #require(workers.count == 2)
            return (sweep, workers)
        }

        private func files(_ folder: String, with part: String) -> [String] {
            let names =
                FileManager.default.enumerator(atPath: folder).map { Array($0.compactMap { $0 as? String }) } ?? []
            return names.filter { $0.contains(part) }
        }

        @Test func itsWorkersDieWithItAndItsArtifactsServeTheNext() throws {
            let fixture = try SweepFixture.long()
            let expected = try fixture.metrics("undisturbed")
            let (sweep, workers) = try begin(fixture, "killed")
            let start = ContinuousClock.now
            sweep.send(SIGKILL)
            var alive = workers
            while !alive.isEmpty, ContinuousClock.now - start < .seconds(1) {
                usleep(10_000)
                alive.removeAll { !$0.isAlive }
            }
            #expect(alive.isEmpty, "workers outlive the sweep")
            #expect(try sweep.wait().status == -SIGKILL)
            #expect(!FileManager.default.fileExists(atPath: fixture.output("killed")))

            let artifacts = fixture.artifacts("killed")
            try #require(artifacts.count >= 12)
            #expect(try fixture.metrics("killed") == expected)
            let later = fixture.artifacts("killed")
            for (name, inode) in artifacts { #expect(later[name] == inode, "\(name) was computed again") }
            #expect(later.count > artifacts.count)
            #expect(files(fixture.folder.file("artifacts-killed"), with: ".partial").isEmpty, "left behind by the dead")
            #expect(files(fixture.folder.file("artifacts-killed"), with: "token-").isEmpty)
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
        func anInterruptLeavesNothingBehindButArtifacts(signal: Int32) throws {
            let fixture = try SweepFixture.long()
            let (sweep, workers) = try begin(fixture, "interrupted")
            let endpoint = try sweep.endpoint()
            sweep.send(signal)
            let outcome = try sweep.wait()
            #expect(outcome.status == 3, "\(outcome.errors)")
            #expect(workers.allSatisfy { !$0.isAlive } && ProcessEntry.workers(of: sweep.processID).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: fixture.output("interrupted")))
            let beside = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
            #expect(!beside.contains { $0.contains(".partial") }, "\(beside)")
            let socket = String(endpoint.dropFirst("ipc://".count))
            #expect(!FileManager.default.fileExists(atPath: (socket as NSString).deletingLastPathComponent))
            let last = try #require(outcome.errors.split(separator: "\n").last)
            #expect(last.hasPrefix("platonic: interrupted; run the same command again"))
            #expect(!fixture.artifacts("interrupted").isEmpty)
            let again = try fixture.start("interrupted").wait()
            #expect(
                again.status == 0 && again.errors.contains("going on with an interrupted sweep: kept "),
                "\(again.errors)")
        }
    }
}
