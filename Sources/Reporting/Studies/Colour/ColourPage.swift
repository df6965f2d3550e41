package import ColourStudy
internal import Figures

/// The page of `platonic study colour`, with its drawings and tables: the same bytes for the same study.
package struct ColourPage: Sendable {
    /// Whence colours and words are.
    package enum Source: Sendable {
        /// What comes with the program.
        case bundled
        /// Files of the user's, as they are called.
        case given(images: String?, stores: [String])
    }

    /// The page comes last.
    package let files: [ReportFile]
    /// What was found, a sentence each.
    package let findings: [String]

    package init(_ study: ColourStudy, from source: Source) {
        var files = ReportFiles()
        findings = ColourSummary.sentences(study)
        let sections: [HTMLPage.Section?] = [
            ColourSummary.section(study, &files), CloudSection.section(study, &files),
            DistanceSection.section(study, &files), ControlSection.section(study, &files),
            CooccurrenceSection.section(study, &files), ColourMethod.section(study, source),
        ]
        files.add(
            HTMLPage(
                title: "Colour in images, in language and to the eye",
                subtitle:
                    "Do co-occurrence statistics of images, and language models, know how colours lie beside each other? Figure 8 and appendix D "
                    + "of Huh, Cheung, Wang and Isola (2024), with numbers for \u{201C}roughly the same\u{201D}.",
                sections: sections.compactMap(\.self), footer: Self.footer, generator: PageMaker.colourStudy.rawValue,
                files: files.files.map(\.path) + [StudyFormat.file]))
        self.files = files.files
    }

    private static let footer =
        "Drawings are in figures/ as SVG and Vega-Lite specifications; every plotted number is in data/ as CSV, and all of the study "
        + "in \(StudyFormat.file)."
}

/// A cloud and what it is called.
struct NamedCloud {
    let name: String
    /// As the subject of a sentence.
    let subject: String
    let cloud: ColourStudy.Cloud
    let isControl: Bool
}

extension ColourStudy {
    /// Images first, then networks, those with random weights last.
    var clouds: [NamedCloud] {
        let images = NamedCloud(
            name: "images", subject: "the PMI of neighbouring pixels", cloud: vision.cloud, isControl: false)
        let networks = (models.filter(\.features.isPretrained) + models.filter { !$0.features.isPretrained }).map {
            NamedCloud(
                name: $0.features.model, subject: "the last layer of \($0.features.model)", cloud: $0.cloud,
                isControl: !$0.features.isPretrained)
        }
        return [images] + networks
    }
}

/// The same words for the same things in every section.
enum ColourText {
    static func number(_ value: Double?, decimals: Int = 2) -> String {
        guard let value, value.isFinite else { return "none" }
        let text = NumberText.fixed(abs(value), decimals: decimals)
        return (value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" : "") + text
    }

    /// "p = 0.001".
    static func p(_ value: Double?) -> String { value.map { "p = \(ReportText.probability($0))" } ?? "no p" }

    static func colour(_ colour: SRGB) -> Colour {
        let bytes = colour.bytes
        return Colour(bytes.red, bytes.green, bytes.blue)
    }
}
