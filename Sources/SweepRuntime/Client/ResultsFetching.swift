package import FeatureStore
package import SweepAnalysis
package import SweepModel
package import SweepProtocol

/// A sweep as it was fetched from a coordinator, ready to be written.
package struct FetchedSweep: Sendable {
    package let status: SweepStatus
    package let sweep: FinishedSweep
    /// In the order of the plan's models.
    package let stores: [StoreMetadata]
}

extension CoordinatorClient {
    /// Fetches what a coordinator has of a sweep, be it over or not.
    package mutating func results(of id: SweepID) throws -> FetchedSweep {
        // The findings first: scores that come in meanwhile do no harm, and none is missing of a sweep that was complete.
        let findings = try findings(of: id)
        let dossier = try SweepDossier(encoded: findings.dossier)
        let plan = dossier.context.plan
        guard findings.layers.count == plan.layers.count, findings.surveys.count == plan.models.count,
            dossier.contents.stores.count == plan.models.count
        else { throw Self.unfit("findings") }
        var assembly = SweepAssembly(dossier)
        let grid = plan.grid
        try fetchScores(id) { block in
            guard grid.contains(row: block.row, columns: block.columns) else {
                throw Self.unfit("scores of tile (\(block.row), \(block.columns.lowerBound))")
            }
            try assembly.put(block)
        }
        return FetchedSweep(
            status: findings.status, sweep: assembly.finished(findings), stores: dossier.contents.stores)
    }

    /// What a sweep compares: its specification and the metadata of its stores.
    package mutating func submitted(_ id: SweepID) throws -> (spec: SweepSpec, stores: [StoreMetadata]) {
        let contents = try SweepDossier(encoded: try findings(of: id).dossier).contents
        return (contents.spec, contents.stores)
    }

    private static func unfit(_ place: String) -> Complaint {
        Complaint(
            .work, "the coordinator's answer does not fit the sweep's plan", at: place,
            advice: "use the release of platonic that the coordinator runs")
    }
}
