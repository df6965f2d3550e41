import Foundation
import HDF5
import SweepTestSupport
import Testing

extension ProcessSuite {
    @Suite("Workers started by hand", .serialized)
    struct JoiningWorkerTests {
        @Test func aWorkerJoinsInTheMiddleAndChangesNoByte() throws {
            let fixture = try SweepFixture.long()
            let expected = try fixture.metrics("undisturbed")
            let sweep = try fixture.start("joined", workers: 1)
            let worker = try RunningProgram(["worker", "--connect", try sweep.endpoint()], in: fixture.folder)
            #expect(sweep.wait { sweep.errors.contains("worker \(worker.processID) on ") })
            let outcome = try sweep.wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains { _ in true })
            let words = outcome.errors.split(separator: "\n").first { $0.contains("worker \(worker.processID) on ") }
            #expect(words?.hasSuffix(" joined") == true)
            let workerOutcome = try worker.wait()
            #expect(
                workerOutcome.status == 0 && workerOutcome.errors.contains("left: the coordinator said so"),
                "\(workerOutcome.errors)")
            #expect(try MetricBytes.read(fixture.output("joined")) == expected)
        }

        @Test func aWorkerThatLeavesPolitelyIsNoLoss() throws {
            let fixture = try SweepFixture.long()
            let sweep = try fixture.start("left", workers: 1)
            let worker = try RunningProgram(["worker", "--connect", try sweep.endpoint()], in: fixture.folder)
            try #require(sweep.wait { sweep.errors.contains("worker \(worker.processID) on ") }, "\(sweep.errors)")
            worker.send(SIGTERM)
            #expect(try worker.wait().status == 0)
            let outcome = try sweep.wait()
            #expect(outcome.status == 0 && !outcome.errors.contains("is lost"), "\(outcome.errors)")
            let file = try HDF5File.open(fixture.output("left"))
            #expect(try file.root().group("provenance").attribute("lost_workers")?.integer == 0)
        }

        @Test func aWorkerWithoutCoordinatorGivesUp() throws {
            let fixture = try SweepFixture.short()
            let outcome = try PlatonicProgram.run(
                ["worker", "--connect", "ipc://\(fixture.folder.file("nobody"))", "--reconnect-timeout", "0"],
                in: fixture.folder)
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("the coordinator stayed away for 0 s"))
        }

        @Test func anEndpointThatIsNoneIsAWrongRequest() throws {
            let fixture = try SweepFixture.short()
            let outcome = try PlatonicProgram.run(["worker", "--connect", "localhost:7070"], in: fixture.folder)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("'localhost:7070'"))
        }
    }
}
