internal import ArtifactStore
internal import CoordinatorCore
internal import Foundation
internal import LinearAlgebra
internal import SweepJournal
internal import SweepModel
internal import SweepProtocol

/// The state directory of one sweep on this machine, `R.h5.state/`: what was found so far, durable after every few milliseconds.
struct LocalState {
    let path: String

    init(output: String) { path = output + ".state" }

    /// Where worker processes write what they have to say.
    var logs: String { path + "/logs" }

    /// Removes it with everything that was found.
    func remove() throws(Complaint) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw Complaint(
                .work, "the state directory cannot be removed: \(error.localizedDescription)", at: path,
                advice: "remove it by hand")
        }
    }

    /// Refuses to go on with another sweep than the one that the state is of.
    func check(_ record: SweepRecord, against dossier: SweepDossier) throws(Complaint) {
        let old = try SweepDossier(encoded: record.dossier)
        guard let difference = Self.difference(record, old, dossier) else { return }
        throw Complaint(
            .request, "an interrupted sweep is there, and \(difference)", at: path,
            advice: "give --restart to begin anew, or another --output to keep both")
    }

    private static func difference(_ record: SweepRecord, _ old: SweepDossier, _ new: SweepDossier) -> String? {
        let lines = (record.spec.split(separator: "\n"), new.contents.spec.canonicalYAML.split(separator: "\n"))
        if let pair = zip(lines.0, lines.1).first(where: { $0 != $1 }) {
            return "its specification has '\(pair.0)' where this one has '\(pair.1)'"
        }
        if lines.0.count != lines.1.count {
            return "it compares x with y, and this one does not, or the other way round"
        }
        if record.algorithmVersion != algorithmVersion {
            return "it is of algorithm version \(record.algorithmVersion), this program computes by \(algorithmVersion)"
        }
        let stamps = Dictionary(old.contents.stamps.map { ($0.path, $0) }) { first, _ in first }
        for stamp in new.contents.stamps {
            guard let known = stamps[stamp.path] else { return "it does not have the store \(stamp.path)" }
            if known != stamp { return "the store \(stamp.path) has changed since" }
        }
        if stamps.count != new.contents.stamps.count { return "it has more stores than this one" }
        if old.context != new.context { return "its samples or layers are others" }
        return nil
    }

    /// Refuses to mix scores of different BLAS cores.
    static func check(cores: Set<String>, at path: String) throws(Complaint) {
        guard let core = cores.first, core != Products.coreName else { return }
        throw Complaint(
            .request,
            "an interrupted sweep is there whose scores were computed with \(core) kernels; OpenBLAS here uses \(Products.coreName)",
            at: path, advice: "give --restart to begin anew, or go on where it began")
    }
}
