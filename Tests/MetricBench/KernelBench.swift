import ArgumentParser
import Foundation
import LinearAlgebra
import SweepTestSupport

/// Measures kernel and subspace metrics beside the BLAS that bounds them.
struct KernelBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Times cka, unbiased_cka and svcca on one core, beside sgemm and ssyrk in the same run.",
        discussion: "Run it with OPENBLAS_NUM_THREADS=1. Times are the least of several runs.")

    @Option(help: "Samples.") var samples = 1024
    @Option(help: "Features of a layer.") var width = 1024
    @Option(help: "Layers on either side of the kernel metrics.") var layers = 256
    @Option(help: "Singular vectors.") var dimensions = 10
    @Option(help: "Runs of everything.") var runs = 5
    @Flag(help: "The seconds of the processor, not of the clock: on a machine that others use.") var cpu = false
    @Flag(help: "Subspaces only.") var skipKernels = false
    @Option(help: "A file for the numbers.") var json: String?

    func run() throws {
        // As in a worker of 8 GiB.
        MatrixMemory.keepIdle(atMost: 512 << 20)
        let stopwatch = Stopwatch(usesProcessorTime: cpu, runs: runs)
        var rows: [BenchmarkRow] = []
        if !skipKernels { rows += try KernelTimes(samples: samples, width: width, layers: layers).measure(stopwatch) }
        rows += try SubspaceTimes(samples: samples, width: width, dimensions: dimensions).measure(stopwatch)
        try BenchmarkRow.report(rows, json: json)
    }
}

/// Times work several times over and takes the least.
struct Stopwatch {
    let usesProcessorTime: Bool
    let runs: Int

    /// The least seconds of each of `works`, which take turns, so that all see the same machine.
    func seconds(_ works: [() throws -> Void]) throws -> [Double] {
        var least = [Double](repeating: .infinity, count: works.count)
        for _ in 0..<max(runs, 1) {
            for (position, work) in works.enumerated() {
                let start = now()
                try work()
                least[position] = min(least[position], now() - start)
            }
        }
        return least
    }

    private func now() -> Double {
        var time = timespec()
        clock_gettime(usesProcessorTime ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
