import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing
import ZeroMQ

extension ProcessSuite {
    @Suite("Garbage at the endpoint", .serialized)
    struct GarbageTests {
        @Test func garbageDoesNotDisturbTheSweep() throws {
            let fixture = try SweepFixture.long()
            let expected = try fixture.metrics("undisturbed")
            let sweep = try fixture.start("disturbed")
            let context = try MessagingContext()
            let socket = try Socket(.dealer, in: context)
            try socket.connect(try sweep.endpoint())
            var generator = SeededGenerator(seed: 8)
            var sent = 0
            let messages = try Self.garbage(&generator)
            while sweep.isRunning {
                // A full queue is no failure: the answers are never read, so that the coordinator's fills up as well.
                for message in messages where try socket.send(message) { sent += 1 }
                while try socket.receive(limits: MessageLimits(maxParts: 8, maxBytes: 1 << 20)) != nil,
                    Bool.random(using: &generator)
                {}
                usleep(2_000)
            }
            try socket.close(linger: .zero)
            context.close()
            let outcome = try sweep.wait()
            #expect(sent >= 10 * messages.count)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try MetricBytes.read(fixture.output("disturbed")) == expected)
            #expect(outcome.errors.contains("a message was refused: "), "the user is told")
            let lines = outcome.errors.split(separator: "\n").count
            #expect(lines < 30, "once, not \(lines) times")
        }

        private static func garbage(_ generator: inout SeededGenerator) throws -> [[[UInt8]]] {
            func noise(_ count: Int) -> [UInt8] {
                (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            }
            var messages = (0..<20).map { _ in [noise(Int.random(in: 1...300, using: &generator))] }
            messages.append([[]])
            messages.append((0..<2_000).map { _ in [0] })
            messages.append([noise(1 << 20)])
            let stranger = Lease(
                sweep: SweepID(1), number: .max, work: .tiles(row: 0, columns: 0..<1))
            let survey = Lease(sweep: SweepID(7), number: 1, work: .survey(model: 1_000_000))
            let nonsense: [WorkerMessage] = [
                .goodbye, .heartbeat(progress: .max, held: [.max, 0]),
                .outcomes([
                    LeaseOutcome(part: stranger, result: .tiles([1, 2, 3, 4, 5, 6, 7, 8]), seconds: 0, flops: 0)
                ]),
                .outcomes([
                    LeaseOutcome(
                        part: survey, result: .failure(Complaint(.request, "\u{1B}[2J", at: "", advice: "")),
                        seconds: 1, flops: 0)
                ]),
            ]
            messages += try nonsense.map { try $0.encoded() }
            for frames in try nonsense.map({ try $0.encoded() }) {
                messages.append([Array(frames[0].dropLast())] + frames.dropFirst())
            }
            return messages
        }
    }
}
