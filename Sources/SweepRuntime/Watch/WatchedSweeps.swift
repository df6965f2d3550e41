internal import CoordinatorCore
internal import SweepAnalysis
internal import SweepModel
internal import SweepProtocol
internal import Synchronization

/// The sweeps whose scores somebody looks at. Nothing is read or kept of a sweep that nobody looks at.
final class WatchedSweeps: Sendable {
    private struct Watch {
        let fold: ScoreFold
        var lastLook: ContinuousClock.Instant
    }

    private let watches = Mutex<[SweepID: Watch]>([:])

    /// A sweep that nobody has looked at for so long is let go.
    private static let patience = Duration.seconds(30)
    private static let limit = 4
    /// Numbers of one sweep: 64 MiB of them.
    private static let sizeLimit = 8 << 20

    /// The scores of `sweep`, from now on kept up to date. On the loop's thread.
    func look(at sweep: SweepID, _ loop: CoordinatorLoop) throws(Complaint) -> ScoreFold {
        let now = ContinuousClock.now
        let known = watches.withLock { watches in
            watches[sweep]?.lastLook = now
            return watches[sweep]?.fold
        }
        if let known { return known }
        guard let context = loop.coordinator.context(of: sweep) else {
            throw Complaint(
                .request, "there is no sweep \(sweep)", at: "sweep \(sweep)", advice: "/api/v1/sweeps lists them")
        }
        guard LiveScores.size(context.plan) <= Self.sizeLimit else {
            throw Complaint(
                .request, "sweep \(sweep) has too many pairs of models and metrics to be shown while it runs",
                at: "sweep \(sweep)", advice: "'platonic results' writes what there is")
        }
        var scores = LiveScores(plan: context.plan, ignoresTies: context.ignoresTies)
        for (layer, summary) in loop.coordinator.layerSummaries(of: sweep).enumerated() {
            if let summary { scores.take(layer: layer, summary) }
        }
        let fold = ScoreFold(sweep, scores)
        watches.withLock { watches in
            if watches.count >= Self.limit, let oldest = watches.min(by: { $0.value.lastLook < $1.value.lastLook }) {
                watches[oldest.key] = nil
                oldest.value.fold.end()
            }
            watches[sweep] = Watch(fold: fold, lastLook: now)
        }
        fold.readAll(from: loop.journal)
        return fold
    }

    /// A fact is on its way to the journal. On the loop's thread.
    func note(_ fact: JournalEntry) {
        switch fact {
        case .layer(let sweep, let layer, let summary, _, _): fold(sweep)?.take(layer: layer, summary)
        case .tiles(let sweep, let scores, _, _, _): fold(sweep)?.take(scores)
        case .forgotten(let sweep): watches.withLock { $0.removeValue(forKey: sweep) }?.fold.end()
        default: break
        }
    }

    /// Lets go of what nobody looks at any more, and reads again what went by too fast. On the loop's thread.
    func tick(_ loop: CoordinatorLoop) {
        let now = ContinuousClock.now
        let folds = watches.withLock { watches in
            for (sweep, watch) in watches where now - watch.lastLook > Self.patience {
                watches[sweep] = nil
                watch.fold.end()
            }
            return watches.values.map(\.fold)
        }
        for fold in folds where fold.hasGaps { fold.readAll(from: loop.journal) }
    }

    private func fold(_ sweep: SweepID) -> ScoreFold? { watches.withLock { $0[sweep]?.fold } }
}
