internal import HDF5
package import SweepAnalysis
internal import SweepModel

extension ResultsReader {
    /// Everything that an analysis or a report needs of the file.
    /// - Parameter withLayerScores: whether to read the layer x layer matrices, by far the most of it; empty otherwise.
    package func sweepScores(withLayerScores: Bool = true) throws -> SweepScores {
        do {
            let root = try file.root()
            return SweepScores(
                name: try root.attribute("sweep")?.text ?? "", sampleCount: sampleCount,
                queryCount: queryCount, isSymmetric: try root.attribute("symmetric")?.integer == 1,
                x: try scoredSide("x", x, root),
                y: try scoredSide("y", y, root),
                metrics: try metricIDs.map { id throws(HDF5Error) in try metric(id, root, withLayerScores) },
                curves: try curves(root))
        } catch {
            throw Self.complaint(error, path)
        }
    }

    private func scoredSide(_ name: String, _ side: Side, _ root: borrowing HDF5Group) throws(HDF5Error) -> ScoredSide {
        // What earlier builds did not write is unknown.
        func numbers(_ dataset: String) throws(HDF5Error) -> [Double] {
            guard try root.kind(of: dataset) != nil else { return side.layerModel.map { _ in .nan } }
            return try reading.scores(dataset, [side.layerModel.count], in: root)
        }
        let tied = try numbers("\(name)_layer_tied")
        let clipped = try numbers("\(name)_layer_clipped")
        let ranks = try numbers("diagnostics/\(name)_effective_rank")
        var models = side.models.map { ScoredModel(name: $0) }
        var scored = ScoredSide(models: [], layers: [])
        for child in try root.childNames() {
            // The store's own name is an attribute, absent from older files: links cannot hold every name.
            if let plain = Self.suffix(child, "\(name)_attr_") {
                let dataset = try reading.dataset(child, [models.count], in: root)
                let attribute = try dataset.attribute("name")?.text ?? plain
                for (position, value) in try attributes(child, dataset, root).enumerated() {
                    models[position].attributes[attribute] = value
                }
            } else if let plain = Self.suffix(child, "\(name)_score_") {
                let dataset = try reading.dataset(child, [models.count], in: root)
                let score = try dataset.attribute("name")?.text ?? plain
                // Earlier builds recorded infinities, which are no scores.
                scored.scores[score] = CheckedReading.withoutInfinities(try dataset.readDoubles())
                // Absent from files that were written before it was recorded.
                if try dataset.attribute("lower_is_better")?.integer == 1 { scored.lowerIsBetter.insert(score) }
            }
        }
        scored.models = models
        scored.layers = side.layerModel.indices.map { layer in
            ScoredLayer(
                model: side.layerModel[layer], index: side.layerIndex[layer], name: side.layerName[layer],
                tied: tied[layer], clipped: clipped[layer], effectiveRank: ranks[layer])
        }
        return scored
    }

    private static func suffix(_ name: String, _ prefix: String) -> String? {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    /// The values of an attribute; nil where a model's is unknown: -1, NaN or empty.
    private func attributes(
        _ name: String, _ dataset: borrowing HDF5Dataset, _ root: borrowing HDF5Group
    ) throws(HDF5Error) -> [ScoredAttribute?] {
        switch dataset.elementKind {
        case .signed, .unsigned:
            return try dataset.readInt64s().map { $0 == -1 ? nil : .integer(Int($0)) }
        case .float16, .float32, .float64:
            return try dataset.readDoubles().map { $0.isNaN ? nil : .number($0) }
        default:
            return try reading.texts(name, count: dataset.elementCount, in: root).map { $0.isEmpty ? nil : .text($0) }
        }
    }

    private func metric(
        _ id: String, _ root: borrowing HDF5Group, _ withLayerScores: Bool
    ) throws(HDF5Error) -> ScoredMetric {
        let group = try root.group("metrics").group(id)
        // Older files have none.
        func beside(_ name: String) throws(HDF5Error) -> [Double] {
            let path = "diagnostics/\(id)/\(name)"
            return try root.kind(of: path) == nil ? [] : try reading.scores(path, models, in: root)
        }
        func integers(_ name: String) throws(HDF5Error) -> [Int] {
            try reading.integers(name, models, of: -2...Self.largestNumber, in: group)
        }
        let kind = try group.attribute("metric")?.text ?? id
        let chance = try group.attribute("chance")?.number
        return ScoredMetric(
            id: id, kind: kind, variant: try group.attribute("variant")?.text ?? "",
            k: try Self.number("k", group), dimensions: try Self.number("dimensions", group),
            bandwidth: try group.attribute("bandwidth")?.number,
            isSymmetric: MetricCatalogue.definition(kind)?.isSymmetric ?? false,
            layerScores: withLayerScores ? try reading.scores("layer_scores", layers, in: group) : [],
            scores: try reading.scores("scores", models, in: group),
            bestXLayers: try integers("best_x_layer"), bestYLayers: try integers("best_y_layer"),
            lastLayers: try beside("last_layers"), matchedDepth: try beside("matched_depth"),
            chance: chance.flatMap { $0.isFinite ? $0 : nil },
            chanceLayers: try group.kind(of: "chance_layer") != nil
                ? try reading.scores("chance_layer", layers, in: group) : nil,
            placement: withLayerScores ? try scoredPlacement(of: id) : nil,
            calibration: try scoredCalibration(of: id), intervals: try scoredIntervals(of: id, withLayerScores),
            splits: try scoredSplits(of: id), gallery: try scoredGallery(of: id))
    }

    private func curves(_ root: borrowing HDF5Group) throws(HDF5Error) -> [ScoredCurve] {
        guard try root.kind(of: "curves") != nil else { return [] }
        let curves = try root.group("curves")
        var found: [ScoredCurve] = []
        for name in try curves.childNames() {
            let group = try curves.group(name)
            let ks = try reading.integers("k", [nil], of: 1...Self.largestNumber, in: group)
            guard !ks.isEmpty, zip(ks, ks.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw try CheckedReading.error(.damaged, group.dataset("k"), "its numbers do not ascend")
            }
            let extents = [ks.count] + models
            found.append(
                ScoredCurve(
                    metric: name, isSymmetric: MetricCatalogue.definition(name)?.isSymmetric ?? false, ks: ks,
                    scores: try reading.scores("scores", extents, in: group),
                    lastLayers: try reading.scores("last_layers", extents, in: group)))
        }
        return found
    }
}
