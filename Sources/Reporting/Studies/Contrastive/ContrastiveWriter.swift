package import ContrastiveStudy
internal import HDF5
package import SweepModel

/// Writes what `platonic study contrastive` found (Schemas/studies.md, *Contrastive*).
package struct ContrastiveWriter {
    private let study: ContrastiveStudy
    private let software: String

    package init(_ study: ContrastiveStudy, software: String) {
        self.study = study
        self.software = software
    }

    /// Writes the file in `directory`; complaints speak of `path`.
    package func write(in directory: String, as path: String) throws(Complaint) {
        try StudyFormat.write(
            "contrastive", software: software, seed: study.settings.seed, in: directory, as: path, write)
    }

    private struct Axes {
        let loss: DatasetAxis
        let modality: DatasetAxis
        let partner: DatasetAxis
        let step: DatasetAxis
    }

    private func write(_ group: borrowing LabelledGroup) throws(HDF5Error) {
        let settings = study.settings
        try group.group.setAttribute("events", to: Int64(settings.events))
        try group.group.setAttribute("steps", to: Int64(settings.steps))
        try group.group.setAttribute("rate", to: settings.rate)
        try group.group.setAttribute("neighbours", to: Int64(settings.neighbours))
        if let dimension = settings.dimension { try group.group.setAttribute("dimension", to: Int64(dimension)) }
        let axes = Axes(
            loss: try group.axis("loss", ContrastiveLoss.allCases.map(\.rawValue), "losses"),
            modality: try group.axis("modality", ContrastiveStudy.modalities, "modalities; two are bijections"),
            partner: try group.axis(
                "partner", Array(ContrastiveStudy.modalities.dropFirst()), "what the first modality is compared with"),
            step: try group.axis("step", settings.looks.map { Int32(clamping: $0) }, "steps of training"))
        let worlds = try LabelledGroup(group.group, "worlds", "worlds of events, and what was learned of them")
        for found in study.worlds { try write(found, worlds, axes) }
        try writeDimensions(group, axes)
    }

    private func write(
        _ found: ContrastiveStudy.WorldFindings, _ worlds: borrowing LabelledGroup, _ axes: Axes
    ) throws(HDF5Error) {
        let group = try LabelledGroup(worlds.group, found.world.kind.rawValue, found.world.kind.definition)
        let count = found.world.count
        let events = (0..<count).map { Int32(clamping: $0) }
        let event = try group.axis("event", events, "events")
        let other = try group.axis("other_event", events, "events, once more")
        try group.put("joint", found.world.joint.values, [event, other], "P(a, b)")
        try group.put("pmi", found.pmi.values, [event, other], "log P(a, b)/(P(a) P(b)); -inf where never together")
        let learned = found.learned
        try group.put(
            "kernel", learned.flatMap { $0.kernels.flatMap(\.values) }, [axes.loss, axes.modality, event, other],
            "inner products of the vectors of two events")
        try group.put("bias", learned.flatMap(\.biases), [axes.loss, axes.modality], "added to kernels by the loss")
        try put(learned.map(\.fit), group, [axes.loss])
        func agreements(_ number: (KernelAgreement) -> Double) -> [Double] {
            learned.flatMap { $0.bijective.map(number) + $0.lossy.map(number) }
        }
        let along = [axes.loss, axes.partner, axes.step]
        try group.put("mutual_knn", agreements(\.mutualNeighbours), along, "with the first modality")
        try group.put("cka", agreements(\.cka), along, "biased, with the first modality")
        try group.put(
            "seen_score", learned.flatMap(\.seenScores), [axes.loss, axes.step], "mean, of pairs that happen")
        try group.put(
            "unseen_score", learned.flatMap(\.unseenScores), [axes.loss, axes.step], "mean, of pairs that never do")
        try group.group.setAttribute("across_losses_mutual_knn", to: found.acrossLosses.mutualNeighbours)
        try group.group.setAttribute("across_losses_cka", to: found.acrossLosses.cka)
        try group.group.setAttribute(
            "chance_mutual_knn",
            to: KernelAgreement.chance(events: count, neighbours: study.settings.neighbours))
        try group.group.setAttribute("unseen_share", to: found.unseenShare)
        try write(found.condition, group)
    }

    private func write(_ condition: SmoothnessCondition, _ group: borrowing LabelledGroup) throws(HDF5Error) {
        try group.group.setAttribute("least_pmi", to: condition.leastPMI)
        try group.group.setAttribute("pmi_spread", to: condition.spread)
        try group.group.setAttribute("condition_slack", to: condition.slack)
        try group.group.setAttribute("condition_holds", to: Int64(condition.holds ? 1 : 0))
        try group.group.setAttribute("offset", to: condition.offset ?? .nan)
        try group.group.setAttribute("least_eigenvalue", to: condition.leastEigenvalue ?? .nan)
        try group.group.setAttribute("least_eigenvalue_at_any_offset", to: condition.leastAtAnyOffset ?? .nan)
        guard !condition.eigenvalues.isEmpty else { return }
        try group.group.setAttribute("needed_dimension", to: Int64(condition.neededDimension ?? 0))
        let rank = try group.axis("rank", condition.eigenvalues.indices.map { Int32(clamping: $0) }, "descending")
        try group.put("eigenvalues", condition.eigenvalues, [rank], "of the PMI plus the offset")
    }

    private func put(_ fits: [KernelFit], _ group: borrowing LabelledGroup, _ axes: [DatasetAxis]) throws(HDF5Error) {
        let over = "over all ordered pairs of events that happen"
        try group.put("correlation", fits.map { $0.correlation ?? .nan }, axes, "of kernel and PMI, \(over)")
        try group.put(
            "scale", fits.map { $0.scale ?? .nan }, axes, "least squares: kernel = offset + scale PMI, \(over)")
        try group.put("offset", fits.map { $0.offset ?? .nan }, axes, "least squares: kernel = offset + scale PMI")
    }

    private func writeDimensions(_ parent: borrowing LabelledGroup, _ axes: Axes) throws(HDF5Error) {
        let group = try LabelledGroup(parent.group, "dimensions", "the torus in fewer dimensions")
        let dimension = try group.axis(
            "dimension", study.dimensions.map { Int32(clamping: $0.dimension) }, "numbers in a vector")
        try put(study.dimensions.flatMap(\.fits), group, [dimension, axes.loss])
    }
}
