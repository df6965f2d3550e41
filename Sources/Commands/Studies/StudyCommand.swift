import ArgumentParser

/// The paper's studies that are not sweeps.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Make one of the paper's studies that are not sweeps, and write a page about what was found.",
        discussion: """
            Each runs without arguments but --output, on a world or on data that come with the program. The directory gets report.html, study.h5 \
            with everything that was computed, figures/ and data/. It appears whole or not at all; a former page of the same study is \
            replaced, and any other directory that is not empty is left alone.
            """,
        subcommands: [ContrastiveCommand.self, ColourCommand.self])
}
