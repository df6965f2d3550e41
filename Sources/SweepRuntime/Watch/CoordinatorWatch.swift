internal import CoordinatorCore
internal import Foundation
internal import SweepJournal
package import SweepModel
package import SweepProtocol
internal import Synchronization

/// Asks a coordinator's loop on behalf of threads that are not its own, and never waits long for it.
///
/// It is there before the coordinator and after it, and says so in `health`.
package final class CoordinatorWatch: StatusSource {
    private struct State {
        var phase = CoordinatorHealth.Phase.starting
        var inbox: LoopInbox?
        var journal: SweepJournal?
        var lastTurn = ContinuousClock.now
        /// Questions that the loop has not come to yet.
        var unanswered = 0
    }

    private let state = Mutex(State())
    /// Scores of sweeps that somebody looks at.
    let scores = WatchedSweeps()

    private static let patience = Duration.seconds(2)
    private static let unansweredLimit = 64

    package init() {}

    // MARK: From the loop

    /// The coordinator serves from now on.
    func attach(_ inbox: LoopInbox, _ journal: SweepJournal) {
        state.withLock { state in
            (state.inbox, state.journal) = (inbox, journal)
            state.phase = .serving
            state.lastTurn = .now
        }
    }

    /// The loop has gone round once.
    func turned() { state.withLock { $0.lastTurn = .now } }

    /// The coordinator is on its way out.
    func leave() { state.withLock { $0.phase = .stopping } }

    // MARK: For others

    package var health: CoordinatorHealth {
        let (phase, lastTurn) = state.withLock { ($0.phase, $0.lastTurn) }
        let silence = phase == .starting ? .zero : ContinuousClock.now - lastTurn
        return CoordinatorHealth(phase: phase, silentSeconds: silence / .seconds(1))
    }

    package func overview() async throws -> ClusterOverview {
        try await ask { loop, answer in
            var totals = loop.totals
            totals.retries = loop.coordinator.retryCount
            answer.settle(
                .success(
                    ClusterOverview(
                        sweeps: loop.coordinator.statuses(now: loop.now), workers: loop.coordinator.workerStates,
                        backlog: loop.coordinator.backlog, totals: totals,
                        journalBacklogBytes: loop.journal.backlogBytes)))
        }
    }

    package func workers() async throws -> [WorkerStatus] {
        try await ask { loop, answer in answer.settle(.success(loop.coordinator.workerStatuses(now: loop.now))) }
    }

    package func explanation(of sweep: SweepID?) async throws -> Explanation {
        try await ask { loop, answer in
            if let explanation = loop.coordinator.explanation(of: sweep, now: loop.now) {
                answer.settle(.success(explanation))
            } else {
                answer.settle(.failure(Self.unknown(sweep)))
            }
        }
    }

    package func incidents(after number: Int64) async throws -> [RecordedIncident] {
        try await read { $0.readIncidents(after: number, limit: 1_000, completion: $1) }
    }

    package func latestIncidents(_ limit: Int) async throws -> [RecordedIncident] {
        try await read { $0.readLatestIncidents(limit, completion: $1) }
    }

    package func matrix(of sweep: SweepID, metric: String?) async throws -> LiveMatrix {
        let scores = scores
        let found: (fold: ScoreFold, status: SweepStatus) = try await ask { loop, answer in
            guard let status = loop.coordinator.status(of: sweep, now: loop.now) else {
                return answer.settle(.failure(Self.unknown(sweep)))
            }
            do throws(Complaint) {
                let fold = try scores.look(at: sweep, loop)
                answer.settle(.success((fold, status)))
            } catch {
                answer.settle(.failure(error))
            }
        }
        return try found.fold.matrix(metric, tilesDone: found.status.tilesScored, tiles: found.status.tiles)
    }

    // MARK: Asking

    /// Has `question` answered on the loop's thread.
    private func ask<Value: Sendable>(
        _ question: @escaping @Sendable (CoordinatorLoop, OneAnswer<Value>) -> Void
    ) async throws -> Value {
        let inbox = try state.withLock { state throws(Complaint) in
            guard let inbox = state.inbox, state.phase == .serving, state.unanswered < Self.unansweredLimit else {
                throw Self.unavailable(state.phase)
            }
            state.unanswered += 1
            return inbox
        }
        return try await OneAnswer.wait(Self.patience, late: Self.unavailable(.serving)) { answer in
            inbox.post { [self] loop in
                state.withLock { $0.unanswered -= 1 }
                question(loop, answer)
            }
        }
    }

    /// Has `question` answered on the journal's thread.
    private func read<Value: Sendable>(
        _ question: (SweepJournal, @escaping SweepJournal.Completion<Value>) -> Void
    ) async throws -> Value {
        let journal = try state.withLock { state throws(Complaint) in
            guard let journal = state.journal, state.phase == .serving, state.unanswered < Self.unansweredLimit else {
                throw Self.unavailable(state.phase)
            }
            state.unanswered += 1
            return journal
        }
        return try await OneAnswer.wait(Self.patience, late: Self.unavailable(.serving)) { answer in
            question(journal) { [self] result in
                state.withLock { $0.unanswered -= 1 }
                answer.settle(result.mapError { $0 })
            }
        }
    }

    private static func unavailable(_ phase: CoordinatorHealth.Phase) -> Complaint {
        switch phase {
        case .starting:
            Complaint(
                .work, "the coordinator is still reading its journal", at: "coordinator", advice: "ask again later")
        case .serving:
            Complaint(.work, "the coordinator does not answer in time", at: "coordinator", advice: "ask again later")
        case .stopping:
            Complaint(.work, "the coordinator is stopping", at: "coordinator", advice: "ask the next one")
        }
    }

    private static func unknown(_ sweep: SweepID?) -> Complaint {
        let id = sweep.map { "\($0)" } ?? ""
        return Complaint(.request, "there is no sweep \(id)", at: "sweep \(id)", advice: "/api/v1/sweeps lists them")
    }
}
