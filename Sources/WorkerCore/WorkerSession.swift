package import SweepModel
package import SweepProtocol

/// What a worker says and does: a state machine over what it hears, what it has computed and the time.
///
/// It has no clock, no socket and no thread. Messages may be lost, late, repeated and in another order: everything that it holds it
/// names in its heartbeats, and every result it sends again until it is acknowledged.
package struct WorkerSession {
    /// What is to be done, in this order.
    package enum Effect: Hashable, Sendable {
        case send(WorkerMessage)
        /// Say that everything so far has arrived.
        case answer(Pong)
        /// A sweep of which there will be work.
        case open(SweepID, SweepContext)
        /// Nothing of a sweep is wanted any more.
        case close(SweepID)
        case compute(Job)
        /// Tiles of a lease at `end` and beyond are not wanted any more, unless begun.
        case cut(lease: UInt64, end: Int)
        /// Whoever computes may use so many threads from now on.
        case allow(threads: Int)
        /// What the coordinator says to whoever computes.
        case deliver(ArtifactMessage)
        case end(Ending)
    }

    /// Work with everything that it needs.
    package struct Job: Hashable, Sendable {
        package let assignment: Assignment
        /// The artifacts of the tiles' rows, and of each tile's columns.
        package let rows: [ArtifactNames]
        package let columns: [[ArtifactNames]]

        package init(assignment: Assignment, rows: [ArtifactNames], columns: [[ArtifactNames]]) {
            self.assignment = assignment
            self.rows = rows
            self.columns = columns
        }
    }

    package enum Ending: Hashable, Sendable {
        /// It was told to stop, or left as it was told.
        case done(String)
        /// The coordinator stayed away.
        case abandoned
        case refused(String)
    }

    /// Limits, in seconds where they are times; nil where there is none.
    package struct Limits: Sendable {
        package var idleTimeout: Duration?
        package var deadline: Duration?
        package var reconnectTimeout: Duration
        /// How long the tile that is being computed may take when the worker has to go.
        package var grace: Duration

        package init(
            idleTimeout: Duration? = nil, deadline: Duration? = nil, reconnectTimeout: Duration, grace: Duration
        ) {
            self.idleTimeout = idleTimeout
            self.deadline = deadline
            self.reconnectTimeout = reconnectTimeout
            self.grace = grace
        }
    }

    private struct Held {
        let lease: Lease
        /// Of a run of tiles the columns that are not computed.
        var columns: Range<Int>?
    }

    private struct Unacknowledged {
        let outcome: LeaseOutcome
        var sentAt: Duration
    }

    private struct Block: Hashable {
        let sweep: SweepID
        let block: Int
        let isColumn: Bool
    }

    private let introduction: WorkerHello
    private let limits: Limits
    package private(set) var isRegistered = false
    package private(set) var isLeaving = false
    private var isConnected = false
    private var welcome: Welcome?
    private var sweeps: [SweepID: SweepContext] = [:]
    /// With the generation that they are of.
    private var names: [Block: (generation: UInt64, layers: [ArtifactNames])] = [:]
    private var held: [Held] = []
    private var results: [Unacknowledged] = []
    private var resultBytes = 0
    private var awaySince: Duration
    private var idleSince: Duration
    private var leaveBy: Duration?
    private var leaveReason = ""
    /// The threads that whoever computes may use.
    private var allowance: Int
    private var nextHello = Duration.zero
    private var nextHeartbeat = Duration.zero
    private var progress: UInt64 = 0
    private var effects: [Effect] = []

    private static let helloInterval = Duration.seconds(2)
    private static let resendInterval = Duration.seconds(10)
    /// Results that wait for their acknowledgement; beyond that nothing new is begun.
    private static let resultLimit = 256 << 20
    private static let messageBytes = 4 << 20
    private static let messageItems = 1024

    /// - Parameter hello: what stays the same whenever the worker introduces itself.
    package init(_ hello: WorkerHello, limits: Limits, now: Duration) {
        introduction = hello
        allowance = hello.threads
        self.limits = limits
        awaySince = now
        idleSince = now
    }

    /// Whether so many results wait that nothing new should be begun.
    package var isFull: Bool { resultBytes > Self.resultLimit }

    /// Where artifacts are, once the coordinator has said so.
    package var artifacts: (directory: String, token: String)? {
        welcome.map { ($0.artifactDirectory, $0.artifactToken) }
    }

    /// What is to be done since the last call.
    package mutating func takeEffects() -> [Effect] {
        defer { effects = [] }
        return effects
    }

    // MARK: The connection

    package mutating func connected(_ now: Duration) {
        isConnected = true
        isRegistered = false
        introduce(now)
    }

    package mutating func disconnected(_ now: Duration) {
        guard isConnected else { return }
        isConnected = false
        allow(introduction.threads)
        isRegistered = false
        awaySince = now
    }

    private mutating func allow(_ threads: Int) {
        guard threads != allowance else { return }
        allowance = threads
        effects.append(.allow(threads: threads))
    }

    private mutating func introduce(_ now: Duration) {
        var hello = introduction
        hello.secondsLeft = limits.deadline.map { max(0, ($0 - now).inSeconds) }
        hello.held = holdings()
        nextHello = now + Self.helloInterval
        effects.append(.send(.hello(hello)))
    }

    /// What is not computed, and what is not acknowledged; of a lease one entry.
    private func holdings() -> [Lease] {
        var leases: [UInt64: Lease] = [:]
        func add(_ lease: Lease, _ columns: Range<Int>?) {
            guard case .tiles(let row, _) = lease.work, var columns else { return leases[lease.number] = lease }
            if case .tiles(_, let known)? = leases[lease.number]?.work {
                columns = min(known.lowerBound, columns.lowerBound)..<max(known.upperBound, columns.upperBound)
            }
            guard !columns.isEmpty else { return }
            leases[lease.number] = Lease(
                sweep: lease.sweep, number: lease.number, work: .tiles(row: row, columns: columns))
        }
        for lease in held { add(lease.lease, lease.columns) }
        for result in results {
            if case .tiles(_, let columns) = result.outcome.part.work {
                add(result.outcome.part, columns)
            } else {
                add(result.outcome.part, nil)
            }
        }
        return leases.keys.sorted().prefix(ProtocolLimits.items).compactMap { leases[$0] }
    }

    // MARK: Messages

    package mutating func receive(_ message: CoordinatorMessage, _ now: Duration) {
        switch message {
        case .welcome(let welcome): register(welcome, now)
        case .refusal(let reason): end(.refused(reason))
        case .introduce:
            isRegistered = false
            introduce(now)
        case .shutdown:
            leaveReason = "the coordinator said so"
            depart()
        case .ping(let ticket): if ticket != 0 { effects.append(.answer(Pong(ticket: ticket))) }
        case .reply: break
        case .sweep(let id, let context):
            guard sweeps[id] == nil else { return }
            sweeps[id] = context
            effects.append(.open(id, context))
        case .names(let id, let block, let isColumn, let generation, let layers):
            names[Block(sweep: id, block: block, isColumn: isColumn)] = (generation, layers)
        case .assignments(let assignments): for assignment in assignments { take(assignment, now) }
        case .acknowledgement(let parts): acknowledge(parts)
        case .shrink(let number, let end): shrink(number, end)
        case .closed(let id): close(id, now)
        // Never fewer than its own, and never more than it can run.
        case .allowance(let threads):
            allow(min(max(threads, introduction.threads), max(introduction.threads, introduction.processors)))
        case .artifact(let message): effects.append(.deliver(message))
        }
    }

    private mutating func register(_ welcome: Welcome, _ now: Duration) {
        self.welcome = welcome
        guard !isRegistered else { return }
        isRegistered = true
        allow(introduction.threads)
        nextHeartbeat = now
        // Whatever was on its way when the connection broke.
        sendResults(now) { _ in true }
        if isLeaving { effects.append(.send(.leaving(executing: held.first?.lease.number))) }
    }

    /// The layers of blocks with the names of their artifacts; nil where those of the generation are not here.
    private func layers(
        _ blocks: Range<Int>, isColumn: Bool, of sweep: SweepID, _ generation: UInt64
    ) -> [ArtifactNames]? {
        var layers: [ArtifactNames] = []
        for block in blocks {
            guard let found = names[Block(sweep: sweep, block: block, isColumn: isColumn)],
                found.generation == generation
            else { return nil }
            layers += found.layers
        }
        return layers
    }

    private mutating func take(_ assignment: Assignment, _ now: Duration) {
        let lease = assignment.lease
        guard !isLeaving, let context = sweeps[lease.sweep], !held.contains(where: { $0.lease.number == lease.number }),
            !results.contains(where: { $0.outcome.part.number == lease.number })
        else { return }
        var rows: [ArtifactNames] = []
        var columns: [[ArtifactNames]] = []
        var range: Range<Int>?
        if case .tiles(let row, let run) = lease.work, case .tiles(let generation) = assignment.inputs {
            // Names that were told before the sweep began anew may lack layers that were given up then. Where the right ones are not
            // here, the coordinator finds the lease missing from heartbeats, and hands it out again.
            let grid = context.plan.grid
            guard grid.contains(row: row, columns: run),
                let found = layers(grid.rowBlocks(row), isColumn: false, of: lease.sweep, generation)
            else { return }
            rows = found
            for column in run {
                let blocks = grid.columnBlocks(column, ofRow: row)
                guard
                    let found = layers(
                        blocks, isColumn: !context.plan.isSymmetric, of: lease.sweep, generation)
                else { return }
                columns.append(found)
            }
            range = run
        }
        if held.isEmpty { nextHeartbeat = min(nextHeartbeat, now + busyHeartbeat) }
        held.append(Held(lease: lease, columns: range))
        effects.append(.compute(Job(assignment: assignment, rows: rows, columns: columns)))
    }

    private mutating func acknowledge(_ parts: [Lease]) {
        let acknowledged = Set(parts)
        results.removeAll { result in
            guard acknowledged.contains(result.outcome.part) else { return false }
            resultBytes -= Self.size(result.outcome)
            return true
        }
        leaveIfFinished()
    }

    private mutating func shrink(_ number: UInt64, _ end: Int) {
        guard let index = held.firstIndex(where: { $0.lease.number == number }) else { return }
        effects.append(.cut(lease: number, end: end))
        if let columns = held[index].columns, end > columns.lowerBound {
            held[index].columns = columns.lowerBound..<min(end, columns.upperBound)
        } else {
            held.remove(at: index)
        }
    }

    private mutating func close(_ id: SweepID, _ now: Duration) {
        sweeps[id] = nil
        names = names.filter { $0.key.sweep != id }
        held.removeAll { $0.lease.sweep == id }
        results.removeAll { $0.outcome.part.sweep == id }
        resultBytes = results.reduce(0) { $0 + Self.size($1.outcome) }
        if held.isEmpty { idleSince = now }
        effects.append(.close(id))
    }

    // MARK: Results

    /// Takes in what was computed since the last call.
    package mutating func finish(_ outcomes: [LeaseOutcome], _ now: Duration) {
        for outcome in outcomes where sweeps[outcome.part.sweep] != nil {
            results.append(Unacknowledged(outcome: outcome, sentAt: .seconds(-1_000_000)))
            resultBytes += Self.size(outcome)
            guard let index = held.firstIndex(where: { $0.lease.number == outcome.part.number }) else { continue }
            if case .tiles(_, let done) = outcome.part.work, let columns = held[index].columns,
                done.upperBound < columns.upperBound
            {
                held[index].columns = done.upperBound..<columns.upperBound
            } else {
                held.remove(at: index)
            }
        }
        if held.isEmpty { idleSince = now }
        if isRegistered { sendResults(now) { $0.sentAt < .zero } }
    }

    /// A sweep that cannot be worked on here.
    package mutating func unfit(_ sweep: SweepID, _ complaint: Complaint) {
        held.removeAll { $0.lease.sweep == sweep }
        effects.append(.send(.unfit(sweep, complaint)))
    }

    private mutating func sendResults(_ now: Duration, where isWanted: (Unacknowledged) -> Bool) {
        var message: [LeaseOutcome] = []
        var bytes = 0
        for index in results.indices where isWanted(results[index]) {
            let size = Self.size(results[index].outcome)
            if !message.isEmpty, bytes + size > Self.messageBytes || message.count >= Self.messageItems {
                effects.append(.send(.outcomes(message)))
                message = []
                bytes = 0
            }
            message.append(results[index].outcome)
            bytes += size
            results[index].sentAt = now
        }
        if !message.isEmpty { effects.append(.send(.outcomes(message))) }
    }

    private static func size(_ outcome: LeaseOutcome) -> Int {
        if case .tiles(let scores) = outcome.result { scores.count + 64 } else { 1024 }
    }

    // MARK: Time

    private var busyHeartbeat: Duration { .seconds(welcome?.busyHeartbeat ?? 1) }

    /// Time has passed; the compute thread has made `progress` steps.
    package mutating func tick(_ now: Duration, progress: UInt64, executing: UInt64?) {
        self.progress = progress
        if let leaveBy, now >= leaveBy { return depart() }
        if let deadline = limits.deadline, now >= deadline { return depart() }
        if let deadline = limits.deadline, !isLeaving, now >= deadline - limits.grace {
            leave("its time limit is near", executing: executing, now)
        }
        guard isConnected else {
            if now - awaySince > limits.reconnectTimeout { end(.abandoned) }
            return
        }
        guard isRegistered else {
            if now >= nextHello { introduce(now) }
            if now - awaySince > limits.reconnectTimeout { end(.abandoned) }
            return
        }
        awaySince = now
        if now >= nextHeartbeat {
            // What is being computed counts, also where it is wanted no more: the coordinator tells a hung worker by it.
            let numbers = Set(held.map(\.lease.number) + results.map(\.outcome.part.number))
                .union(executing.map { [$0] } ?? []).sorted()
            effects.append(.send(.heartbeat(progress: progress, held: Array(numbers.prefix(ProtocolLimits.items)))))
            let interval = held.isEmpty && results.isEmpty ? .seconds(welcome?.idleHeartbeat ?? 5) : busyHeartbeat
            nextHeartbeat = now + interval
        }
        sendResults(now) { now - $0.sentAt > Self.resendInterval }
        if let timeout = limits.idleTimeout, held.isEmpty, results.isEmpty, now - idleSince > timeout, !isLeaving {
            leave("it had nothing to do for \(Int(timeout.inSeconds)) s", executing: nil, now)
        }
        leaveIfFinished()
    }

    /// When `tick` is due at the latest.
    package func nextTick(_ now: Duration) -> Duration {
        if isLeaving { return now + .milliseconds(50) }
        if !isConnected || !isRegistered { return now + .milliseconds(200) }
        return min(nextHeartbeat, now + .seconds(1))
    }

    // MARK: Leaving

    /// Finishes the tile of the lease `executing` within the grace, hands back everything else and goes; a second time it goes at once.
    package mutating func leave(_ reason: String, executing: UInt64?, _ now: Duration) {
        guard !isLeaving else { return depart() }
        isLeaving = true
        leaveReason = reason
        leaveBy = now + limits.grace
        for lease in held where lease.lease.number != executing {
            effects.append(.cut(lease: lease.lease.number, end: 0))
        }
        held.removeAll { $0.lease.number != executing }
        if let index = held.indices.first, let columns = held[index].columns {
            held[index].columns = columns.lowerBound..<columns.lowerBound + 1
            effects.append(.cut(lease: held[index].lease.number, end: columns.lowerBound + 1))
        }
        if isRegistered { effects.append(.send(.leaving(executing: executing))) }
        leaveIfFinished()
    }

    private mutating func leaveIfFinished() {
        if isLeaving, held.isEmpty, results.isEmpty { depart() }
    }

    private mutating func depart() {
        if isConnected { effects.append(.send(.goodbye)) }
        end(.done(leaveReason.isEmpty ? "its time is over" : leaveReason))
    }

    private mutating func end(_ ending: Ending) {
        guard !effects.contains(where: { if case .end = $0 { true } else { false } }) else { return }
        effects.append(.end(ending))
    }
}
