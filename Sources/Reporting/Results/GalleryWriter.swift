internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes the expected scores of one metric in galleries, into `/statistics/<id>/gallery`.
struct GalleryWriter {
    let plan: SweepPlan
    let gallery: ScoredGallery

    func write(_ statistics: borrowing HDF5Group, _ axes: borrowing Axes) throws(HDF5Error) {
        let group = try statistics.createGroup("gallery")
        let sizes = gallery.sizes.map { Int32(clamping: $0) }
        let m = try group.createDataset("m", shape: [sizes.count], values: sizes)
        try m.makeScale(named: "m")
        for (prefix, ks, bounds, scores) in [
            ("", gallery.ks, gallery.bounds, gallery.scores),
            ("proportional_", gallery.proportionalKs, gallery.proportionalBounds, gallery.proportionalScores),
        ] {
            let chance = zip(gallery.sizes, ks).map { ScoredGallery.chance(size: $0, k: $1) }
            try group.createDataset(prefix + "k", shape: [ks.count], values: ks.map { Int32(clamping: $0) })
                .attachScale(m, toDimension: 0)
            for (name, values) in [("bound", bounds), ("chance", chance)] {
                try group.createDataset(prefix + name, shape: [values.count], values: values)
                    .attachScale(m, toDimension: 0)
            }
            let dataset = try group.createDataset(
                prefix + "scores", shape: [sizes.count, plan.xModels.count, plan.yModels.count], values: scores)
            try dataset.attachScale(m, toDimension: 0)
            try dataset.attachScale(axes.x, toDimension: 1)
            try dataset.attachScale(axes.y, toDimension: 2)
        }
    }
}
