internal import ContentHash
internal import FeatureStore
internal import HDF5
package import SweepAnalysis
package import SweepModel
package import SweepProtocol

/// Puts a sweep together from what its coordinator has of it.
package struct SweepAssembly {
    private let dossier: SweepDossier
    private var table: ScoreTable
    private var nulls: NullTable?

    package init(_ dossier: SweepDossier) {
        self.dossier = dossier
        table = ScoreTable(plan: dossier.context.plan)
        nulls = NullTable(plan: dossier.context.plan)
    }

    /// Takes in scores of tiles. Throws where they do not have the tiles' shape.
    package mutating func put(_ block: TileScores) throws(Complaint) {
        guard table.put(block) || nulls?.put(block) == true else {
            throw Complaint(
                .work, "the scores of tile (\(block.row), \(block.columns.lowerBound)) do not have its shape",
                at: "results", advice: "use the release of platonic that the coordinator runs")
        }
    }

    /// The sweep with everything that was put in.
    package func finished(_ findings: SweepFindings) -> FinishedSweep {
        var history = SweepHistory()
        history.hosts = findings.hosts
        history.blasCores = findings.blasCores
        history.tiles = findings.tilesDone
        history.retries = findings.retries
        history.lostWorkers = findings.lostWorkers
        history.wallSeconds = findings.wallSeconds
        history.surveySeconds = findings.surveySeconds
        history.layerSeconds = findings.layerSeconds
        history.tileSeconds = findings.tileSeconds
        history.flops = findings.flops
        history.warnings = dossier.contents.warnings + findings.surveys.compactMap(\.self).flatMap(\.warnings)
        history.storeDigests = findings.surveys.map { survey in
            survey.map { ContentDigest(of: $0.layerDigests.joined(separator: "\n")).description } ?? "unread"
        }
        history.failures = findings.failures.map { "\($0.name): \($0.cause)" }.sorted()
        if !findings.status.state.isOver || findings.status.state == .cancelled || findings.status.state == .failed {
            let missing = findings.status.tiles - findings.tilesDone
            if missing > 0 {
                let why = findings.status.reason.map { ": \($0)" } ?? ""
                history.failures.append("\(missing) tiles: the sweep is \(findings.status.state.rawValue)\(why)")
            }
        }
        let networks = dossier.contents.stores.map { $0.attributes["network"]?.text }
        let calibrations = nulls.map { nulls in
            nulls.plan.metrics.indices.map { CalibratedScores(metric: $0, nulls, networks: networks) }
        }
        let sweep = finished(findings, history, calibrations)
        history.warnings += LayerWarnings.of(sweep)
        history.undefined = UndefinedScores.reasons(sweep)
        history.float64Layers = Float64Layers.lines(sweep)
        return finished(findings, history, calibrations)
    }

    private func finished(
        _ findings: SweepFindings, _ history: SweepHistory, _ calibrations: [CalibratedScores?]?
    ) -> FinishedSweep {
        FinishedSweep(
            spec: dossier.contents.spec, table: table, calibrations: calibrations, layers: findings.layers,
            sampleIDs: dossier.contents.sampleIDs, groupSizes: dossier.contents.groupSizes, history: history)
    }
}
