internal import CoordinatorCore
internal import SweepCost
internal import SweepModel
internal import SweepProtocol

/// The real `Coordinator` on a thread that takes its time, behind a link.
struct CoordinatorModel {
    private var coordinator: Coordinator
    private let rates: CoordinatorRates
    private let contextBytes: Int
    var up: Link
    var down: Link
    private(set) var load = ClusterRun.CoordinatorLoad()
    /// When its thread is done with all messages so far, and with all pieces of artifacts beside.
    private var free = 0.0
    private var freeOfPieces = 0.0

    /// What comes of an event.
    struct Reaction {
        /// When its thread is done with it.
        var end: Double
        /// What workers are told at once, and once all is on disk.
        var said: [(worker: Int, messages: [CoordinatorMessage])] = []
        var committed: [(worker: Int, messages: [CoordinatorMessage])] = []
        var confirmed: [SweepID] = []
        var ending: SweepEnding?
    }

    init(_ coordinator: Coordinator, _ rates: CoordinatorRates, _ shape: ClusterShape, contextBytes: Int) {
        self.coordinator = coordinator
        self.rates = rates
        self.contextBytes = contextBytes
        up = Link(rate: shape.bandwidth)
        down = Link(rate: shape.bandwidth)
    }

    /// Takes in an event that has arrived at `time`, for which its thread takes `seconds` beside what it says.
    mutating func handle(_ event: CoordinatorEvent, at time: Double, seconds: Double) -> Reaction {
        let start = max(time, free)
        let effects = coordinator.handle(event, now: .seconds(start))
        load.longestWait = max(load.longestWait, start - time)
        return react(to: effects, from: start, seconds)
    }

    /// Admits the sweep at the beginning of everything.
    mutating func admit(_ submission: Submission) throws -> Reaction {
        _ = try coordinator.admit(submission, owner: "plan", failsFast: true, wallTime: 0)
        return react(to: coordinator.takeEffects(), from: 0, 0)
    }

    private mutating func react(to effects: [CoordinatorEffect], from start: Double, _ seconds: Double) -> Reaction {
        var reaction = Reaction(end: start)
        var spent = seconds
        for effect in effects {
            switch effect {
            case .send(let message, let peer):
                if case .names(_, _, _, _, let layers) = message { spent += Double(layers.count) * rates.name }
                if case .sweep = message { spent += Double(contextBytes) * rates.byte }
                Self.add(message, WorkerModel.number(of: peer), to: &reaction.said)
            case .sendAfterCommit(let message, let peer):
                Self.add(message, WorkerModel.number(of: peer), to: &reaction.committed)
            case .confirm(let sweep): reaction.confirmed.append(sweep)
            case .ended(_, let ending): reaction.ending = ending
            case .persist, .compare, .reuse, .readFindings, .readScores, .readEvents, .exchange, .endExchange,
                .discard, .block, .report:
                break
            }
        }
        reaction.end = start + spent
        occupy(from: start, spent)
        return reaction
    }

    private mutating func occupy(from start: Double, _ seconds: Double) {
        free = start + seconds
        freeOfPieces = max(freeOfPieces, start) + seconds
        load.busy += seconds
    }

    private static func add(
        _ message: CoordinatorMessage, _ worker: Int, to list: inout [(worker: Int, messages: [CoordinatorMessage])]
    ) {
        if let last = list.indices.last, list[last].worker == worker {
            list[last].messages.append(message)
        } else {
            list.append((worker, [message]))
        }
    }

    /// Time has passed.
    mutating func note(messages count: Int) { load.messages += count }

    /// Pieces of an artifact of `bytes` pass through the thread, between its messages; when they have.
    mutating func pass(_ bytes: Int, at time: Double) -> Double {
        let pieces = (bytes + ProtocolLimits.frameBytes - 1) / ProtocolLimits.frameBytes
        let seconds = Double(pieces) * rates.message + Double(bytes) * rates.byte
        freeOfPieces = max(freeOfPieces, time) + seconds
        load.busy += seconds
        load.messages += pieces
        return freeOfPieces
    }
}
