package import SweepModel
internal import SweepProtocol

/// Where the scores of one tile's layer pairs stand in an earlier sweep.
package struct TileSource: Hashable, Sendable {
    package let donor: SweepID
    /// For each row of the tile its row in the donor's score matrix, and for each column its column.
    package let rows: [Int]
    package let columns: [Int]
}

/// Layers of earlier sweeps by the names of their artifacts: a pair of layers with the same artifacts has the same scores.
struct ScoreDonors {
    private struct Donor {
        let id: SweepID
        let rows: [String: Int]
        let columns: [String: Int]
    }

    private let kinds: [ArtifactKind]
    private var donors: [Donor] = []

    /// So many sweeps are searched, the latest first.
    private static let limit = 8

    /// Finds among `sweeps` those that have every metric of `state`'s plan, computed in the same way.
    init(for state: SweepState, among sweeps: [SweepState]) {
        let plan = state.context.plan
        kinds = plan.artifactKinds
        guard plan.curves.isEmpty, plan.subsamples.isEmpty, plan.gallery == nil, !plan.metrics.isEmpty else { return }
        for other in sweeps.sorted(by: { $0.id > $1.id }) where other.id != state.id && other.tiles.doneCount > 0 {
            let theirs = other.context.plan
            guard donors.count < Self.limit, theirs.variant == plan.variant,
                theirs.sampleCount == plan.sampleCount, theirs.curves.isEmpty, theirs.isSymmetric == plan.isSymmetric,
                other.algorithmVersion == state.algorithmVersion, Set(plan.metrics).isSubset(of: theirs.metrics)
            else { continue }
            donors.append(
                Donor(
                    id: other.id, rows: index(theirs.xLayers, of: other), columns: index(theirs.yLayers, of: other)))
        }
    }

    var isEmpty: Bool { donors.isEmpty }

    private func index(_ layers: [Int], of state: SweepState) -> [String: Int] {
        var positions: [String: Int] = [:]
        for (position, layer) in layers.enumerated() {
            if let key = key(state.ledger.layers[layer]) { positions[key] = position }
        }
        return positions
    }

    private func key(_ summary: LayerSummary?) -> String? {
        guard let summary, !summary.artifacts.isEmpty else { return nil }
        var names: [String] = []
        for kind in kinds {
            guard let name = summary.artifacts[kind] else { return nil }
            names.append(name)
        }
        return names.joined(separator: " ")
    }

    /// Where all pairs of the tile of scores at block (`row`, `column`) of `state` have been scored before.
    func source(row: Int, column: Int, of state: SweepState) -> TileSource? {
        let plan = state.context.plan
        let grid = plan.grid
        guard grid.isOfScores(row) else { return nil }
        let rowKeys = grid.rows(ofBlock: row).map { key(state.ledger.layers[plan.xLayers[$0]]) }
        let columnKeys = grid.columns(ofBlock: column).map { key(state.ledger.layers[plan.yLayers[$0]]) }
        for donor in donors {
            let rows = rowKeys.compactMap { $0.flatMap { donor.rows[$0] } }
            guard rows.count == rowKeys.count else { continue }
            let columns = columnKeys.compactMap { $0.flatMap { donor.columns[$0] } }
            guard columns.count == columnKeys.count else { continue }
            return TileSource(donor: donor.id, rows: rows, columns: columns)
        }
        return nil
    }

    /// A donor whose scores could not be had is asked no more.
    mutating func drop(_ id: SweepID) { donors.removeAll { $0.id == id } }
    mutating func dropAll() { donors = [] }
}
