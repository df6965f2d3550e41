import AlignmentMetrics
import ArgumentParser
import Foundation
import SweepModel
import SweepTestSupport

/// Times the neighbour metrics of one tile, per pair of layers, beside the straightforward form of a pair and a k.
struct ScoreBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbours",
        abstract: "Times the neighbour metrics of a tile of random lists: microseconds a pair of layers, on one core.",
        discussion: "Times are medians of several runs.")

    @Option(help: "Samples.") var n = 1024
    @Option(help: "Neighbours.") var k = 10
    @Option(help: "The last k of the curve of mutual_knn, which begins at 1.") var curve = 100
    @Option(help: "Layers along each side of the tile.") var layers = 64
    @Option(help: "The share of neighbours that layers have from a list in common.") var overlap = 0.5
    @Option(help: "Runs of everything.") var runs = 5
    @Option(help: "Metrics (default: all of neighbours).") var metric: [String] = []
    @Option(help: "A file for the numbers.") var json: String?

    func validate() throws {
        guard n >= 4, (1..<n).contains(k), (1..<n).contains(curve), layers > 0, runs > 0, (0...1).contains(overlap)
        else {
            throw ValidationError("n >= 4, 1 <= k < n, layers and runs above 0 and an overlap from 0 to 1 are needed")
        }
        for name in metric where MetricKind(rawValue: name)?.isNeighbourMetric != true {
            throw ValidationError("\(name) is not a neighbour metric")
        }
    }

    func run() throws {
        var measurements: [BenchmarkRow] = []
        let single = Tile(n: n, k: k, layers: layers, overlap: overlap)
        for kind in MetricKind.allCases where isWanted(kind) {
            let seconds = single.seconds(kind, ks: [k], runs: runs)
            measurements.append(BenchmarkRow(name: kind.rawValue, value: 1e6 * seconds, unit: "us"))
            guard let scalar = single.scalarSeconds(kind, runs: runs) else { continue }
            measurements.append(
                BenchmarkRow(name: "\(kind.rawValue), straightforward", value: 1e6 * scalar, unit: "us"))
        }
        if isWanted(.mutualKNN) {
            let seconds = Tile(n: n, k: curve, layers: layers, overlap: overlap)
                .seconds(.mutualKNN, ks: Array(1...curve), runs: runs)
            measurements.append(BenchmarkRow(name: "mutual_knn 1:\(curve)", value: 1e6 * seconds, unit: "us"))
        }
        try BenchmarkRow.report(measurements, json: json)
    }

    private func isWanted(_ kind: MetricKind) -> Bool {
        kind.isNeighbourMetric && (metric.isEmpty || metric.contains(kind.rawValue))
    }
}

/// As many layers on either side, in memory.
private struct Tile {
    let n: Int
    let k: Int
    let layers: Int
    private let indices: [[Int32]]
    private let rows: [LayerNeighbours]
    private let columns: [LayerNeighbours]

    init(n: Int, k: Int, layers: Int, overlap: Double) {
        (self.n, self.k, self.layers) = (n, k, layers)
        indices = RandomLists.indices(layers: 2 * layers, n: n, k: k, overlap: overlap, seed: 1)
        let all = indices.enumerated().map {
            LayerNeighbours(Self.lists($1, n: n, k: k, seed: UInt64($0)))
        }
        (rows, columns) = (Array(all[..<layers]), Array(all[layers...]))
    }

    /// The lists with similarities that fall with rank.
    private static func lists(_ indices: [Int32], n: Int, k: Int, seed: UInt64) -> NeighbourLists {
        var generator = SeededGenerator(seed: seed)
        let similarities = (0..<n).flatMap { _ in
            (0..<k).map { _ in Double.random(in: -0.2..<1, using: &generator) }.sorted(by: >)
        }
        return NeighbourLists(
            sampleCount: n, k: k, indices: indices, similarities: similarities, tiedRows: Array(repeating: 0, count: k),
            rowMeans: Array(repeating: 0, count: n), grandMean: 0)
    }

    /// Seconds for a pair of layers and all of `ks`.
    func seconds(_ kind: MetricKind, ks: [Int], runs: Int) -> Double {
        median(runs) { _ = NeighbourScores.scores(kind, rows: rows, columns: columns, ks: ks, variant: .exact) }
            / Double(layers * layers)
    }

    /// Seconds of the straightforward form for a pair of layers; nil for cknna, which has none but with dense masks.
    func scalarSeconds(_ kind: MetricKind, runs: Int) -> Double? {
        guard kind != .cknna else { return nil }
        var scalar = ScalarNeighbourMetrics(sampleCount: n, length: k, k: k)
        let (a, b) = (indices[0], indices[layers])
        return median(runs) {
            switch kind {
            case .jaccardKNN: _ = scalar.jaccardKNN(a, b)
            case .cycleKNN: _ = scalar.cycleKNN(a, b)
            case .lcsKNN: _ = scalar.lcsKNN(a, b)
            case .editDistanceKNN: _ = scalar.editDistanceKNN(a, b)
            default: _ = scalar.mutualKNN(a, b)
            }
        }
    }

    private func median(_ runs: Int, _ work: () -> Void) -> Double {
        (0..<runs).map { _ in ContinuousClock().measure(work) / .seconds(1) }.sorted()[runs / 2]
    }
}
