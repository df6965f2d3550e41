internal import HDF5
internal import Projection

/// Writes maps of models as `/projection`, a group for each metric; nothing outside refers to it.
struct ProjectionWriter {
    /// The name of the group.
    static let name = "projection"

    let maps: SweepMaps

    func write(_ root: borrowing HDF5Group) throws(HDF5Error) {
        let group = try LabelledGroup(
            root, Self.name, "maps of the models, UMAP beside MDS, with what each kept of the distances")
        let settings = maps.options.settings
        try group.group.setAttribute("distance", to: maps.options.distance.rawValue)
        try group.group.setAttribute("neighbours", to: Int64(settings.neighbours))
        try group.group.setAttribute("min_dist", to: settings.minDist)
        try group.group.setAttribute("spread", to: settings.spread)
        try group.group.setAttribute("seed", to: Int64(bitPattern: settings.seed))
        if let reason = maps.reason { return try group.group.setAttribute("reason", to: reason) }
        let model = try group.axis("model", maps.models, "models, as in /x")
        let axis = try group.axis("axis", [Int32(0), 1], "coordinates in the plane")
        for map in maps.maps { try write(map, group.group, model, axis) }
    }

    private func write(
        _ entry: MetricMap, _ parent: borrowing HDF5Group, _ model: DatasetAxis, _ axis: DatasetAxis
    ) throws(HDF5Error) {
        let group = try LabelledGroup(parent, entry.metric, "two maps of the same distances")
        try group.group.setAttribute("n", to: Int64(entry.models.count))
        if let reason = entry.reason { try group.group.setAttribute("reason", to: reason) }
        if let map = entry.map {
            try group.group.setAttribute("distance", to: entry.distance.rawValue)
            try group.group.setAttribute("distance_rule", to: entry.distance.rule)
            if let note = entry.note { try group.group.setAttribute("distance_note", to: note) }
            try group.group.setAttribute("epochs", to: Int64(maps.options.settings.epochs(for: entry.models.count)))
            try group.group.setAttribute("points", to: Int64(map.pointCount))
            try group.group.setAttribute("negative_share", to: map.negativeShare)
            try group.group.setAttribute("mds_converged", to: Int64(map.hasConverged ? 1 : 0))
            try group.group.setAttribute("alignment_residual", to: map.alignment?.residual ?? .nan)
            let kept = Set(entry.models)
            let leftOut = maps.models.indices.filter { !kept.contains($0) }.map { maps.models[$0] }
            if !leftOut.isEmpty { try group.group.setAttribute("left_out", to: leftOut) }
        }
        try write(
            entry.map?.umap, "umap", entry, group, [model, axis], "brought onto the MDS; NaN for models left out")
        try write(entry.map?.mds, "mds", entry, group, [model, axis], "NaN for models left out")
    }

    private func write(
        _ panel: ModelMap.Panel?, _ name: String, _ entry: MetricMap, _ group: borrowing LabelledGroup,
        _ axes: [DatasetAxis],
        _ description: String
    ) throws(HDF5Error) {
        var points = [Double](repeating: .nan, count: 2 * maps.models.count)
        for (model, point) in zip(entry.models, panel?.points ?? []) {
            points[2 * model] = point.x
            points[2 * model + 1] = point.y
        }
        try group.put(name, points, axes, "coordinates in units of the distances, \(description)")
        guard let panel else { return }
        let dataset = try group.group.dataset(name)
        let quality = panel.quality
        try dataset.setAttribute("method", to: panel.method.rawValue)
        try dataset.setAttribute("n", to: Int64(entry.models.count))
        try dataset.setAttribute("quality_neighbours", to: Int64(quality.neighbours?.neighbours ?? 0))
        try dataset.setAttribute("trustworthiness", to: quality.neighbours?.trustworthiness ?? .nan)
        try dataset.setAttribute("continuity", to: quality.neighbours?.continuity ?? .nan)
        try dataset.setAttribute("neighbour_recall", to: quality.neighbours?.recall ?? .nan)
        try dataset.setAttribute("stress_1", to: quality.stress1 ?? .nan)
        try dataset.setAttribute("rank_correlation", to: quality.rankCorrelation ?? .nan)
    }
}
