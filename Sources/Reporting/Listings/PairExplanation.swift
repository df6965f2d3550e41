internal import Figures
package import SweepAnalysis
internal import SweepModel
package import SweepProtocol

/// What a results file says of one pair of models, in words: the score of its best layers, and what supports it.
package struct PairExplanation {
    private let sweep: SweepScores
    private let x: Int
    private let y: Int

    /// Of the models at these positions of x and of y (`SweepScores.pair`).
    package init(_ sweep: SweepScores, _ pair: (x: Int, y: Int)) {
        self.sweep = sweep
        (x, y) = pair
    }

    /// One for each metric.
    package var explanations: [Explanation] { sweep.metrics.map(explanation) }

    private var cell: Int { x * sweep.y.models.count + y }

    private func explanation(_ metric: ScoredMetric) -> Explanation {
        let names = "\(sweep.x.models[x].name) with \(sweep.y.models[y].name)"
        let score = metric.scores[cell]
        guard score.isFinite, let row = layer(sweep.x, x, metric.bestXLayers[cell]),
            let column = layer(sweep.y, y, metric.bestYLayers[cell])
        else {
            return Explanation("\(metric.id): \(names) has no score", reasons: [])
        }
        let counts = (sweep.x.layers.count { $0.model == x }, sweep.y.layers.count { $0.model == y })
        let pairs =
            counts.0 * counts.1 == 1
            ? "its one layer pair" : "the best of \(counts.0) x \(counts.1) layer pairs"
        return Explanation(
            "\(metric.id): \(names) scores \(number(score)), \(sweep.samplesInWords): \(named(sweep.x, row)) with \(named(sweep.y, column)), \(pairs)",
            reasons: [
                matched(metric, row, column), calibrated(metric, pairs), moved(metric, score), split(metric),
                gallery(metric),
            ].compactMap(\.self))
    }

    /// The position of a model's layer on its side.
    private func layer(_ side: ScoredSide, _ model: Int, _ index: Int) -> Int? {
        side.layers.firstIndex { $0.model == model && $0.index == index }
    }

    private func named(_ side: ScoredSide, _ layer: Int) -> String {
        let found = side.layers[layer]
        return found.index == PlannedLayer.concatenation
            ? "all layers side by side" : "layer \(found.index) '\(found.name)'"
    }

    private func matched(_ metric: ScoredMetric, _ row: Int, _ column: Int) -> String? {
        guard case .known(let means, let deviations, let p, let floor) = metric.placement else {
            if case .unknown(let reason) = metric.placement {
                return "what random matching would give is not known: \(reason)"
            }
            return nil
        }
        let place = row * sweep.y.layers.count + column
        guard means[place].isFinite, deviations[place] > 0, p[place].isFinite else { return nil }
        let z = (metric.scores[cell] - means[place]) / deviations[place]
        let least = p[place] <= floor ? " or less, the least that is told" : ""
        return
            "were samples matched at random, these two layers would score \(number(means[place])) on average, with a deviation of "
            + "\(NumberText.brief(deviations[place])): z = \(NumberText.fixed(z, decimals: 1)), p = \(ReportText.probability(p[place]))\(least), of a layer pair "
            + "that was chosen beforehand"
    }

    private func calibrated(_ metric: ScoredMetric, _ pairs: String) -> String? {
        guard let calibration = metric.calibration, let values = calibration.values[.maximum] else {
            let advice =
                sweep.queryCount == nil ? " (platonic calibrate)" : ", which takes the neighbours of all samples"
            return "that it is \(pairs) is not allowed for: the sweep was not calibrated\(advice)"
        }
        guard values.p[cell].isFinite else { return nil }
        let what = calibration.permutesGroups ? "groups of samples" : "the samples"
        let q = values.q[cell]
        let family =
            q.isFinite
            ? ", q = \(ReportText.probability(q)) among all pairs of different networks: "
                + (q <= CalibratedScores.significant
                    ? "it stands out" : "it does not stand out, which does not show that they are unrelated")
            : ": it is in no family of pairs that q is over"
        return
            "under \(calibration.permutations.counted("random permutation")) of \(what) the maximum over layers is as high with p = "
            + "\(ReportText.probability(values.p[cell]))\(family); at most \(NumberText.brief(100 * calibration.level)) % of permutations exceed "
            + "\(number(values.threshold[cell]))\(values.calibrated.map { ", so that the calibrated score is \(number($0[cell]))" } ?? "")"
    }

    private func moved(_ metric: ScoredMetric, _ score: Double) -> String? {
        guard let intervals = metric.intervals else {
            let advice = sweep.queryCount == nil ? " (--intervals)" : ", which take the neighbours of all samples"
            return "how far other samples would move it is not known: the sweep has no intervals of it\(advice)"
        }
        let error = intervals.bestStandardErrors[cell]
        guard error.isFinite else { return nil }
        let ends = ScoredIntervals.ends(score, error)
        return
            "other \(intervals.drawsGroups ? "groups of samples" : "samples") would move it: standard error \(NumberText.brief(error)), "
            + "\(NumberText.brief(100 * ScoredIntervals.level)) % interval \(number(ends.lower)) to \(number(ends.upper)), the layers held fixed"
            + (intervals.isValidated ? "" : "; not validated for this metric")
    }

    private func split(_ metric: ScoredMetric) -> String? {
        guard let splits = metric.splits else { return nil }
        let own = splits.scores[cell * splits.count..<(cell + 1) * splits.count].filter(\.isFinite)
        guard let least = own.min(), let most = own.max() else { return nil }
        return
            "in \(splits.count) disjoint parts of \(splits.samples.lowerBound) samples or more it is \(number(least)) to \(number(most))"
    }

    private func gallery(_ metric: ScoredMetric) -> String? {
        guard let gallery = metric.gallery else { return nil }
        let scores = gallery.sizes.indices.compactMap { size -> String? in
            let score = gallery.scores[size * metric.scores.count + cell]
            guard score.isFinite else { return nil }
            let chance = ScoredGallery.chance(size: gallery.sizes[size], k: gallery.ks[size])
            return "\(number(score)) of \(gallery.sizes[size]) samples (chance \(ScoreTables.chance(chance)))"
        }
        return scores.isEmpty ? nil : "expected in random galleries: \(scores.joined(separator: ", "))"
    }

    private func number(_ value: Double) -> String { ScoreTables.number(value) }
}
