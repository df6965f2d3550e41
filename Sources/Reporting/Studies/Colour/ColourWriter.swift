package import ColourStudy
internal import HDF5
package import SweepModel

/// Writes what `platonic study colour` found (Schemas/studies.md, *Colour*).
package struct ColourWriter {
    private let study: ColourStudy
    private let software: String

    package init(_ study: ColourStudy, software: String) {
        self.study = study
        self.software = software
    }

    /// Writes the file in `directory`; complaints speak of `path`.
    package func write(in directory: String, as path: String) throws(Complaint) {
        try StudyFormat.write("colour", software: software, seed: study.settings.seed, in: directory, as: path, write)
    }

    private func write(_ group: borrowing LabelledGroup) throws(HDF5Error) {
        let (settings, vision) = (study.settings, study.vision)
        try group.group.setAttribute("fits", to: Int64(settings.fits))
        try group.group.setAttribute("permutations", to: Int64(settings.permutations))
        try CountsFile.write(vision.counts, group)
        let images = try LabelledGroup(group.group, "vision", "colours by how often they stand beside each other")
        try images.group.setAttribute("smoothing", to: vision.pmi.smoothing)
        try images.group.setAttribute("unseen_share", to: vision.pmi.unseenShare)
        try images.group.setAttribute("offset", to: vision.pmi.offset)
        let colour = try put(vision.cloud, images)
        let other = try images.axis(
            "other_colour", vision.cloud.names, "the colours, once more")
        try images.put("cell", counts: vision.pmi.cells, [colour], "cells of the grid")
        try images.put("pmi", vision.pmi.pmi, [colour, other], "-inf where never seen and nothing added")
        try images.put("distance", vision.cloud.distances.values, [colour, other], "offset - PMI, 0 on the diagonal")
        let smoothing = try images.axis(
            "smoothing", vision.smoothings.map(\.smoothing), "added to the count of every ordered pair")
        try images.put(
            "spearman_by_smoothing", vision.smoothings.map { $0.comparison.spearman ?? .nan }, [smoothing],
            "of distances and those in CIELAB")
        let models = try LabelledGroup(group.group, "language", "colour words by the features of networks")
        for (position, model) in study.models.enumerated() { try put(model, "\(position)", models) }
    }

    private func put(
        _ found: ColourStudy.ModelFindings, _ name: String, _ parent: borrowing LabelledGroup
    ) throws(HDF5Error) {
        let features = found.features
        let group = try LabelledGroup(parent.group, name, features.model)
        try group.group.setAttribute("model", to: features.model)
        try group.group.setAttribute("network", to: features.network)
        try group.group.setAttribute("pretrained", to: Int64(features.isPretrained ? 1 : 0))
        let colour = try put(found.cloud, group)
        let other = try group.axis("other_colour", features.words, "the colours, once more")
        try group.put("distance", found.cloud.distances.values, [colour, other], "Euclidean, of the last layer")
        let layer = try group.axis("layer", features.layers.map(\.name), "layers, in order")
        for (name, description, value) in [
            ("layer_spearman", "of distances and those in CIELAB", \DistanceComparison.spearman),
            ("layer_unbiased_cka", "of distances and those in CIELAB", \.unbiasedCKA),
            ("layer_spearman_p", "by permutation", \.spearmanP),
            ("layer_unbiased_cka_p", "by permutation", \.unbiasedCKAP),
        ] {
            try group.put(name, found.layers.map { $0[keyPath: value] ?? .nan }, [layer], description)
        }
    }

    /// What every cloud has; returns the axis of its colours.
    private func put(_ cloud: ColourStudy.Cloud, _ group: borrowing LabelledGroup) throws(HDF5Error) -> DatasetAxis {
        let colour = try group.axis("colour", cloud.names, "colours")
        let channel = try group.axis("channel", ["red", "green", "blue"], "of sRGB, 0 to 1")
        let axis = try group.axis("axis", ["L*", "a*", "b*"], "of CIELAB")
        let fit = try group.axis(
            "fit", cloud.scaling.stresses.indices.map { Int32(clamping: $0) }, "starts of the scaling")
        try group.put("srgb", cloud.colours.flatMap { [$0.red, $0.green, $0.blue] }, [colour, channel], "sRGB")
        func coordinates(_ points: [SIMD3<Double>]) -> [Double] { points.flatMap { [$0.x, $0.y, $0.z] } }
        try group.put("cielab", coordinates(cloud.perception.map(\.point)), [colour, axis], "D65, 2° observer")
        try group.put(
            "map", coordinates(cloud.scaling.points), [colour, axis], "scaled to three dimensions, as it came out")
        try group.put("aligned", coordinates(cloud.alignment.points), [colour, axis], "the map brought onto CIELAB")
        try group.put("stress", cloud.scaling.stresses, [fit], "stress-1 of every start")
        try group.group.setAttribute("stress_1", to: cloud.scaling.stress)
        try group.group.setAttribute("converged", to: Int64(cloud.scaling.hasConverged ? 1 : 0))
        try group.group.setAttribute("residual", to: cloud.alignment.residual)
        try group.group.setAttribute("other_residual", to: cloud.alignment.otherResidual)
        try group.group.setAttribute("reflected", to: Int64(cloud.alignment.isReflected ? 1 : 0))
        try group.group.setAttribute("scale", to: cloud.alignment.scale)
        try group.group.setAttribute("root_mean_square", to: cloud.alignment.rootMeanSquare)
        let comparison = cloud.comparison
        try group.group.setAttribute("spearman", to: comparison.spearman ?? .nan)
        try group.group.setAttribute("spearman_p", to: comparison.spearmanP ?? .nan)
        try group.group.setAttribute("unbiased_cka", to: comparison.unbiasedCKA ?? .nan)
        try group.group.setAttribute("unbiased_cka_p", to: comparison.unbiasedCKAP ?? .nan)
        return colour
    }
}
