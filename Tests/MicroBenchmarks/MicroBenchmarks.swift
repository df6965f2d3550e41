import Benchmark

/// The inner kernels by themselves, for whoever works on one of them: `scripts/bench --micro`. Not for users, and not installed.
@main
struct MicroBenchmarks: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        Benchmark.defaultConfiguration = .init(
            metrics: [.wallClock, .throughput, .cpuTotal, .peakMemoryResident], warmupIterations: 2,
            maxDuration: .seconds(2), maxIterations: 100_000)
        KernelBenchmarks.register()
        TileBenchmarks.register()
        LayerBenchmarks.register()
        PermutationBenchmarks.register()
    }
}
