internal import ArtifactStore
internal import CoordinatorCore
internal import SweepJournal
internal import SweepModel

/// A coordinator with everything that its journal has.
enum RestoredCoordinator {
    /// Replays `journal`. Returns also what is to be done about it.
    static func make(
        _ journal: SweepJournal, settings: CoordinatorSettings, artifacts: ArtifactDirectory
    ) throws(Complaint) -> (Coordinator, [CoordinatorEffect]) {
        var settings = settings
        settings.firstEpoch = journal.firstEpoch
        settings.epoch = journal.epoch
        var coordinator = Coordinator(settings: settings)
        var failure: Complaint?
        try journal.replay { entry in
            guard failure == nil else { return }
            do throws(Complaint) { try coordinator.replay(entry) } catch { failure = error }
        }
        if let failure { throw failure }
        let effects = coordinator.finishReplay(nextSweep: journal.nextSweepID, now: .zero) { name in
            ArtifactFile.open(name, in: artifacts) != nil
        }
        return (coordinator, effects)
    }
}
