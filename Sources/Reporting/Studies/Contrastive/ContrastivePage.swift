package import ContrastiveStudy
internal import Figures

/// The page of `platonic study contrastive`, with its drawings and tables: the same bytes for the same study.
package struct ContrastivePage: Sendable {
    /// The page comes last.
    package let files: [ReportFile]
    /// What was found, a sentence each.
    package let findings: [String]

    package init(_ study: ContrastiveStudy) {
        findings = ContrastiveSummary.sentences(study)
        var files = ReportFiles()
        let sections = [
            ContrastiveSummary.section(study, &files), KernelSection.section(study, &files),
            TrainingSection.section(study, &files), SmoothnessSection.section(study, &files),
            CounterexampleSection.section(study, &files), ContrastiveMethod.section(study),
        ]
        files.add(
            HTMLPage(
                title: "Contrastive learners and the PMI of their world",
                subtitle:
                    "Is the minimiser of a contrastive loss a kernel equal to the PMI up to an offset, in every modality? "
                    + "Section 4 and appendix F of Huh, Cheung, Wang and Isola (2024), computed.",
                sections: sections, footer: Self.footer, generator: PageMaker.contrastiveStudy.rawValue,
                files: files.files.map(\.path) + [StudyFormat.file]))
        self.files = files.files
    }

    private static let footer =
        "Drawings are in figures/ as SVG and Vega-Lite specifications; every plotted number is in data/ as CSV, and all of the study "
        + "in \(StudyFormat.file)."
}

/// The same words for the same things in every section.
enum ContrastiveText {
    static func title(_ kind: WorldKind) -> String { kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst() }

    /// To four decimals, and never 1 of what is less.
    static func correlation(_ value: Double?) -> String {
        guard let value else { return "none" }
        return value > 0.99995 ? "above 0.9999" : NumberText.fixed(value, decimals: 4)
    }

    /// The same behind a letter: "= 0.9972", "> 0.9999".
    static func relation(_ value: Double?) -> String {
        let text = correlation(value)
        return text.hasPrefix("above") ? "> " + text.dropFirst(6) : "= " + text
    }

    /// To four significant digits, with a minus sign that is one.
    static func number(_ value: Double?) -> String {
        guard let value else { return "none" }
        return (value < 0 ? "−" : "") + NumberText.brief(abs(value))
    }

    /// "0.998 to 1" of several, "1" where they are the same.
    static func range(_ values: [Double]) -> String {
        let (low, high) = (
            NumberText.fixed(values.min() ?? .nan, decimals: 3), NumberText.fixed(values.max() ?? .nan, decimals: 3)
        )
        return low == high ? low : "\(low) to \(high)"
    }
}

extension ContrastiveStudy {
    func findings(_ kind: WorldKind) -> WorldFindings? { worlds.first { $0.world.kind == kind } }
    /// Worlds of which the theory speaks.
    var smooth: [WorldFindings] { worlds.filter(\.world.kind.isSmooth) }
}
