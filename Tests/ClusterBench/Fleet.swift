import ArgumentParser
import Foundation
import Reporting
import SweepCost
import SweepModel
import SweepProtocol
import WorkerCore
import ZeroMQ

/// Many workers on real sockets in one process, which compute nothing and take as long for it as a calibration says: what a plan for a
/// cluster is held to.
struct Fleet: ParsableCommand {
    @OptionGroup var connection: ConnectionOptions
    @Option var workers = 8
    /// As `platonic plan --calibrate-only` writes it.
    @Option var calibration: String
    @Option var patience = 120.0

    private final class Member {
        let socket: Socket
        var session: WorkerSession
        var jobs = JobQueue()
        /// What it is at, and until when.
        var unit: (job: WorkerSession.Job, part: Lease, seconds: Double, end: Duration)?
        var nextTick = Duration.zero

        init(_ socket: consuming Socket, _ session: WorkerSession) {
            self.socket = socket
            self.session = session
        }
    }

    private struct Sweep {
        let costs: ItemCosts
        let findings: StandInFindings
    }

    func run() throws {
        raiseOpenFiles()
        let host = try CalibrationFile.read(calibration, algorithmVersion: algorithmVersion)
        let context = try MessagingContext(maxSockets: Int32(workers + 16))
        let clock = ContinuousClock()
        let start = clock.now
        var now: Duration { clock.now - start }
        let members = try (0..<workers).map { _ in
            let hello = WorkerHello(
                software: "cluster-bench", workerID: UUID().uuidString, host: "bench", processID: Int64(getpid()),
                blasCore: "none", memoryBytes: 1 << 40)
            let limits = WorkerSession.Limits(reconnectTimeout: .seconds(60), grace: .seconds(1))
            return Member(
                try connection.socket(in: context), WorkerSession(hello, limits: limits, now: now))
        }
        for member in members { member.session.connected(now) }
        let items = members.map { $0.socket.pollItem(.receive) }
        var sweeps: [SweepID: Sweep] = [:]
        var (first, last): (Duration?, Duration?)
        var spent = 0.0

        func begin(_ member: Member, _ job: WorkerSession.Job, from column: Int, at time: Duration) {
            let lease = job.assignment.lease
            guard let costs = sweeps[lease.sweep]?.costs else { return }
            var part = lease
            let seconds: Double
            switch lease.work {
            case .survey(let model): seconds = costs.surveys[model]
            case .layer(let layer): seconds = costs.layers[layer]
            case .step(let layer, let index): seconds = costs.step(index, of: layer)
            case .tiles(let row, _):
                part = Lease(
                    sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: column..<column + 1))
                seconds = costs.tile(row: row, column: column)
            }
            member.unit = (job, part, seconds, time + .seconds(seconds))
        }

        func settle(_ member: Member) throws {
            for effect in member.session.takeEffects() {
                switch effect {
                case .send(let message): _ = try member.socket.send(try message.encoded())
                case .answer(let pong): _ = try member.socket.send(try pong.encoded())
                case .open(let sweep, let context):
                    first = first ?? now
                    if sweeps[sweep] == nil {
                        sweeps[sweep] = Sweep(
                            costs: ItemCosts(context.plan, rates: host.rates), findings: StandInFindings(context.plan))
                    }
                    member.jobs.open(sweep, context)
                case .close(let sweep):
                    last = now
                    member.jobs.close(sweep)
                case .compute(let job): member.jobs.add(job)
                case .cut(let lease, let end): member.jobs.cut(lease, end: end)
                case .allow, .deliver, .end: break
                }
            }
            guard member.unit == nil, let (job, _) = member.jobs.begin() else { return }
            if case .tiles(_, let columns) = job.assignment.lease.work {
                begin(member, job, from: columns.lowerBound, at: now)
            } else {
                begin(member, job, from: 0, at: now)
            }
        }

        /// Ends what is over; the next tile of the same lease begins when this one ended, however late that was noticed.
        func finish(_ member: Member) throws {
            while let unit = member.unit, unit.end <= now {
                member.unit = nil
                member.jobs.step()
                spent += unit.seconds
                if case .tiles(_, let columns) = unit.part.work,
                    case .tiles(_, let all) = unit.job.assignment.lease.work, all.contains(columns.upperBound),
                    member.jobs.wants(column: columns.upperBound)
                {
                    begin(member, unit.job, from: columns.upperBound, at: unit.end)
                } else {
                    member.jobs.finish()
                }
                if let findings = sweeps[unit.part.sweep]?.findings {
                    member.session.finish([findings.outcome(of: unit.part, seconds: unit.seconds)], now)
                }
                try settle(member)
            }
        }

        let deadline = Duration.seconds(patience)
        while last == nil, now < deadline {
            let next = members.map { min($0.nextTick, $0.unit?.end ?? $0.nextTick) }.min() ?? now
            let ready = try poll(items, timeout: max(.zero, min(next - now, .milliseconds(100))))
            for (member, readiness) in zip(members, ready) {
                if readiness.contains(.receive) {
                    while let received = try member.socket.receive(limits: generousLimits) {
                        guard case .message(let frames) = received else { continue }
                        member.session.receive(try CoordinatorMessage(frames: frames), now)
                    }
                    try settle(member)
                }
                try finish(member)
                if now >= member.nextTick {
                    member.session.tick(
                        now, progress: member.jobs.progress, executing: member.jobs.executing?.number)
                    member.nextTick = max(member.session.nextTick(now), now + .milliseconds(20))
                    try settle(member)
                }
            }
        }
        guard let first, let last else { throw ValidationError("no sweep has come, or it has not ended") }
        printJSON(["seconds": (last - first).inSeconds, "worker_seconds": spent])
    }
}
