import ArgumentParser
import CoordinatorCore
import Foundation
import SweepJournal
import SweepModel
import SweepProtocol

/// What the core and the journal do by themselves, without sockets.
struct Core: ParsableCommand {
    @Option var tiles = 2_000_000
    @Option var planned = 10_000_000
    @Option var replayed = 1_000_000

    func run() throws {
        var values: [String: Double] = [:]
        values["decisions_per_second"] = try decisions()
        (values["admit_seconds"], values["admit_resident_mib"]) = try admission()
        values["replay_seconds"] = try replay()
        printJSON(values)
    }

    private func decisions() throws -> Double {
        var coordinator = Coordinator()
        let id = try coordinator.admit(emptySubmission(tiles: tiles), owner: "bench", failsFast: false, wallTime: 0)
        guard let plan = coordinator.plan(of: id) else { return 0 }
        let context = SweepContext(plan: plan, sampleDigest: "d", sampleStore: "/m0.h5", clip: .none, normalize: .none)
        _ = coordinator.takeEffects()
        _ = coordinator.handle(.durable(id), now: .zero)
        let clock = ContinuousClock()
        var queue: [(Peer, [Lease])] = []
        func take(_ effects: [CoordinatorEffect]) {
            for case .send(.assignments(let assignments), let peer) in effects {
                queue.append((peer, assignments.map(\.lease)))
            }
        }
        for number in 0..<8 as Range<UInt8> {
            let hello = WorkerHello(
                software: "bench", workerID: "\(number)", host: "h", processID: 1, blasCore: "none",
                memoryBytes: 1 << 40)
            take(coordinator.handle(.message(from: Peer(routingID: [number]), as: .local, .hello(hello)), now: .zero))
        }
        var count = 0
        var start = clock.now
        var now = Duration.zero
        var next = 0
        while next < queue.count {
            let (peer, leases) = queue[next]
            next += 1
            now += .microseconds(10)
            for lease in leases {
                if case .tiles(_, let columns) = lease.work {
                    if count == 0 { start = clock.now }
                    count += columns.count
                }
            }
            let outcomes = leases.map { emptyOutcome($0, context) }
            take(coordinator.handle(.message(from: peer, as: .local, .outcomes(outcomes)), now: now))
            if next > 10_000 {
                queue.removeFirst(next)
                next = 0
            }
        }
        return Double(count) / (clock.now - start).inSeconds
    }

    private func admission() throws -> (Double, Double) {
        let submission = emptySubmission(tiles: planned)
        let before = residentMebibytes()
        let clock = ContinuousClock()
        let start = clock.now
        var coordinator = Coordinator()
        _ = try coordinator.admit(submission, owner: "bench", failsFast: false, wallTime: 0)
        let seconds = (clock.now - start).inSeconds
        _ = coordinator.takeEffects()
        let after = residentMebibytes()
        withExtendedLifetime(coordinator) {}
        return (seconds, after - before)
    }

    private func replay() throws -> Double {
        let folder = NSTemporaryDirectory() + "cluster-bench-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let submission = emptySubmission(tiles: replayed)
        do {
            let journal = try SweepJournal(directory: folder) {}
            var coordinator = Coordinator()
            _ = try coordinator.admit(submission, owner: "bench", failsFast: false, wallTime: 0)
            var facts: [JournalEntry] = []
            for case .persist(let fact) in coordinator.takeEffects() { facts.append(fact) }
            journal.append(facts, ticket: 1)
            let grid = submission.context.plan.grid
            var ticket: UInt64 = 2
            var batch: [JournalEntry] = []
            for row in 0..<grid.blockRows {
                for column in grid.tileColumns(ofRow: row) {
                    let tile = TileScores(row: row, columns: column..<column + 1, bytes: [])
                    batch.append(.tiles(SweepID(1), tile, seconds: 1, flops: 1))
                    if batch.count == 10_000 {
                        journal.append(batch, ticket: ticket)
                        ticket += 1
                        batch = []
                    }
                }
            }
            journal.append(batch, ticket: ticket)
            journal.close()
        }
        let clock = ContinuousClock()
        let start = clock.now
        let journal = try SweepJournal(directory: folder) {}
        var coordinator = Coordinator()
        try journal.replay { fact in try? coordinator.replay(fact) }
        _ = coordinator.finishReplay(nextSweep: journal.nextSweepID, now: .zero) { _ in true }
        let seconds = (clock.now - start).inSeconds
        journal.close()
        return seconds
    }

    private func residentMebibytes() -> Double {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * 4096 / 1_048_576
    }
}
