internal import SweepCost
internal import SweepModel
internal import SweepProtocol

/// Artifacts of workers that do not see the directory: who may hand over what.
extension Coordinator {
    /// Files go to and from the disk elsewhere; a worker may hand over what it makes for a layer, for a step of one, or anew for a tile
    /// that is in its hands, and ask for anything.
    mutating func exchange(_ message: ArtifactMessage, _ slot: Int, _ peer: Peer) {
        if case .offer(let name, _, let number) = message, !isMaking(number, slot) {
            // It was taken back, or its sweep is over: the worker need not wait.
            return send(.artifact(.answer(name: name, .declined(Self.unwanted))), to: peer)
        }
        if case .offer(let name, let bytes, let number) = message, bytes > largestOffer(number) {
            return send(.artifact(.answer(name: name, .declined(Self.misfit))), to: peer)
        }
        if case .offer(let name, _, let number) = message, let record = leases[number],
            case .step(let layer, _) = record.kind
        {
            sweeps[record.sweep]?.preparation.note(artifact: name, ofStepsOf: layer)
        }
        effects.append(.exchange(message, with: peer))
    }

    private func isMaking(_ number: UInt64, _ slot: Int) -> Bool {
        guard let record = leases[number], record.worker == slot else { return false }
        switch record.kind {
        case .layer, .step, .tiles: return sweeps[record.sweep]?.isActive == true
        case .survey: return false
        }
    }

    /// The bytes of the largest file that a lease's work can make.
    private func largestOffer(_ number: UInt64) -> Int {
        guard let record = leases[number], let plan = sweeps[record.sweep]?.plan else { return 0 }
        switch record.kind {
        case .layer(let layer), .step(let layer, _): return ArtifactSize.largestFile(ofLayer: layer, of: plan)
        // What a tile needs may have to be made anew.
        case .tiles, .survey:
            return plan.layers.indices.map { ArtifactSize.largestFile(ofLayer: $0, of: plan) }.max() ?? 0
        }
    }

    private static let unwanted = Complaint(
        .work, "the layer is in other hands, or wanted no more", at: "coordinator", advice: "nothing is to be done")
}
