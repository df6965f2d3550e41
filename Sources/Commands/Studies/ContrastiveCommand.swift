import ArgumentParser
import ContrastiveStudy
import Reporting
import SweepModel
import SweepRuntime

struct ContrastiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contrastive",
        abstract: "Train contrastive learners on small worlds, and hold their kernels against the exact PMI.",
        discussion: """
            Section 4 and appendix F of the paper, computed: in worlds of discrete events (a ring, a torus, a random graph, and three in which the \
            theory does not hold) embedding tables are trained by binary NCE and by InfoNCE, through two modalities that show every event by itself \
            and one that merges events. It takes some seconds.

            Exit status: 0 done, 1 the files could not be written, 2 the request was wrong.
            """)

    @Option(help: "The directory to write.", completion: .directory)
    var output: String

    @Option(help: "Events of every world, 16 to 256; a torus has the nearest square. Time grows with the third power.")
    var events = ContrastiveSettings().events

    @Option(help: "Numbers in a vector (default: as many as events).")
    var dimension: Int?

    @Option(help: "Steps of training.")
    var steps = ContrastiveSettings().steps

    @Option(help: "The rate of Adam.")
    var rate = ContrastiveSettings().rate

    @Option(help: "Neighbours of mutual k-NN.")
    var k = ContrastiveSettings().neighbours

    @Option(help: "The seed of all random numbers.")
    var seed: UInt64 = 0

    func run() throws {
        var settings = ContrastiveSettings()
        settings.events = events
        settings.dimension = dimension
        settings.steps = steps
        settings.rate = rate
        settings.neighbours = k
        settings.seed = seed
        try settings.check()
        let directory = try ReportDirectory(path: output, by: .contrastiveStudy)
        let study = try ContrastiveStudy(settings)
        let page = ContrastivePage(study)
        let writer = ContrastiveWriter(study, software: "platonic \(Platonic.version)")
        try StudyOutput.write(
            page.files, findings: page.findings, in: directory,
            file: { (folder, path) throws(Complaint) in try writer.write(in: folder, as: path) })
    }
}
