internal import ArtifactStore
internal import CoordinatorCore
internal import LinearAlgebra
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol

/// The state directory of one sweep on this machine, `R.h5.state/`: what was found so far, durable after every few milliseconds.
struct LocalState {
    private let directory: StateDirectory

    /// Throws where something else has that name.
    init(output: String) throws(Complaint) {
        directory = StateDirectory(Self.path(output: output))
        try directory.check(throughLink: false)
    }

    var path: String { directory.path }
    /// Where worker processes write what they have to say.
    var logs: String { "\(path)/\(StateDirectory.logs)" }

    static func path(output: String) -> String { output + ".state" }

    /// Removes what was found; whether nothing is left there.
    func remove() throws(Complaint) -> Bool { try directory.remove() }

    /// Refuses to go on with another sweep than the one that the state is of.
    func check(_ record: SweepRecord, against dossier: SweepDossier) throws(Complaint) {
        let old = try SweepDossier(encoded: record.dossier)
        guard let difference = Self.difference(record, old, dossier) else { return }
        throw Complaint(
            .request, "an interrupted sweep is there, and \(difference)", at: path,
            advice: "give --restart to begin anew, or another --output to keep both")
    }

    private static func difference(_ record: SweepRecord, _ old: SweepDossier, _ new: SweepDossier) -> String? {
        if let text = SpecDifference.text(of: record.spec, from: new.contents.spec.canonicalYAML) { return text }
        if record.algorithmVersion != algorithmVersion {
            return "it is of algorithm version \(record.algorithmVersion), this program computes by \(algorithmVersion)"
        }
        let known = states(old.context)
        let present = states(new.context)
        for model in new.context.plan.models {
            let path = ExactText(model.path)
            guard let before = known[path] else { return "it does not have the store \(model.path)" }
            if before != present[path] { return "the store \(model.path) has changed since" }
        }
        if known.count != present.count { return "it has more stores than this one" }
        if old.context != new.context { return "its samples or layers are others" }
        return nil
    }

    /// What the state of each store was known by, by path.
    private static func states(_ context: SweepContext) -> [ExactText: [String]] {
        let (digests, versions) = (context.storeDigests, context.storeVersions)
        let states = context.plan.models.indices.map { model in
            (
                ExactText(context.plan.models[model].path),
                [digests, versions].compactMap { $0.indices.contains(model) ? $0[model] : nil }
            )
        }
        return Dictionary(states) { first, _ in first }
    }

    /// Refuses to mix scores of different BLAS cores.
    static func check(cores: Set<String>, at path: String) throws(Complaint) {
        guard let core = cores.first, core != Products.coreName else { return }
        throw Complaint(
            .request,
            "an interrupted sweep is there whose scores were computed with the kernels for \(core); here they are those for \(Products.coreName)",
            at: path, advice: "give --restart to begin anew, or go on where it began")
    }
}
