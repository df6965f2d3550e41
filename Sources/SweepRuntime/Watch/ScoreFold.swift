internal import Dispatch
internal import SweepAnalysis
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol
internal import Synchronization

/// Folds the scores of one sweep into those of its models, on a queue of its own: those in the journal once, and new ones as they come.
///
/// What is read twice does no harm, since a maximum does not change by it; so both go on at once.
final class ScoreFold: Sendable {
    private struct State {
        var scores: LiveScores
        var waitingBytes = 0
        /// Whether the journal is being read.
        var isReading = false
        /// Whether scores went by that there was no room for.
        var hasGaps = false
        var isEnded = false
    }

    private let sweep: SweepID
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "scores", qos: .utility)

    /// Bytes of new scores that may wait.
    private static let waitingLimit = 64 << 20
    /// Bytes that are read of the journal at a time.
    private static let chunk = 4 << 20

    init(_ sweep: SweepID, _ scores: LiveScores) {
        self.sweep = sweep
        state = Mutex(State(scores: scores))
    }

    var hasGaps: Bool { state.withLock { $0.hasGaps && !$0.isReading } }

    /// Nobody looks any more: reading stops.
    func end() { state.withLock { $0.isEnded = true } }

    func take(layer: Int, _ summary: LayerSummary) {
        queue.async { [self] in state.withLock { $0.scores.take(layer: layer, summary) } }
    }

    func take(_ tiles: TileScores) {
        let fits = state.withLock { state in
            guard state.waitingBytes + tiles.bytes.count <= Self.waitingLimit else {
                state.hasGaps = true
                return false
            }
            state.waitingBytes += tiles.bytes.count
            return true
        }
        guard fits else { return }
        queue.async { [self] in
            state.withLock { state in
                state.waitingBytes -= tiles.bytes.count
                _ = state.scores.take(tiles)
            }
        }
    }

    /// Reads everything that the journal has, a piece at a time.
    func readAll(from journal: SweepJournal) {
        state.withLock { state in
            state.isReading = true
            state.hasGaps = false
        }
        read(from: journal, after: nil)
    }

    private func read(from journal: SweepJournal, after cursor: Int64?) {
        journal.readScores(of: sweep, after: cursor, maxBytes: Self.chunk) { [self] result in
            queue.async { [self] in
                var next: Int64?
                if case .success(let found) = result {
                    for block in found.blocks {
                        // One block at a time, so that whoever wants to look does not wait for all.
                        state.withLock { _ = $0.scores.take(block) }
                    }
                    next = found.next
                }
                let goesOn = state.withLock { state in
                    if next == nil || state.isEnded { state.isReading = false }
                    return state.isReading
                }
                if goesOn { read(from: journal, after: next) }
            }
        }
    }

    /// What is known so far under `metric`.
    func matrix(_ metric: String?, tilesDone: Int, tiles: Int) throws(Complaint) -> LiveMatrix {
        let (plan, isReading) = state.withLock { ($0.scores.plan, $0.isReading) }
        let names = plan.metrics.map(\.id)
        guard let position = metric.map({ names.firstIndex(of: $0) }) ?? (names.isEmpty ? nil : 0) else {
            let what =
                metric.map { "sweep \(sweep) has no metric '\($0)'" }
                ?? "sweep \(sweep) has curves only, and no matrices"
            throw Complaint(
                .request, what, at: "sweep \(sweep)",
                advice: names.isEmpty ? "wait for its results" : "it has \(names.joined(separator: ", "))")
        }
        return LiveMatrix(
            sweep: sweep, metric: names[position], metrics: names, isSymmetric: plan.isSymmetric,
            xModels: plan.xModels.map { plan.models[$0].name }, yModels: plan.yModels.map { plan.models[$0].name },
            scores: state.withLock { $0.scores.scores[position] }, tilesDone: tilesDone, tiles: tiles,
            isReading: isReading)
    }
}
