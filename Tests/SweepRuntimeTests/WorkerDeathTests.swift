import Foundation
import SweepTestSupport
import Testing

extension ProcessSuite {
    @Suite("Workers that are killed", .serialized)
    struct WorkerDeathTests {
        private static let kills = 10

        @Test func tenKillsChangeNoByte() throws {
            let fixture = try SweepFixture.long()
            let expected = try fixture.metrics("undisturbed")
            var generator = SeededGenerator(seed: 4)
            var killed = 0
            var announced = 0
            var round = 0
            while killed < Self.kills {
                try #require(round < Self.kills, "sweeps are over too soon to be disturbed")
                let sweep = try fixture.start("disturbed \(round)")
                while killed < Self.kills, sweep.isRunning {
                    usleep(UInt32.random(in: 20_000...250_000, using: &generator))
                    guard let victim = ProcessEntry.workers(of: sweep.processID).randomElement(using: &generator) else {
                        continue
                    }
                    if kill(victim.processID, SIGKILL) == 0 { killed += 1 }
                }
                let outcome = try sweep.wait()
                #expect(outcome.status == 0, "\(outcome.errors)")
                try #require(FileManager.default.fileExists(atPath: fixture.output("disturbed \(round)")))
                #expect(try MetricBytes.read(fixture.output("disturbed \(round)")) == expected)
                announced += outcome.errors.split(separator: "\n").count { $0.contains("is lost: ") }
                round += 1
            }
            #expect(announced >= 1, "the user is told of lost workers")
        }

        @Test func aWorkerThatIsStoppedForGoodDoesNotStopTheSweepsEnd() throws {
            let fixture = try SweepFixture.short()
            let sweep = try fixture.start("sweep", workers: 1)
            var workers: [ProcessEntry] = []
            _ = sweep.wait {
                workers = ProcessEntry.workers(of: sweep.processID)
                return !workers.isEmpty
            }
            let worker = try #require(workers.first)
            kill(worker.processID, SIGSTOP)
            sweep.send(SIGINT)
            let outcome = try sweep.wait()
            #expect(outcome.status == 3 || outcome.status == 0, "\(outcome.errors)")
            #expect(poll(for: .seconds(1)) { !worker.isAlive })
        }
    }
}
