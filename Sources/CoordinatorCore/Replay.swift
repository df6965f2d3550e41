package import SweepModel
internal import SweepProtocol

/// Going on where an earlier coordinator ended.
extension Coordinator {
    /// Takes in one fact of the journal, in the journal's order. Throws where a context cannot be read any more.
    package mutating func replay(_ entry: JournalEntry) throws(Complaint) {
        switch entry {
        case .submitted(let record):
            do {
                let state = SweepState(record, context: try SweepContext(encoded: record.context))
                sweeps[record.id] = state
                nextSweep = max(nextSweep, SweepID(record.id.number + 1))
            } catch {
                throw Complaint(
                    .request, "sweep \(record.id) in the journal cannot be read: \(error)", at: "state directory",
                    advice: "use the release of platonic that wrote it, or another state directory")
            }
        case .participant(let sweep, let host, let core): _ = sweeps[sweep]?.ledger.note(host: host, blasCore: core)
        case .survey(let sweep, let model, let survey, let seconds):
            guard sweeps[sweep]?.plan.models.indices.contains(model) == true else { return }
            sweeps[sweep]?.ledger.note(survey: survey, of: model, seconds: seconds)
        case .layer(let sweep, let layer, let summary, let seconds, let flops):
            guard sweeps[sweep]?.plan.layers.indices.contains(layer) == true else { return }
            sweeps[sweep]?.ledger.note(layer: summary, of: layer, seconds: seconds, flops: flops)
        case .tiles(let sweep, let scores, let seconds, let flops, let isPartial):
            let (row, columns) = (scores.row, scores.columns)
            guard let state = sweeps[sweep], !columns.isEmpty,
                state.tiles.contains(row: row, column: columns.lowerBound),
                state.tiles.contains(row: row, column: columns.upperBound - 1)
            else { return }
            state.tiles.finish(row: row, columns: columns, isPartial: isPartial)
            state.ledger.noteTiles(
                seconds: seconds, flops: flops, areScores: state.plan.grid.isOfScores(row))
        case .failure(let sweep, let item, let cause): record(failure: item, cause, of: sweep)
        case .retried(let sweep, let fence):
            sweeps[sweep]?.restart(isRetry: true)
            sweeps[sweep]?.fence = fence
        case .ended(let sweep, let ending): sweeps[sweep]?.ending = ending
        case .forgotten(let sweep): sweeps[sweep] = nil
        case .incident: break
        }
    }

    /// Everything that is not over goes on, but for sweeps of another version of the algorithms: numbers of both would stand side by side.
    /// Layers whose artifacts do not exist any more are prepared again, but where no tile needs them.
    package mutating func finishReplay(
        nextSweep next: SweepID, now: Duration, artifactExists: (String) -> Bool
    ) -> [CoordinatorEffect] {
        nextSweep = max(nextSweep, next)
        for id in sweeps.keys.sorted() {
            guard let state = sweeps[id], state.isActive else { continue }
            if let complaint = state.otherVersion {
                end(id, .refused(complaint), now)
                continue
            }
            let failures = state.ledger.failures
            if !state.isFinished {
                for layer in state.plan.layers.indices {
                    guard let summary = state.ledger.layers[layer] else { continue }
                    if !summary.artifacts.values.allSatisfy(artifactExists) { state.ledger.forget(layer: layer) }
                }
            }
            restart(state, isRetry: false)
            active.removeAll { $0 == id }
            active.append(id)
            for (item, cause) in failures.sorted(by: { $0.key < $1.key }) {
                _ = state.claim(item)
                record(failure: item, cause, of: id)
            }
            endIfFinished(id, now)
        }
        active.sort { a, b in
            let (p, q) = (sweeps[a]?.priority ?? 0, sweeps[b]?.priority ?? 0)
            return p != q ? p > q : a < b
        }
        defer { effects = [] }
        return effects
    }

    /// Tries again what a sweep that is over, or was interrupted, had given up.
    package mutating func retryFailures(of id: SweepID) -> [CoordinatorEffect] {
        guard let state = sweeps[id], !state.ledger.failures.isEmpty || !state.isActive, state.otherVersion == nil
        else { return [] }
        again(state)
        defer { effects = [] }
        return effects
    }
}

extension Coordinator {
    /// What calls beside events, such as `admit`, want done.
    package mutating func takeEffects() -> [CoordinatorEffect] {
        defer { effects = [] }
        return effects
    }
}
