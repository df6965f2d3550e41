internal import Foundation
internal import SweepAnalysis

/// Two results files that a page sets beside each other.
package struct ComparedResults: Sendable {
    /// One of both.
    struct Sweep: Sendable {
        /// What it is called on the page: its sweep's name, or which of both it is where these are the same.
        let name: String
        let scores: SweepScores
        let provenance: Provenance
    }

    let first: Sweep
    let second: Sweep
    let comparison: SweepComparison

    /// Reads both files.
    package init(_ first: ResultsReader, _ second: ResultsReader) throws {
        let scores = (
            try first.sweepScores(withLayerScores: false), try second.sweepScores(withLayerScores: false)
        )
        let provenance = (try first.provenance(), try second.provenance())
        let ids = (try first.sampleIDs(), try second.sampleIDs())
        self.init(
            scores.0, provenance.0, scores.1, provenance.1,
            samples: Self.samples(scores, ids, hasOneSeed: Self.seed(provenance.0) == Self.seed(provenance.1)))
    }

    init(
        _ first: SweepScores, _ firstProvenance: Provenance, _ second: SweepScores, _ secondProvenance: Provenance,
        samples: SweepComparison.Samples
    ) {
        let names = [first.name, second.name]
        let areTold = names[0] != names[1] && !names.contains("")
        self.first = Sweep(name: areTold ? names[0] : "first", scores: first, provenance: firstProvenance)
        self.second = Sweep(name: areTold ? names[1] : "second", scores: second, provenance: secondProvenance)
        comparison = SweepComparison(first, second, samples: samples)
    }

    /// Ids alone do not make samples the same: those of other data sets may be numbered alike.
    private static func samples(
        _ scores: (SweepScores, SweepScores), _ ids: ([String], [String]), hasOneSeed: Bool
    ) -> SweepComparison.Samples {
        let (a, b) = (datasets(scores.0), datasets(scores.1))
        guard a.isEmpty || b.isEmpty || !a.isDisjoint(with: b) else { return .disjoint }
        if ids.0 == ids.1 { return hasOneSeed ? .paired : .same }
        let known = Set(ids.0)
        let shared = ids.1.count { known.contains($0) }
        if shared == ids.0.count && shared == ids.1.count { return .same }
        return shared == 0 ? .disjoint : .shared(shared)
    }

    private static func datasets(_ sweep: SweepScores) -> Set<String> {
        Set((sweep.x.models + sweep.y.models).compactMap { $0.text("dataset") })
    }

    /// The line of the canonical specification that says from what subsamples are drawn.
    private static func seed(_ provenance: Provenance) -> Substring? {
        provenance.specification.split(separator: "\n").first { $0.hasPrefix("seed:") }
    }
}
