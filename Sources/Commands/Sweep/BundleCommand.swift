import ArgumentParser
import FeatureStore
import Foundation
import Reporting
import SweepModel
import SweepRuntime

struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Make references of models that can be published: what scoring against them takes, and no features.",
        discussion: """
            Takes the words of 'platonic sweep'. The file stands for its models wherever stores are named: 'platonic sweep --x mine.h5 \
            --y prh.references' gives the scores that it would give with their stores. Metrics, numbers of neighbours up to the longest list, \
            samples and preparation have to be those of the references; what they do not hold is refused.

            No artifact that is the features goes in (procrustes; kernels of layers that are kept by their factor), and yet something can be \
            learned from the others: lists of neighbours tell which samples a layer takes for alike and how much, and where they hold a good \
            part of all pairs all similarities can be completed from them; similarities, as kernels and distances hold them, give the features \
            up to a rotation, and bases up to a linear map.
            """)

    @OptionGroup var spec: SpecOptions
    @OptionGroup(title: "This machine") var options: RunOptions

    @Option(help: "The file to write; its name ends in .references.", completion: .file(extensions: ["references"]))
    var output: String

    @Option(
        name: [.long, .customLong("license")],
        help: ArgumentHelp("The terms of the references, such as CC-BY-4.0.", valueName: "text"))
    var licence: String?

    @Flag(help: "Replace references that are at --output. Anything else is never replaced.")
    var force = false

    func run() throws {
        guard ReferencePath.isFile(output) else {
            throw Complaint(
                .request, "the name does not end in \(ReferencePath.suffix)", at: output,
                advice: "name a file such as models\(ReferencePath.suffix): it is known for references by that")
        }
        let file = try OutputFile(path: output, inputs: InputFiles([spec.spec].compactMap(\.self)))
        try file.check(rule)
        let spec = try spec.read()
        let prepared = try PreparedSweep(
            spec, reading: StoreProcess.interruptibleReading(), complain: Console.complain)
        if !options.quiet { for warning in prepared.passedOver + prepared.warnings { Console.warn(warning) } }
        let making = try ReferenceMaking(prepared, resources: options.resources)
        let progress = options.quiet || isatty(STDERR_FILENO) == 0 ? nil : BundleProgress()
        let writer = try making.make(
            software: "platonic \(Platonic.version)", licence: licence, isInterrupted: { SignalInbox.isEndPending }
        ) { progress?.show($0, of: $1) }
        var digest = ""
        try file.replace(rule) { digest = try writer.write(to: $0) }
        let models = prepared.plan.models.count.counted("model")
        if options.json {
            try Console.print(SortedJSON.text(["output": output, "sha256": digest]) + "\n")
        } else {
            try Console.print("\(digest)  \(models), \(prepared.plan.layers.count.counted("layer"))\n")
        }
        if !options.quiet { Console.note("platonic: references written to \(output)") }
    }

    /// Only references are ever replaced, and these by force.
    private func rule(_ file: borrowing ExistingFile) throws(Complaint) {
        guard ReferenceWriter.isOwn(file) else {
            throw Complaint(
                .request, "the output is a file that holds no references", at: output,
                advice: "name another file, or move that one away: only references are ever replaced")
        }
        guard !force else { return }
        throw Complaint(
            .request, "the output holds references already", at: output,
            advice: "name another file, or give --force to replace them")
    }
}

/// How far the layers are, in one line of a terminal.
private struct BundleProgress: Sendable {
    func show(_ done: Int, of all: Int) {
        let end = done == all ? "\n" : ""
        try? FileHandle.standardError.write(contentsOf: Data("\rplatonic: \(done) of \(all) layers\(end)".utf8))
    }
}
