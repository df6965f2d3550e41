import ArgumentParser
import Foundation
import SweepModel
import SweepProtocol
import ZeroMQ

/// Many workers on real sockets in one process, which find everything in no time.
struct Swarm: ParsableCommand {
    @OptionGroup var connection: ConnectionOptions
    @Option var workers = 8
    @Option var seconds = 20.0

    private final class Worker {
        let socket: Socket
        let id = UUID().uuidString
        var isRegistered = false
        var contexts: [SweepID: SweepContext] = [:]
        var heartbeats = (busy: 1.0, idle: 5.0)
        var nextHeartbeat = ContinuousClock.now

        init(_ socket: consuming Socket) { self.socket = socket }
    }

    func run() throws {
        raiseOpenFiles()
        let context = try MessagingContext(maxSockets: Int32(workers + 16))
        let clock = ContinuousClock()
        let start = clock.now
        var swarm: [Worker] = []
        for _ in 0..<workers {
            let worker = Worker(try connection.socket(in: context))
            _ = try worker.socket.send(try hello(worker).encoded())
            swarm.append(worker)
        }
        let items = swarm.map { $0.socket.pollItem(.receive) }
        var registered = 0
        var tiles = 0
        var times: [String: Double] = [:]
        var firstTile: ContinuousClock.Instant?
        var lastTile = start
        let end = start + .seconds(seconds)
        while clock.now < end {
            let ready = try poll(items, timeout: .milliseconds(100))
            for (index, readiness) in ready.enumerated() where readiness.contains(.receive) {
                let worker = swarm[index]
                while let received = try worker.socket.receive(limits: generousLimits) {
                    guard case .message(let frames) = received else { continue }
                    switch try CoordinatorMessage(frames: frames) {
                    case .welcome(let welcome):
                        if !worker.isRegistered { registered += 1 }
                        worker.isRegistered = true
                        worker.heartbeats = (welcome.busyHeartbeat, welcome.idleHeartbeat)
                        worker.nextHeartbeat = clock.now + .seconds(welcome.idleHeartbeat * Double.random(in: 0...1))
                        for mark in [1_000, workers] where registered == mark {
                            times["registered_\(mark)_seconds"] = (clock.now - start).inSeconds
                        }
                    case .sweep(let id, let context): worker.contexts[id] = context
                    case .assignments(let assignments):
                        let outcomes = assignments.compactMap { assignment in
                            worker.contexts[assignment.lease.sweep].map { emptyOutcome(assignment.lease, $0) }
                        }
                        for outcome in outcomes {
                            if case .tiles(_, let columns) = outcome.part.work { tiles += columns.count }
                        }
                        if tiles > 0, firstTile == nil { firstTile = clock.now }
                        lastTile = clock.now
                        _ = try worker.socket.send(try WorkerMessage.outcomes(outcomes).encoded())
                    case .introduce: _ = try worker.socket.send(try hello(worker).encoded())
                    case .ping(let ticket) where ticket != 0:
                        _ = try worker.socket.send(try Pong(ticket: ticket).encoded())
                    default: break
                    }
                }
            }
            let now = clock.now
            for worker in swarm where worker.isRegistered && now >= worker.nextHeartbeat {
                _ = try worker.socket.send(try WorkerMessage.heartbeat(progress: 1, held: []).encoded())
                worker.nextHeartbeat = now + .seconds(worker.heartbeats.idle)
            }
        }
        times["registered"] = Double(registered)
        times["tiles"] = Double(tiles)
        if let firstTile { times["tiles_per_second"] = Double(tiles) / max((lastTile - firstTile).inSeconds, 1e-9) }
        printJSON(times)
        for worker in swarm { _ = try worker.socket.send(try WorkerMessage.goodbye.encoded()) }
    }

    private func hello(_ worker: Worker) -> WorkerMessage {
        .hello(
            WorkerHello(
                software: "cluster-bench", workerID: worker.id, host: "bench", processID: Int64(getpid()),
                blasCore: "none", memoryBytes: 1 << 40))
    }
}

/// Submits a sweep without metrics and waits until it is complete.
struct SubmitEmpty: ParsableCommand {
    @OptionGroup var connection: ConnectionOptions
    @Option var tiles = 100_000
    @Flag var wait = false

    func run() throws {
        let context = try MessagingContext()
        let socket = try connection.socket(in: context)
        let submission = emptySubmission(tiles: tiles)
        let clock = ContinuousClock()
        // The connection is there before the clock starts.
        _ = try ask(.workers, 1, socket)
        let start = clock.now
        guard case .accepted(let id) = try ask(.submit(submission), 2, socket) else {
            throw ValidationError("the sweep was not accepted")
        }
        var values = ["submit_seconds": (clock.now - start).inSeconds, "sweep": Double(id.number)]
        values["tiles"] = Double(submission.context.plan.grid.tileCount)
        var number: UInt64 = 3
        while wait {
            guard case .statuses(let statuses) = try ask(.status(id), number, socket), let status = statuses.first
            else { break }
            number += 1
            if status.state.isOver {
                values["complete_seconds"] = (clock.now - start).inSeconds
                break
            }
            usleep(20_000)
        }
        printJSON(values)
    }

    private func ask(_ request: ClientRequest, _ number: UInt64, _ socket: borrowing Socket) throws -> ClientReply {
        let number = number + UInt64(getpid()) << 32
        _ = try socket.send(try request.encoded(number: number), wait: true)
        while true {
            _ = try poll([socket.pollItem(.receive)], timeout: .seconds(30))
            guard case .message(let frames)? = try socket.receive(limits: generousLimits) else {
                throw ValidationError("no answer")
            }
            switch try CoordinatorMessage(frames: frames) {
            case .reply(number, let reply): return reply
            case .ping(let ticket) where ticket != 0: _ = try socket.send(try Pong(ticket: ticket).encoded())
            default: break
            }
        }
    }
}
