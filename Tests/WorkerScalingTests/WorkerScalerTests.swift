import SweepProtocol
import Testing

@testable import WorkerScaling

@Suite("Deciding how many jobs there should be")
struct WorkerScalerTests {
    static func policy(least: Int = 0, most: Int = 20, each: Int = 1) -> ScalingPolicy {
        ScalingPolicy(least: least, most: most, workersPerJob: each, target: 60, firstPause: .seconds(10))
    }

    static func backlog(_ items: Int, seconds: Double?) -> Backlog {
        Backlog(
            tiles: items, items: items, seconds: seconds, workers: 0, activeSweeps: items > 0 ? 1 : 0, workerBytes: 0)
    }

    static func seen(
        _ items: Int = 1000, seconds: Double? = 600, jobs: [WorkerJob] = [], workers: [ScaledWorker] = []
    ) -> ScalingObservation {
        ScalingObservation(backlog: backlog(items, seconds: seconds), workers: workers, jobs: jobs)
    }

    static func jobs(_ ids: ClosedRange<Int>, _ state: WorkerJob.State, isStanding: Bool = false) -> [WorkerJob] {
        ids.map { WorkerJob(id: "\($0)", state: state, isStanding: isStanding) }
    }

    static func workers(_ ids: ClosedRange<Int>, isUsable: Bool = true) -> [ScaledWorker] {
        ids.map { ScaledWorker(job: "\($0)", isUsable: isUsable) }
    }

    @Test func nothingIsLeftAndNothingIsDone() {
        var scaler = WorkerScaler(Self.policy())
        #expect(scaler.decide(Self.seen(0, seconds: 0), .zero).actions.isEmpty)
    }

    @Test func oneWorkerShowsHowLongItTakes() {
        var scaler = WorkerScaler(Self.policy())
        #expect(scaler.decide(Self.seen(seconds: nil), .zero).actions == [.submit(1, isStanding: false)])
    }

    @Test func thereAreAsManyAsTheWorkDeservesAndNoMoreThanAllowed() {
        var scaler = WorkerScaler(Self.policy(most: 7))
        #expect(scaler.decide(Self.seen(seconds: 240), .zero).actions == [.submit(4, isStanding: false)])
        var other = WorkerScaler(Self.policy(most: 7))
        #expect(other.decide(Self.seen(seconds: 1e30), .zero).actions == [.submit(7, isStanding: false)])
        var burst = WorkerScaler(Self.policy(most: 500))
        #expect(burst.decide(Self.seen(seconds: 1e30), .zero).actions == [.submit(10, isStanding: false)])
    }

    @Test func whatPendsOrRunsIsNotSubmittedAgain() {
        var scaler = WorkerScaler(Self.policy())
        let jobs = Self.jobs(1...6, .running) + Self.jobs(7...9, .pending)
        let decision = scaler.decide(Self.seen(jobs: jobs, workers: Self.workers(1...5)), .zero)
        #expect(decision.wanted == 10 && decision.actions == [.submit(1, isStanding: false)])
    }

    @Test func jobsHoldSeveralWorkersAndThoseStartedByHandCount() {
        var scaler = WorkerScaler(Self.policy(each: 4))
        #expect(scaler.decide(Self.seen(), .zero).actions == [.submit(3, isStanding: false)])
        let foreign =
            [ScaledWorker](repeating: ScaledWorker(job: nil, isUsable: true), count: 5)
            + [ScaledWorker(job: "99", isUsable: true), ScaledWorker(job: nil, isUsable: false)]
        #expect(scaler.decide(Self.seen(workers: foreign), .zero).actions == [.submit(1, isStanding: false)])
    }

    @Test func jobsWhoseWorkersGetNoWorkAreReplacedWithinTheLimit() {
        var scaler = WorkerScaler(Self.policy(most: 11))
        let seen = Self.seen(
            jobs: Self.jobs(1...10, .running), workers: Self.workers(1...7) + Self.workers(8...10, isUsable: false))
        #expect(scaler.decide(seen, .zero).actions == [.submit(1, isStanding: false)])
    }

    @Test func workersThatACoordinatorHasForgottenForAMomentAreNotReplaced() {
        var scaler = WorkerScaler(Self.policy())
        let jobs = Self.jobs(1...10, .running)
        _ = scaler.decide(Self.seen(jobs: jobs, workers: Self.workers(1...10)), .zero)
        #expect(scaler.decide(Self.seen(jobs: jobs), .seconds(15)).actions.isEmpty)
    }

    @Test func pendingJobsGoTheYoungestFirstOnceTheyWereTooManyForAWhile() {
        var scaler = WorkerScaler(Self.policy())
        let jobs = Self.jobs(1...3, .running) + Self.jobs(8...12, .pending)
        let seen = Self.seen(seconds: 300, jobs: jobs, workers: Self.workers(1...3))
        #expect(scaler.decide(seen, .zero).actions.isEmpty)
        #expect(scaler.decide(seen, .seconds(59)).actions.isEmpty)
        #expect(scaler.decide(seen, .seconds(60)).actions == [.cancelPending(["10", "11", "12"])])
        // A prediction that wavers starts the wait anew.
        var wavering = WorkerScaler(Self.policy())
        _ = wavering.decide(seen, .zero)
        _ = wavering.decide(Self.seen(seconds: 480, jobs: jobs), .seconds(30))
        #expect(wavering.decide(seen, .seconds(61)).actions.isEmpty)
    }

    @Test func whereNothingIsLeftPendingJobsGoAtOnceAndRunningOnesLeaveByThemselves() {
        var scaler = WorkerScaler(Self.policy())
        let jobs = Self.jobs(1...3, .running) + Self.jobs(4...5, .pending)
        let decision = scaler.decide(Self.seen(0, seconds: 0, jobs: jobs, workers: Self.workers(1...3)), .zero)
        #expect(decision.actions == [.cancelPending(["4", "5"])])
    }

    @Test func theLeastNumberStays() {
        var scaler = WorkerScaler(Self.policy(least: 2))
        #expect(scaler.decide(Self.seen(0, seconds: 0), .zero).actions == [.submit(2, isStanding: true)])
        var other = WorkerScaler(Self.policy(least: 2))
        #expect(
            other.decide(Self.seen(), .zero).actions == [.submit(2, isStanding: true), .submit(8, isStanding: false)])
        let both = Self.jobs(1...2, .running, isStanding: true) + Self.jobs(3...4, .pending)
        #expect(other.decide(Self.seen(0, seconds: 0, jobs: both), .zero).actions == [.cancelPending(["3", "4"])])
    }

    @Test func standingJobsOfALargerMinimumAreToldToGoOnce() {
        var scaler = WorkerScaler(Self.policy(least: 1))
        let seen = Self.seen(
            0, seconds: 0, jobs: Self.jobs(1...3, .running, isStanding: true), workers: Self.workers(1...3))
        #expect(scaler.decide(seen, .zero).actions == [.drain(["2", "3"])])
        #expect(scaler.decide(seen, .seconds(15)).actions.isEmpty)
    }

    // MARK: Failures

    @Test func refusedSubmissionsPauseLongerAndLongerAndOneTellsWhetherItWorksAgain() {
        var scaler = WorkerScaler(Self.policy())
        _ = scaler.decide(Self.seen(), .zero)
        #expect(scaler.noteFailedSubmission(.zero) == .seconds(10))
        #expect(scaler.decide(Self.seen(), .seconds(9)).actions.isEmpty)
        #expect(scaler.decide(Self.seen(), .seconds(9)).reason.hasSuffix("submitting is paused for 1 s"))
        #expect(scaler.decide(Self.seen(), .seconds(10)).actions == [.submit(1, isStanding: false)])
        #expect(scaler.noteFailedSubmission(.seconds(10)) == .seconds(20))
        #expect(scaler.decide(Self.seen(), .seconds(30)).actions == [.submit(1, isStanding: false)])
        scaler.noteSubmitted("1")
        let seen = Self.seen(jobs: Self.jobs(1...1, .pending))
        #expect(scaler.decide(seen, .seconds(31)).actions == [.submit(9, isStanding: false)])
        #expect(scaler.noteFailedSubmission(.seconds(31)) == .seconds(10))
    }

    @Test func pausesEndAtHalfAnHour() {
        let backoff = Backoff(first: .seconds(10))
        #expect(
            [0, 1, 2, 8, 9, 31, Int.max].map { backoff.pause(after: $0).components.seconds } == [
                0, 10, 20, 1280, 1800, 1800, 1800,
            ])
    }

    /// Looks at jobs that fail without a word from their workers, and submits what is asked for.
    private func fail(_ scaler: inout WorkerScaler, _ id: Int, at second: Int) -> ScalingDecision {
        scaler.noteSubmitted("\(id)")
        _ = scaler.decide(Self.seen(seconds: nil, jobs: Self.jobs(id...id, .running)), .seconds(second))
        return scaler.decide(
            Self.seen(seconds: nil, jobs: Self.jobs(id...id, .over("FAILED, NonZeroExitCode"))), .seconds(second + 1))
    }

    @Test func jobsThatNeverRegisterEndTheSubmittingForAWhile() {
        var scaler = WorkerScaler(Self.policy())
        #expect(fail(&scaler, 1, at: 0).actions == [.submit(1, isStanding: false)])
        #expect(fail(&scaler, 2, at: 10).actions == [.submit(1, isStanding: false)])
        let third = fail(&scaler, 3, at: 20)
        #expect(third.actions.isEmpty)
        #expect(
            third.notes == [
                .neverRegistered(job: "3", how: "FAILED, NonZeroExitCode", inRow: 3),
                .startsPaused(.seconds(10), inRow: 3, lastJob: "3"),
            ])
        #expect(scaler.decide(Self.seen(seconds: nil), .seconds(30)).actions.isEmpty)
        #expect(scaler.decide(Self.seen(seconds: 6000), .seconds(31)).actions == [.submit(1, isStanding: false)])
        // One probe at a time, and a longer pause after it failed.
        scaler.noteSubmitted("4")
        #expect(scaler.decide(Self.seen(seconds: 6000, jobs: Self.jobs(4...4, .pending)), .seconds(32)).actions.isEmpty)
        #expect(fail(&scaler, 4, at: 33).notes.last == .startsPaused(.seconds(20), inRow: 4, lastJob: "4"))
        // And all of them at once where one works.
        scaler.noteSubmitted("5")
        let seen = Self.seen(seconds: 240, jobs: Self.jobs(5...5, .running), workers: Self.workers(5...5))
        let decision = scaler.decide(seen, .seconds(60))
        #expect(decision.notes == [.registered(job: "5")] && decision.actions == [.submit(3, isStanding: false)])
    }

    @Test func manyThatFailTogetherAreOnePauseAndPendingOnesAreCancelled() {
        var scaler = WorkerScaler(Self.policy())
        for id in 1...9 { scaler.noteSubmitted("\(id)") }
        let decision = scaler.decide(
            Self.seen(jobs: Self.jobs(1...6, .over("FAILED")) + Self.jobs(7...9, .pending)), .seconds(5))
        #expect(decision.notes.count == 7 && scaler.unregisteredInRow == 6)
        #expect(decision.actions == [.cancelPending(["7", "8", "9"])])
        // Those were cancelled on purpose.
        let after = scaler.decide(Self.seen(jobs: Self.jobs(7...9, .over("CANCELLED"))), .seconds(6))
        #expect(after.notes.isEmpty && scaler.unregisteredInRow == 6)
    }

    @Test func aJobThatRunsWithoutAWorkerIsEnded() {
        var scaler = WorkerScaler(Self.policy(most: 1))
        let seen = Self.seen(jobs: Self.jobs(1...1, .running))
        #expect(scaler.decide(seen, .zero).actions.isEmpty)
        #expect(scaler.decide(seen, .seconds(600)).actions.isEmpty)
        let decision = scaler.decide(seen, .seconds(601))
        #expect(decision.actions.first == .end(["1"]) && scaler.unregisteredInRow == 1)
        #expect(scaler.decide(Self.seen(jobs: Self.jobs(1...1, .over("CANCELLED"))), .seconds(602)).notes.isEmpty)
    }

    @Test func preemptionRequeueAndTimeLimitsAreNoFailures() {
        var scaler = WorkerScaler(Self.policy())
        let jobs = Self.jobs(1...10, .running)
        _ = scaler.decide(Self.seen(jobs: jobs, workers: Self.workers(1...7)), .zero)
        let later =
            Self.jobs(1...1, .pending) + Self.jobs(2...2, .interrupted) + Self.jobs(3...3, .over("TIMEOUT, TimeLimit"))
            + Self.jobs(4...7, .running) + Self.jobs(8...8, .interrupted) + Self.jobs(9...9, .pending)
            + Self.jobs(10...10, .ending)
        let decision = scaler.decide(Self.seen(jobs: later, workers: Self.workers(4...7)), .seconds(15))
        #expect(scaler.unregisteredInRow == 0)
        #expect(
            decision.notes == [
                .interrupted(job: "1"), .interrupted(job: "2"), .ended(job: "3", how: "TIMEOUT, TimeLimit"),
                .interrupted(job: "8"), .interrupted(job: "9"),
            ])
        // What is pending again counts; what is gone is replaced.
        #expect(decision.actions == [.submit(4, isStanding: false)])
    }

    @Test func aJobThatComesBackHasToShowAnewThatItWorks() {
        var scaler = WorkerScaler(Self.policy())
        _ = scaler.decide(Self.seen(jobs: Self.jobs(1...1, .running), workers: Self.workers(1...1)), .zero)
        let seenOver = scaler.decide(Self.seen(jobs: Self.jobs(1...1, .over("COMPLETED"))), .seconds(1))
        #expect(seenOver.notes == [.ended(job: "1", how: "COMPLETED")])
        #expect(scaler.decide(Self.seen(jobs: Self.jobs(1...1, .pending)), .seconds(2)).notes.isEmpty)
        #expect(scaler.decide(Self.seen(jobs: Self.jobs(1...1, .running)), .seconds(3)).notes.isEmpty)
        let failed = scaler.decide(Self.seen(jobs: Self.jobs(1...1, .over("FAILED"))), .seconds(4))
        #expect(failed.notes == [.neverRegistered(job: "1", how: "FAILED", inRow: 1)])
    }

    @Test func jobsOfAnEarlierLifeAreFoundAndWhatEndedThenIsNobodysBusiness() {
        var scaler = WorkerScaler(Self.policy())
        let seen = Self.seen(
            jobs: Self.jobs(1...5, .over("FAILED")) + Self.jobs(6...13, .running) + Self.jobs(14...15, .pending))
        let decision = scaler.decide(seen, .zero)
        #expect(decision.actions.isEmpty && decision.notes.isEmpty && scaler.unregisteredInRow == 0)
        // One that has vanished by the next time ended all the same.
        let next = scaler.decide(Self.seen(jobs: Self.jobs(7...15, .running)), .seconds(15))
        #expect(next.notes == [.neverRegistered(job: "6", how: "it is gone from the queue", inRow: 1)])
    }
}
