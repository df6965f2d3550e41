internal import ColourStudy
internal import Figures

/// Part 1: the question, what was found, and a table.
enum ColourSummary {
    static func section(_ study: ColourStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        let table = table(study)
        _ = files.add(table, ["sources"])
        return HTMLPage.Section(
            "What was found",
            [
                .paragraph(
                    "Two colours that are alike stand beside each other more often than others do, in images as in speech. If that is all it takes, "
                        + "then what is learned from images, what is learned from texts, and what people see should lay colours out in the same way. "
                        + "Each source here gives distances between colours; they are mapped to three dimensions, and the map is brought onto CIELAB, "
                        + "the space in which distances are about as large as differences look."),
                .list(sentences(study)),
                .table(table, caption: "Every source against CIELAB: last layers of networks"),
            ])
    }

    static func sentences(_ study: ColourStudy) -> [String] {
        var sentences = [sentence(study.clouds[0])]
        for named in study.clouds.dropFirst() where !named.isControl {
            sentences.append(sentence(named))
            if let twin = twin(of: named, study) { sentences.append(sentence(named, beside: twin)) }
        }
        return sentences
    }

    /// What counts as more than chance.
    private static let level = 0.05

    private static func isSupported(_ value: Double?, _ p: Double?) -> Bool { (value ?? 0) > 0 && (p ?? 1) <= level }

    private static func sentence(_ named: NamedCloud) -> String {
        let comparison = named.cloud.comparison
        let subject = named.subject.prefix(1).uppercased() + named.subject.dropFirst()
        let supported = [
            isSupported(comparison.spearman, comparison.spearmanP),
            isSupported(comparison.unbiasedCKA, comparison.unbiasedCKAP),
        ]
        let verdict =
            supported == [true, true]
            ? "agrees with the eye more than chance would"
            : (supported == [false, false]
                ? "does not agree with the eye beyond chance"
                : "agrees with the eye more than chance would by one of two measures")
        return
            "\(subject) \(verdict): \(numbers(comparison)), over \(named.cloud.names.count) colours; brought onto CIELAB, its map leaves "
            + "\(ReportText.percent(named.cloud.alignment.residual)) of the variation."
    }

    private static func numbers(_ comparison: DistanceComparison) -> String {
        "Spearman \(ColourText.number(comparison.spearman)) (\(ColourText.p(comparison.spearmanP))) and unbiased CKA "
            + "\(ColourText.number(comparison.unbiasedCKA)) (\(ColourText.p(comparison.unbiasedCKAP)))"
    }

    /// What training brings.
    private static func sentence(_ named: NamedCloud, beside twin: NamedCloud) -> String {
        let (own, other) = (named.cloud.comparison, twin.cloud.comparison)
        let isLexical = isSupported(other.spearman, other.spearmanP)
        func change(_ number: (DistanceComparison) -> Double?) -> String {
            let difference = (number(own) ?? .nan) - (number(other) ?? .nan)
            return (difference > 0 ? "+" : "") + ColourText.number(difference)
        }
        return
            "The same network with random weights has \(numbers(other))"
            + (isLexical
                ? ", without having learned anything: names that share a word are near each other in any network. "
                : ". ")
            + "Training changes Spearman by \(change(\.spearman)) and unbiased CKA by \(change(\.unbiasedCKA))."
    }

    /// The network of the same architecture with random weights.
    static func twin(of named: NamedCloud, _ study: ColourStudy) -> NamedCloud? {
        guard let own = study.models.first(where: { $0.features.model == named.name }) else { return nil }
        let twin = study.models.first { !$0.features.isPretrained && $0.features.network == own.features.network }
        return twin.flatMap { twin in study.clouds.first { $0.name == twin.features.model } }
    }

    private static func table(_ study: ColourStudy) -> DataTable {
        var table = DataTable(
            columns: [
                "source", "colours", "Spearman", "p", "unbiased CKA", "p of CKA", "stress-1 of the map", "residual",
                "mirrored", "RMS ΔE",
            ])
        for named in study.clouds {
            let (cloud, comparison) = (named.cloud, named.cloud.comparison)
            table.append([
                .text(named.name), .count(cloud.names.count), .init(comparison.spearman), .init(comparison.spearmanP),
                .init(comparison.unbiasedCKA), .init(comparison.unbiasedCKAP), .number(cloud.scaling.stress),
                .number(cloud.alignment.residual), .text(cloud.alignment.isReflected ? "yes" : "no"),
                .number(cloud.alignment.rootMeanSquare),
            ])
        }
        return table
    }
}
