import ArgumentParser

/// Measures what a layer and a pair of layers take, beside what bounds it: not for users, and not installed.
@main
struct MetricBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metric-bench", abstract: "Times what sweeps compute, on one core or by one worker's threads.",
        subcommands: [LayerBench.self, ScoreBench.self, KernelBench.self])
}
