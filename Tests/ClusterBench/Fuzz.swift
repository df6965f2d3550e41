import ArgumentParser
import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import ZeroMQ

/// An enemy beside an honest client: damaged, oversized and endless messages, wrong versions, and connections that say nothing.
struct Fuzz: ParsableCommand {
    @OptionGroup var connection: ConnectionOptions
    @Option var seconds = 20.0
    @Option var seed: UInt64 = 1
    @Option var connections = 10_000

    func run() throws {
        raiseOpenFiles()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var generator = SeededGenerator(seed: seed)
        let context = try MessagingContext(maxSockets: 4096)
        let honest = try connection.socket(in: context)
        let endpoint = try connection.endpoint()
        let valid = try Self.messages()
        var counts = (messages: 0, opened: 0, asked: 0)
        var slowest = 0.0
        var number = UInt64(getpid()) << 32
        var idle: [Int32] = []
        while clock.now < end {
            // A peer that is blocked after some offences makes place for another.
            let enemy = try connection.socket(in: context)
            for _ in 0..<40 {
                let frames = Self.damaged(valid, &generator)
                if !frames.isEmpty, try enemy.send(frames) { counts.messages += 1 }
            }
            while counts.opened < connections, idle.count < 500, endpoint.hasPrefix("tcp://") {
                guard let descriptor = Self.open(endpoint) else { break }
                counts.opened += 1
                let noise = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                    UInt8.random(in: .min ... .max, using: &generator)
                }
                if Bool.random(using: &generator) { _ = write(descriptor, noise, noise.count) }
                idle.append(descriptor)
            }
            let start = clock.now
            number += 1
            _ = try honest.send(try ClientRequest.status(nil).encoded(number: number), wait: true)
            try Self.await(number, honest)
            counts.asked += 1
            slowest = max(slowest, (clock.now - start).inSeconds)
            if Bool.random(using: &generator) {
                for descriptor in idle { Glibc.close(descriptor) }
                idle = []
            }
            // libzmq aborts where a linger ends in the middle of a message of many frames.
            try enemy.close(linger: .seconds(5))
        }
        for descriptor in idle { Glibc.close(descriptor) }
        printJSON([
            "messages": Double(counts.messages), "connections": Double(counts.opened), "asked": Double(counts.asked),
            "slowest_answer_seconds": slowest,
        ])
        honest.close()
        if slowest > 5 { throw ExitCode(1) }
    }

    private static func await(_ number: UInt64, _ socket: borrowing Socket) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(10)
        while clock.now < deadline {
            _ = try poll([socket.pollItem(.receive)], timeout: .milliseconds(500))
            while let received = try socket.receive(limits: generousLimits) {
                guard case .message(let frames) = received else { continue }
                if case .reply(number, _) = try CoordinatorMessage(frames: frames) { return }
            }
        }
        throw ValidationError("the honest client got no answer within 10 s")
    }

    /// A raw connection that does not speak the protocol.
    private static func open(_ endpoint: String) -> Int32? {
        let parts = endpoint.dropFirst("tcp://".count).split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        return descriptor
    }

    private static let artifact = String(repeating: "0f", count: 16)

    /// Messages that are what they should be.
    private static func messages() throws -> [[[UInt8]]] {
        let lease = Lease(sweep: SweepID(1), number: 1 << 32, work: .tiles(row: 0, columns: 0..<3))
        let outcome = LeaseOutcome(
            part: lease, result: .tiles([UInt8](repeating: 1, count: 4096)), seconds: 1, flops: 1)
        var old = WorkerHello(
            software: "fuzz", workerID: "fuzz", host: "fuzz", processID: 1, blasCore: "x", memoryBytes: 1)
        old.protocolVersion = 99
        let worker: [WorkerMessage] = [
            .hello(old), .heartbeat(progress: 1, held: [1, 2, 3]), .outcomes([outcome, outcome]),
            .leaving(executing: 4), .goodbye, .unfit(SweepID(1), Complaint(.work, "a", at: "b", advice: "c")),
            .artifact(.offer(name: artifact, fileBytes: 1 << 50, lease: 1 << 32)),
            .artifact(.request(name: artifact, offset: 1 << 20, arrived: [1, .max])), .artifact(.receipt([0, 7])),
            .artifact(
                .piece(
                    ArtifactPiece(
                        name: artifact, offset: 1 << 20, fileBytes: (1 << 20) + 300, digestHigh: 1, digestLow: 2,
                        ticket: 3, bytes: [UInt8](repeating: 5, count: 300)))),
        ]
        let client: [ClientRequest] = [
            .submit(emptySubmission(tiles: 10)), .cancel(SweepID(9999)), .explain(nil, nil), .events(after: 0),
            .scores(SweepID(9999), after: 5), .findings(SweepID(9999)),
        ]
        return try worker.map { try $0.encoded() } + client.enumerated().map { try $1.encoded(number: UInt64($0)) }
    }

    /// One of them with something wrong.
    private static func damaged(_ valid: [[[UInt8]]], _ generator: inout SeededGenerator) -> [[UInt8]] {
        var frames = valid.randomElement(using: &generator) ?? []
        let index = Int.random(in: 0..<frames.count, using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: frames[index] = Array(frames[index].dropLast(Int.random(in: 0...8, using: &generator)))
        case 1: frames.append(frames[index])
        case 2: frames.remove(at: index)
        case 3: frames.shuffle(using: &generator)
        case 4:
            for _ in 0..<4 where !frames[index].isEmpty {
                let place = Int.random(in: 0..<frames[index].count, using: &generator)
                frames[index][place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        case 5: frames = (0..<Int.random(in: 1...3_000, using: &generator)).map { _ in [] }
        case 6 where Int.random(in: 0..<20, using: &generator) == 0:
            frames = [[UInt8](repeating: 0, count: Int.random(in: 1...2 << 20, using: &generator))]
        default:
            frames = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                    UInt8.random(in: .min ... .max, using: &generator)
                }
            }
        }
        return frames
    }
}
