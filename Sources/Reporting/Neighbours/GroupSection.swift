internal import Figures
internal import SweepAnalysis

/// What samples that belong together, such as captions of one image, do to the neighbours that two layers share.
struct GroupSection {
    private let groups: SamplesPerGroup
    private let first: String
    private let second: String
    private let n: Int

    /// - Parameters:
    ///   - first: what one layer is called, and `second` the other.
    ///   - n: the number of samples.
    init(_ groups: SamplesPerGroup, first: String, second: String, n: Int) {
        self.groups = groups
        self.first = first
        self.second = second
        self.n = n
    }

    /// In sentences, for a terminal and a page.
    var summary: String {
        let own = groups.own
        var words =
            "The \(n) samples are of \(ReportText.count(groups.groupCount, "group")), of at most \(ReportText.count(groups.largestGroup, "sample")). Of a "
            + "sample's \(ReportText.count(groups.k, "neighbour")) \(ReportText.percent(own.first)) are of its own group in \(first), "
            + "\(ReportText.percent(own.second)) in \(second) and \(ReportText.percent(own.both)) in both; by chance it would be "
            + "\(ReportText.percent(own.chance)) in either."
        if let one = groups.levels.first, let all = groups.levels.last, all.count > one.count {
            words +=
                " With one sample of each group mutual k-NN is \(Self.words(one.together)), with all of them \(Self.words(all.together)), and "
                + "\(Self.words(all.apart)) where samples of one group are no neighbours."
        }
        return words
    }

    func section(_ files: inout ReportFiles) -> HTMLPage.Section {
        let table = files.add(table, ["groups"])
        return HTMLPage.Section(
            "Samples of one group",
            [
                .paragraph(summary),
                .paragraph(
                    "Samples of a group say much the same, and who finds them together is right at once: what is left where they are no neighbours is "
                        + "what the layers share beyond. Where a model was shown the same input for all samples of a group, as an image for all its "
                        + "captions, these are alike to it, and k neighbours are few inputs. Scores at different counts are of different numbers of "
                        + "samples: each is to be read beside its chance."),
                .figures([
                    files.add(
                        chart.figure(), ["groups"],
                        caption:
                            "Mutual k-NN among at most so many samples of each group: the mean over \(SamplesPerGroup.choices) random choices, with their "
                            + "standard deviation. The last are all samples.")
                ]),
                .links([("Scores by samples of each group (CSV)", table)]),
            ])
    }

    private var chart: LineChart {
        func curve(_ name: String, _ score: (SamplesPerGroup.Level) -> SamplesPerGroup.Score) -> LineChart.Curve {
            let known = groups.levels.compactMap { level in score(level).value.map { (Double(level.count), $0) } }
            let spread = known.map { $0.1.standardDeviation ?? 0 }
            let means = known.map { $0.1.mean }
            return LineChart.Curve(
                name, x: known.map(\.0), y: means, lower: zip(means, spread).map { $0 - $1 },
                upper: zip(means, spread).map { $0 + $1 })
        }
        let chances = groups.levels.compactMap { level in
            level.apart.chance.map { (count: Double(level.count), score: $0) }
        }
        var chart = LineChart(
            ChartText("Mutual k-NN over samples of each group", subtitle: "k = \(groups.k), \(n) samples"),
            // Counts that are doubled from one to the next lie as far from each other.
            x: Axis("samples of each group, at most", isLogarithmic: SamplesPerGroup.areDoubled(groups.largestGroup)),
            y: Axis("mutual k-NN"),
            curves: [
                curve("own group may be near", \.together), curve("own group left out", \.apart),
                LineChart.Curve("chance", x: chances.map(\.count), y: chances.map(\.score)),
            ])
        chart.uncertainty = .errorBars
        chart.naming = .legend
        return chart
    }

    private var table: DataTable {
        var table = DataTable(columns: [
            "samples of each group", "samples", "together", "together sd", "together chance", "together left out",
            "apart",
            "apart sd", "apart chance", "apart left out",
        ])
        for level in groups.levels {
            let scores = [level.together, level.apart].flatMap { score -> [DataTable.Cell] in
                [
                    .init(score.value?.mean), .init(score.value?.standardDeviation), .init(score.chance),
                    .count(score.leftOut),
                ]
            }
            table.append([.count(level.count), .count(level.samples)] + scores)
        }
        return table
    }

    private static func words(_ score: SamplesPerGroup.Score) -> String {
        guard let chance = score.chance else { return "not defined, since there are fewer samples than neighbours" }
        let value = score.value.map { ReportText.score($0.mean) } ?? "not known, since the lists are too short"
        return "\(value) (chance \(ReportText.score(chance)))"
    }

    // MARK: JSON

    struct Document: Encodable {
        struct Score: Encodable {
            let mutualKNN: Double?
            let standardDeviation: Double?
            let chance: Double?
            let leftOut: Int

            init(_ score: SamplesPerGroup.Score) {
                (mutualKNN, standardDeviation) = (score.value?.mean, score.value?.standardDeviation)
                (chance, leftOut) = (score.chance, score.leftOut)
            }
        }
        struct Level: Encodable {
            let samplesOfEach: Int
            let samples: Int
            let together: Score
            let apart: Score
        }
        struct OwnShares: Encodable {
            let first: Double
            let second: Double
            let both: Double
            let chance: Double
        }
        let count: Int
        let largest: Int
        let own: OwnShares
        let levels: [Level]

        init(_ groups: SamplesPerGroup) {
            (count, largest) = (groups.groupCount, groups.largestGroup)
            let shares = groups.own
            own = OwnShares(first: shares.first, second: shares.second, both: shares.both, chance: shares.chance)
            levels = groups.levels.map {
                Level(
                    samplesOfEach: $0.count, samples: $0.samples, together: Score($0.together), apart: Score($0.apart))
            }
        }
    }
}
