internal import ColourStudy
internal import Figures
internal import SweepModel

/// Part 6: how the study was made, and where it differs from the paper's.
enum ColourMethod {
    static func section(_ study: ColourStudy, _ source: ColourPage.Source) -> HTMLPage.Section {
        let settings = study.settings
        var table = DataTable(columns: ["what", "value"])
        for (what, value) in [
            ("grid", "\(study.vision.counts.grid.levels) levels a channel"),
            ("radius", "\(study.vision.counts.radius) pixels"),
            ("pairs of pixels", study.vision.counts.pairs.grouped),
            ("colours of the images, at most", "\(settings.colours)"),
            ("added to counts", NumberText.brief(settings.smoothing)), ("starts of each scaling", "\(settings.fits)"),
            ("permutations", "\(settings.permutations)"), ("seed", "\(settings.seed)"),
        ] {
            table.append([.text(what), .text(value)])
        }
        return HTMLPage.Section(
            "How it was made, and where it differs from the paper",
            [
                .list(sources(study, source)),
                .paragraph(
                    "Perception is CIELAB of sRGB (D65, 2° observer). Maps are metric scalings by SMACOF, each from \(settings.fits) random starts. Maps are "
                        + "brought onto CIELAB by the scaling, rotation and translation of Kabsch and Umeyama, once as they are and once mirrored. "
                        + "Spearman's correlation is over all pairs of colours, and unbiased CKA of the kernels of which the distances are; p is by "
                        + "matching colours at random."),
                .heading("Where it differs from the paper"),
                .list([
                    "The paper counts colours in CIFAR-10; here they are counted in "
                        + (isBundled(source)
                            ? "4,000 patches of 25 photographs of scenes." : "the images that were given."),
                    "The paper takes the colour terms of Lindsey and Brown's survey, and the same colours for images and words. Here words and their "
                        + "colours are of the XKCD survey, and images have colours of their own, the cells of a grid.",
                    "The paper's language models are SimCSE and RoBERTa-large. Here they are \(ReportText.list(study.models.filter(\.features.isPretrained).map(\.features.model))).",
                    "The paper shows three clouds and says that they are roughly the same. Here that is a number, with p, and set beside networks with "
                        + "random weights.",
                ]),
                .table(table, caption: "Settings; the same give the same bytes"),
            ])
    }

    private static func isBundled(_ source: ColourPage.Source) -> Bool {
        switch source {
        case .bundled: true
        case .given(let images, _): images == nil
        }
    }

    private static func sources(_ study: ColourStudy, _ source: ColourPage.Source) -> [String] {
        let photographs =
            "Images: counts of neighbouring colours in photographs of the Debian packages lomiri-wallpapers-16.04 and mate-backgrounds, under CC BY-SA and "
            + "GPL. The counts come with the program; the photographs do not."
        let words =
            "Words: \(study.models.first?.features.words.count ?? 0) names of the XKCD survey of 2010, of those that its people gave most often, with the sRGB of "
            + "the survey (CC0). Features are of sentences, the mean over tokens, averaged over three templates: \u{201C}The color …\u{201D}, "
            + "\u{201C}This color is …\u{201D} and \u{201C}The color of this thing is …\u{201D}."
        switch source {
        case .bundled: return [photographs, words]
        case .given(let images, let stores):
            return [
                images.map { "Images: \($0)." } ?? photographs,
                stores.isEmpty ? words : "Words: samples of \(ReportText.list(stores)).",
            ]
        }
    }
}
