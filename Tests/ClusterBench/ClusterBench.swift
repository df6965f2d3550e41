import ArgumentParser

/// Measures a coordinator: not for users, and not installed.
@main
struct ClusterBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster-bench", abstract: "Measures a coordinator.",
        subcommands: [Swarm.self, SubmitEmpty.self, Core.self, Fuzz.self, Fleet.self])
}
