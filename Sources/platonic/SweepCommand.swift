import ArgumentParser
import SweepAnalysis

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Compare every layer of every model with every layer of every other, on this machine.",
        discussion: """
            Workers are processes of this program; 'platonic worker --connect' with the endpoint that is printed adds more. Ctrl-C \
            stops cleanly, and the same command goes on where it was.
            """)

    @OptionGroup var spec: SpecOptions
    @OptionGroup var options: RunOptions

    @Option(help: "The results file to write (HDF5).")
    var output: String

    func run() throws {
        _ = try SweepSession(spec: spec.read(), run: options, output: output).perform()
    }
}
