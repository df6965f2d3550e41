internal import Foundation
internal import SweepModel
internal import SweepProtocol
package import WorkerScaling
internal import ZeroMQ

/// Keeps as many worker jobs in Slurm as a coordinator's backlog deserves: looks at both from time to time and does what
/// `WorkerScaler` decides.
package struct SlurmScaling {
    package struct Options: Sendable {
        package var policy: ScalingPolicy
        package var submission: SlurmSubmission
        package var names: SlurmJobNames
        /// How often to look.
        package var interval: Duration
        /// How long the coordinator may take to answer.
        package var patience: Duration
        /// Whether running workers are told to go when this is.
        package var drainsAtStop: Bool

        package init(
            policy: ScalingPolicy, submission: SlurmSubmission, names: SlurmJobNames, interval: Duration,
            patience: Duration, drainsAtStop: Bool
        ) {
            self.policy = policy
            self.submission = submission
            self.names = names
            self.interval = interval
            self.patience = patience
            self.drainsAtStop = drainsAtStop
        }
    }

    private let address: EndpointArgument
    private let credentials: ClientCredentials
    private let options: Options
    private let queue: SlurmQueue
    private let log: EventLog

    package init(_ address: EndpointArgument, credentials: ClientCredentials, options: Options, log: EventLog) {
        self.address = address
        self.credentials = credentials
        self.options = options
        self.log = log
        queue = SlurmQueue(names: options.names)
    }

    /// What would be done now, and why; does none of it.
    package func plan(signals: SignalInbox) throws -> String {
        var scaler = WorkerScaler(options.policy)
        let decision = scaler.decide(try observe(signals), .zero)
        var lines = [decision.reason]
        for action in decision.actions {
            switch action {
            case .submit(let count, let isStanding):
                let words = ["sbatch"] + options.submission.arguments(name: options.names.name(isStanding: isStanding))
                lines.append("would submit \(count) job\(count == 1 ? "" : "s") with: \(words.joined(separator: " "))")
                lines.append(options.submission.script(isStanding: isStanding).trimmingCharacters(in: .newlines))
            case .cancelPending(let ids): lines.append("would cancel pending jobs \(ids.joined(separator: ", "))")
            case .drain(let ids): lines.append("would let go of jobs \(ids.joined(separator: ", "))")
            case .end(let ids): lines.append("would end jobs \(ids.joined(separator: ", "))")
            }
        }
        if decision.actions.isEmpty { lines.append("would do nothing") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Goes on until a signal comes. Returns the exit status: interrupted where there is something left to do.
    package func run(signals: SignalInbox) throws -> Int32 {
        try makeLogs()
        let clock = ContinuousClock()
        let start = clock.now
        var scaler = WorkerScaler(options.policy)
        var wanted: Int?
        var isBusy = true
        var isFirst = true
        // Who is away is not helped by questions; who comes back should not wait for long.
        let backoff = Backoff(first: options.interval, longest: max(options.interval, .seconds(300)))
        var failedLooks = 0
        log.note(
            kind: "scaling", "scaling jobs '\(options.names.ordinary)' for the coordinator at \(address)",
            fields: ["job_name": options.names.ordinary])
        do {
            while true {
                do {
                    let seen = try observe(signals)
                    if failedLooks > 0 {
                        log.note(kind: "known-again", "coordinator and Slurm answer again")
                        failedLooks = 0
                    }
                    isBusy = seen.backlog.items > 0
                    isFirst = false
                    let decision = scaler.decide(seen, clock.now - start)
                    for note in decision.notes { tell(note) }
                    if decision.wanted != wanted || !decision.actions.isEmpty {
                        log.note(kind: "wanted", decision.reason, fields: ["wanted": "\(decision.wanted)"])
                        wanted = decision.wanted
                    }
                    for action in decision.actions { try perform(action, &scaler) { clock.now - start } }
                } catch let complaint as Complaint {
                    // Later on it is the coordinator or Slurm that is away for a while, and both come back.
                    if isFirst, complaint.kind == .request { throw complaint }
                    failedLooks += 1
                    let seconds = backoff.pause(after: failedLooks).components.seconds
                    log.note(
                        kind: "unknown",
                        "nothing is decided: \(complaint); looking again in \(seconds) s (failure \(failedLooks) in a row)",
                        isWarning: true, fields: ["failures": "\(failedLooks)", "pause": "\(seconds)"])
                }
                try pause(signals, failedLooks > 0 ? backoff.pause(after: failedLooks) : options.interval)
            }
        } catch is Interruption {
            try stop()
            return isBusy ? ExitStatus.interrupted : ExitStatus.done
        }
    }

    // MARK: Looking

    /// Slurm first: a worker that has registered by then is seen at the coordinator.
    private func observe(_ signals: SignalInbox) throws -> ScalingObservation {
        let jobs = try queue.jobs()
        var settings = ClientSettings(patience: options.patience)
        settings.silence = { [log] place in
            log.note(kind: "silent", "waiting for the coordinator at \(place)", isWarning: true)
        }
        var client = try CoordinatorClient(address, credentials: credentials, settings: settings, signals: signals)
        let answers = Result { (try client.backlog(), try client.workers()) }
        client.close()
        let (backlog, workers) = try answers.get()
        return ScalingObservation(
            backlog: backlog,
            workers: workers.map { ScaledWorker(job: $0.job, isUsable: $0.state == .idle || $0.state == .busy) },
            jobs: jobs)
    }

    private func pause(_ signals: SignalInbox, _ duration: Duration) throws {
        let clock = ContinuousClock()
        let end = clock.now + duration
        repeat {
            _ = try poll([signals.wakeUp.pollItem], timeout: max(.zero, end - clock.now))
            for signal in signals.take() where SignalInbox.isEnd(signal) { throw Interruption() }
        } while clock.now < end
    }

    // MARK: Doing

    private func perform(_ action: ScalingAction, _ scaler: inout WorkerScaler, now: () -> Duration) throws {
        switch action {
        case .submit(let count, let isStanding):
            for _ in 0..<count where !scaler.isPaused(now()) {
                do {
                    let id = try queue.submit(options.submission, isStanding: isStanding)
                    scaler.noteSubmitted(id)
                    log.note(kind: "submitted", "submitted job \(id)", fields: ["job": id])
                } catch {
                    let pause = scaler.noteFailedSubmission(now())
                    log.note(
                        kind: "submission-failed",
                        "a job was not submitted: \(error); trying again in \(pause.components.seconds) s "
                            + "(failure \(scaler.failedSubmissions) in a row)",
                        isWarning: true,
                        fields: ["failures": "\(scaler.failedSubmissions)", "pause": "\(pause.components.seconds)"])
                }
            }
        case .cancelPending(let ids):
            try queue.cancelPending(ids)
            log.note(kind: "cancelled", "cancelled pending jobs \(ids.joined(separator: ", "))")
        case .drain(let ids):
            try queue.drain(ids)
            log.note(kind: "drained", "let go of jobs \(ids.joined(separator: ", "))")
        case .end(let ids):
            try queue.cancel(ids)
            log.note(kind: "cancelled", "ended jobs \(ids.joined(separator: ", ")), whose workers have not registered")
        }
    }

    /// Leaves nothing pending behind; workers that would never go by themselves are told to.
    private func stop() throws {
        try queue.cancelAllPending()
        let running = try queue.jobs().filter { $0.state == .running }
        let told = running.filter { options.drainsAtStop || $0.isStanding }.map(\.id)
        if !told.isEmpty { try queue.drain(told) }
        let left = running.count - told.count
        log.note(
            kind: "stopped",
            "stopped: pending jobs are cancelled, \(told.count) running ones let go of"
                + (left > 0 ? ", \(left) go on until they have nothing to do" : ""))
    }

    private func makeLogs() throws(Complaint) {
        do {
            try FileManager.default.createDirectory(atPath: options.submission.logs, withIntermediateDirectories: true)
        } catch {
            throw Complaint(
                .request, "the directory for logs cannot be made: \(error.localizedDescription)",
                at: options.submission.logs, advice: "name another with --logs, on a disk that the nodes share")
        }
    }

    private func tell(_ note: ScalingNote) {
        switch note {
        case .registered(let job): log.note(kind: "registered", "job \(job) works", fields: ["job": job])
        case .neverRegistered(let job, let how, let count):
            log.note(
                kind: "never-registered",
                "job \(job) ended without its worker ever having registered: \(how) (\(count) in a row); see "
                    + options.submission.log(of: job), isWarning: true,
                fields: ["job": job, "log": options.submission.log(of: job)])
        case .startsPaused(let pause, let count, let job):
            log.note(
                kind: "starts-paused",
                "\(count) jobs in a row ended before their workers registered: nothing is submitted for "
                    + "\(pause.components.seconds) s; the last one's log, \(options.submission.log(of: job)), says why",
                isWarning: true,
                fields: ["job": job, "pause": "\(pause.components.seconds)", "log": options.submission.log(of: job)])
        case .interrupted(let job):
            log.note(kind: "interrupted", "job \(job) was preempted, requeued or lost its node", fields: ["job": job])
        case .ended(let job, let how): log.note(kind: "ended", "job \(job) ended: \(how)", fields: ["job": job])
        }
    }
}
