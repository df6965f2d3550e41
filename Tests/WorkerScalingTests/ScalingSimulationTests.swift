import SweepProtocol
import Testing

@testable import WorkerScaling

/// A batch system and a coordinator that are not there: jobs wait, start, work, time out, are preempted and fail.
private struct SimulatedCluster {
    struct Job {
        var state = WorkerJob.State.pending
        var isStanding: Bool
        var startsAt: Int
        var idle = 0
        var endsAt = Int.max
    }

    var jobs: [Int: Job] = [:]
    var nextID = 1
    var seconds: Double
    var items: Int
    var submissions = 0
    var most = 0
    var works = true
    var rng: SplitMix

    func observe() -> ScalingObservation {
        let list = jobs.sorted { $0.key < $1.key }.map { id, job in
            WorkerJob(id: "\(id)", state: job.state, isStanding: job.isStanding)
        }
        let workers = works ? list.filter { $0.state == .running }.map { ScaledWorker(job: $0.id, isUsable: true) } : []
        let backlog = Backlog(
            tiles: items, items: items, seconds: items > 0 ? seconds : 0, workers: workers.count,
            activeSweeps: items > 0 ? 1 : 0, workerBytes: 0)
        return ScalingObservation(backlog: backlog, workers: workers, jobs: list)
    }

    mutating func perform(_ actions: [ScalingAction], _ scaler: inout WorkerScaler, _ now: Int) {
        for action in actions {
            switch action {
            case .submit(let count, let isStanding):
                for _ in 0..<count {
                    if rng.next(10) == 0 {
                        _ = scaler.noteFailedSubmission(.seconds(now))
                        break
                    }
                    jobs[nextID] = Job(isStanding: isStanding, startsAt: now + rng.next(120))
                    scaler.noteSubmitted("\(nextID)")
                    (nextID, submissions) = (nextID + 1, submissions + 1)
                }
            case .cancelPending(let ids):
                for id in ids.compactMap({ Int($0) }) where jobs[id]?.state == .pending {
                    jobs[id]?.state = .over("CANCELLED")
                }
            case .end(let ids), .drain(let ids):
                for id in ids.compactMap({ Int($0) }) { jobs[id]?.state = .over("COMPLETED") }
            }
        }
    }

    mutating func pass(_ step: Int, until now: Int) {
        for id in jobs.keys.sorted() {
            guard var job = jobs[id] else { continue }
            switch job.state {
            case .pending where job.startsAt <= now: (job.state, job.endsAt) = (.running, now + (works ? 1800 : 5))
            case .running where job.endsAt <= now: job.state = .over(works ? "TIMEOUT" : "FAILED")
            case .running where rng.next(200) == 0:
                (job.state, job.startsAt, job.idle) = (.pending, now + rng.next(60), 0)
            case .running where rng.next(200) == 0: job.state = .over("NODE_FAIL")
            case .running where works && items > 0:
                seconds = max(0, seconds - Double(step))
                items = Int((seconds / 2).rounded(.up))
                job.idle = 0
            case .running:
                job.idle += step
                if job.idle > 300, !job.isStanding { job.state = .over("COMPLETED") }
            case .over: if rng.next(4) == 0 { jobs[id] = nil; continue }
            default: break
            }
            jobs[id] = job
        }
        most = max(most, jobs.values.count { $0.state == .running || $0.state == .pending })
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}

@Suite("Scaling a cluster that is simulated")
struct ScalingSimulationTests {
    @Test(arguments: 0..<50)
    func everythingIsDoneWithinTheLimitsAndShrinksBack(seed: UInt64) {
        let least = Int(seed % 3)
        var cluster = SimulatedCluster(seconds: 40_000, items: 20_000, rng: SplitMix(state: seed))
        var scaler = WorkerScaler(WorkerScalerTests.policy(least: least, most: 12))
        var doneAt: Int?
        for now in stride(from: 0, through: 30_000, by: 15) {
            // Whoever scales is started anew from time to time, and knows nothing then.
            if now % 3000 == 2985 { scaler = WorkerScaler(scaler.policy) }
            let actions = scaler.decide(cluster.observe(), .seconds(now)).actions
            cluster.perform(actions, &scaler, now)
            cluster.pass(15, until: now)
            if cluster.items == 0, doneAt == nil { doneAt = now }
        }
        #expect(cluster.most <= 12)
        // 12 workers at best take 3,333 s.
        #expect((doneAt ?? .max) < 8000, "done after \(doneAt ?? -1) s")
        let left = cluster.jobs.values.filter { $0.state == .running || $0.state == .pending }
        #expect(left.allSatisfy(\.isStanding) && left.count <= least)
        #expect(cluster.submissions < 1000)
    }

    @Test func whereNoJobEverWorksFewAreStarted() {
        var cluster = SimulatedCluster(seconds: 40_000, items: 20_000, works: false, rng: SplitMix(state: 1))
        var scaler = WorkerScaler(WorkerScalerTests.policy(most: 12))
        for now in stride(from: 0, through: 86_400, by: 15) {
            cluster.perform(scaler.decide(cluster.observe(), .seconds(now)).actions, &scaler, now)
            cluster.pass(15, until: now)
        }
        // The first dozen, and then one each half hour at last.
        #expect((10...80).contains(cluster.submissions), "\(cluster.submissions) submissions in a day")
    }
}
