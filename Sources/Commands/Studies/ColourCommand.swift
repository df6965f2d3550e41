import ArgumentParser
import ColourStudy
import FeatureStore
import Foundation
import Reporting
import SweepModel
import SweepRuntime

struct ColourCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "colour",
        abstract:
            "Lay colours out by their co-occurrence in images and by language models, beside how people see them.",
        discussion: """
            Figure 8 of the paper, with numbers: distances from the PMI of neighbouring pixels, and from features of colour words, are mapped to three \
            dimensions, brought onto CIELAB, and compared with its distances under permutations. Without --images and --x it takes counts of \
            photographs and features of two sentence encoders that come with the program.

            Exit status: 0 done, 1 the files could not be written, 2 the request was wrong.
            """)

    @Option(help: "The directory to write.", completion: .directory)
    var output: String

    @Option(
        help: ArgumentHelp(
            "Images to count in: an HDF5 file with a dataset 'images' (m, h, w, 3) of uint8.", valueName: "file"),
        completion: .file(extensions: ["h5", "hdf5"]))
    var images: String?

    @Option(
        parsing: .upToNextOption,
        help: "Feature stores whose samples are colour words, one or more: files, globs and directories.",
        completion: .stores)
    var x: [String] = []

    @Option(
        help: ArgumentHelp(
            "Colours of the words: CSV with the columns name and hex (default: the 949 of the XKCD survey).",
            valueName: "file"), completion: .file(extensions: ["csv"]))
    var words: String?

    @Option(help: "The largest distance of two pixels that stand beside each other (default: 4).")
    var radius: Int?

    @Option(help: "Pairs of pixels to draw (default: 4,000,000).")
    var pairs: Int?

    @Option(help: "Levels of the grid of colours along each channel (default: 8).")
    var levels: Int?

    @Option(help: "How many colours of the images take part: the most frequent.")
    var colours = ColourSettings().colours

    @Option(
        help:
            "What is added to the count of every pair of colours; with 0, those never seen are as far apart as the farthest."
    )
    var smoothing = ColourSettings().smoothing

    @Option(help: "Random starts of each map, of which the best is kept.")
    var fits = ColourSettings().fits

    @Option(help: "Random matchings of colours for p.")
    var permutations = ColourSettings().permutations

    @Option(help: "The seed of all random numbers.")
    var seed: UInt64 = 0

    func run() throws {
        var settings = ColourSettings()
        settings.levels = levels ?? settings.levels
        settings.radius = radius ?? settings.radius
        settings.pairs = pairs ?? settings.pairs
        settings.colours = colours
        settings.smoothing = smoothing
        settings.fits = fits
        settings.permutations = permutations
        settings.seed = seed
        try settings.check()
        try checkCounting()
        let directory = try ReportDirectory(path: output, by: .colourStudy)
        try OutputPlaces.keepApart([images, words].compactMap(\.self), closed: [directory.path])
        let study = try ColourStudy(try counts(settings), models: try features(), settings: settings)
        let source = images == nil && x.isEmpty ? ColourPage.Source.bundled : .given(images: images, stores: x)
        let page = ColourPage(study, from: source)
        let writer = ColourWriter(study, software: "platonic \(Platonic.version)")
        try StudyOutput.write(
            page.files, findings: page.findings, in: directory,
            file: { (folder, path) throws(Complaint) in try writer.write(in: folder, as: path) })
    }

    /// What is counted already cannot be counted in another way.
    private func checkCounting() throws(Complaint) {
        guard images == nil else { return }
        for (option, value) in [("--radius", radius), ("--pairs", pairs), ("--levels", levels)] where value != nil {
            throw Complaint(
                .request, "the counts that come with the program are of one radius, grid and number of pairs",
                at: option,
                advice: "give --images as well, or leave \(option) out")
        }
        guard words == nil || !x.isEmpty else {
            throw Complaint(
                .request, "a table of colours is for stores of other words", at: "--words",
                advice: "give --x as well, or leave --words out")
        }
    }

    private func counts(_ settings: ColourSettings) throws -> ColourCounts {
        guard let images else { return try CountsFile.read(BundledData.folder("colour") + "/counts.h5") }
        // libhdf5 trusts what is in a file: another process looks at it first.
        _ = try ResultsTask.apart(.images, images)
        return ColourCounts(
            try ImageFile.read(images), grid: ColourGrid(levels: settings.levels), radius: settings.radius,
            pairs: settings.pairs, seed: settings.seed)
    }

    /// Features of the words of every store.
    private func features() throws -> [ColourStudy.WordFeatures] {
        let folder = try BundledData.folder("colour")
        let table = try ColourTable(path: words ?? folder + "/words.csv")
        var selection = try StoreSelection(x: x.isEmpty ? [folder + "/stores"] : x)
        let process = StoreProcess.ofThisProgram()
        // Whatever is wrong with a store is found where it can do no harm.
        _ = try selection.open { (path: String) throws(Complaint) in try process.findings(path) }
        for sentence in selection.passedOver { Console.warn(sentence) }
        return try selection.paths.map { try WordStore.read($0, colours: table) }
    }
}
