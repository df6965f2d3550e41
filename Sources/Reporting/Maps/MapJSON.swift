internal import Projection
internal import SweepModel

/// Maps of models as JSON, for programs.
package enum MapJSON {
    package static func text(_ maps: SweepMaps, output: String) throws -> String {
        let settings = maps.options.settings
        return try SafeJSON.document(
            Document(
                output: output, distance: maps.options.distance.rawValue, neighbours: settings.neighbours,
                minDist: settings.minDist, seed: settings.seed, maps: maps.maps.map { Metric($0, maps) }))
    }

    private struct Document: Encodable {
        let output: String
        let distance: String
        let neighbours: Int
        let minDist: Double
        let seed: UInt64
        let maps: [Metric]
    }

    private struct Metric: Encodable {
        let metric: String
        let reason: String?
        let distance: String?
        let note: String?
        /// As UMAP took them: no more than there are other points.
        let neighbours: Int?
        let models: [String]
        let umap: Panel?
        let mds: Panel?

        init(_ entry: MetricMap, _ maps: SweepMaps) {
            metric = entry.metric
            reason = entry.reason
            distance = entry.map == nil ? nil : entry.distance.rawValue
            note = entry.note
            neighbours = entry.map?.neighbours
            models = entry.models.map { maps.models[$0] }
            umap = entry.map.map { Panel($0.umap) }
            mds = entry.map.map { Panel($0.mds) }
        }
    }

    private struct Panel: Encodable {
        let method: String
        let points: [[Double]]
        let trustworthiness: Double?
        let continuity: Double?
        let neighbourRecall: Double?
        let qualityNeighbours: Int?
        let stress1: Double?
        let rankCorrelation: Double?

        init(_ panel: ModelMap.Panel) {
            method = panel.method.rawValue
            points = panel.points.map { [$0.x, $0.y] }
            let quality = panel.quality
            trustworthiness = quality.neighbours?.trustworthiness.finite
            continuity = quality.neighbours?.continuity.finite
            neighbourRecall = quality.neighbours?.recall.finite
            qualityNeighbours = quality.neighbours?.neighbours
            stress1 = quality.stress1?.finite
            rankCorrelation = quality.rankCorrelation?.finite
        }
    }
}
