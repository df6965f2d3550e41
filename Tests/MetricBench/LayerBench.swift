import ArgumentParser
import Foundation
import LinearAlgebra
import SweepModel

@testable import AlignmentMetrics

/// Times what is computed once for a layer, step by step and as a whole, against the symmetric matrix product that it cannot do without.
struct LayerBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layer", abstract: "Times what is computed once for a layer, step by step and as a whole.")

    enum Precision: String, ExpressibleByArgument { case float16, float32, float64 }

    @Option(help: "Samples.") var n = 1024
    @Option(help: "Features.") var d = 1024
    @Option(help: "Neighbours.") var k = 10
    @Option(help: "Stored as: float16, float32 or float64.") var precision = Precision.float16
    @Option(help: "Threads that share the layer.") var threads = 1

    private var team: ThreadTeam { ThreadTeam(threads) }
    @Option(help: "How often everything is timed; the median is shown.") var runs = 5
    @Option(help: "Memory in MiB.") var memory = 4096
    @Option(help: "Features: ordinary, noise, outliers or saturated.") var features = SyntheticLayer.Kind.ordinary
    @Option(help: "Candidates by float32, integers or spread, not by what is soonest.") var form: ProductForm?
    @Option(help: "Write the float32 rows to FILE, for other programs to be timed on.") var dump: String?
    @Flag(help: "Make the Gram artifact as well.") var gram = false
    @Flag(help: "Time a layer for each line of input, in turn with other programs.") var turns = false

    func run() throws {
        // As a worker does between layers.
        MatrixMemory.keepIdle(atMost: memory << 16)
        let stored = SyntheticLayer.make(features, rows: n, columns: d, precision: precision)
        if let dump { try SyntheticLayer.write(stored, to: dump) }
        guard !turns else { return try takeTurns(stored) }
        var times: [String: [Double]] = [:]
        func time<Result>(_ step: String, _ work: () throws -> Result) rethrows -> Result {
            let start = DispatchTime.now().uptimeNanoseconds
            let result = try work()
            times[step, default: []].append(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9)
            return result
        }
        let resources = LayerResources(threads: team, memoryBytes: memory << 20, productForm: form)
        let kinds: Set<ArtifactKind> = gram ? [.neighbours, .gram] : [.neighbours]
        let request = ArtifactRequest(kinds, neighbourCount: k)
        var candidates = 0.0
        for _ in 0..<runs {
            let part = time("threshold") { clipped(stored) }
            let layer = time("prepare") {
                PreparedLayer([part], normalization: .l2, keptBytes: memory << 19, threads: team)
            }
            let centred = time("centre") { CentredFeatures(layer, threads: team) }
            time("products") { CentredProduct.forEachTile(of: centred.rows, threads: team) { _ in } }
            let selection = CandidateSelection(features: centred, count: min(k + 1, n - 1))
            let packing = GramPacking(sampleCount: n, packed: nil)
            time("products and candidates") {
                CentredProduct.forEachTile(of: centred.rows, threads: team) { tile in
                    packing.take(tile)
                    selection.take(tile)
                }
                selection.finish(threads: team)
            }
            _ = time("refine") {
                NeighbourRefinement(layer: layer, threads: team).lists(
                    k: k, selection: selection, features: { centred }, panelBytes: 256 << 20)
            }
            let integers = time("round to integers") {
                IntegerRows(layer, scale: centred.scale, isSpread: false, threads: team)
            }
            time("integer products") { CentredProduct.forEachTile(of: integers, threads: team) { _ in } }
            let found = CandidateSelection(integers: integers, norms: centred.norms, count: min(k + 1, n - 1))
            time("integer products and candidates") {
                CentredProduct.forEachTile(of: integers, threads: team) { tile in
                    packing.take(tile)
                    found.take(tile)
                }
                found.finish(threads: team)
            }
            candidates = Double(found.total) / Double(n)
            _ = time("refine candidates of integers") {
                NeighbourRefinement(layer: layer, threads: team).lists(
                    k: k, selection: found, features: { centred }, panelBytes: 256 << 20)
            }
            time("ssyrk") { referenceProduct(centred.matrix) }
            _ = try time("layer") {
                try LayerArtifacts(of: [part], normalization: .l2, request: request, resources: resources)
            }
        }
        var values: [String: Double] = [
            "n": Double(n), "d": Double(d), "k": Double(k), "threads": Double(threads), "runs": Double(runs),
        ]
        values["candidates of integers"] = candidates
        for (step, seconds) in times { values["\(step) seconds"] = seconds.sorted()[seconds.count / 2] }
        // What the reference product takes for a layer of this size.
        let side = Double(min(n, Self.referenceRows))
        let share = Double(n) * Double(n) / (side * side * Double(threads))
        let product = (values["ssyrk seconds"] ?? .nan) * share
        values["ssyrk seconds"] = product
        values["layer over ssyrk"] = (values["layer seconds"] ?? .nan) / product
        values["ssyrk gflops"] = Double(n) * Double(n) * Double(d) / product * 1e-9
        let data = try JSONSerialization.data(withJSONObject: values, options: [.prettyPrinted, .sortedKeys])
        print(String(decoding: data, as: UTF8.self))
    }

    private func clipped(_ stored: StoredMatrix) -> LayerPart {
        guard features != .outliers else { return LayerPart(stored, threshold: .infinity) }
        var search = ClipThreshold(quantile: 0.95, valueCount: n * d, bits: precision == .float16 ? 16 : 64)
        search.countFirst(stored)
        return LayerPart(stored, threshold: search.finish { $0(stored) })
    }

    private func takeTurns(_ stored: StoredMatrix) throws {
        let part = clipped(stored)
        let request = ArtifactRequest(gram ? [.neighbours, .gram] : [.neighbours], neighbourCount: k)
        let resources = LayerResources(threads: team, memoryBytes: memory << 20, productForm: form)
        while readLine() != nil {
            let seconds = try ContinuousClock().measure {
                _ = try LayerArtifacts(of: [part], normalization: .l2, request: request, resources: resources)
            }
            print(seconds / .seconds(1))
            fflush(nil)
        }
    }

    private static let referenceRows = 4096

    /// One symmetric product of up to so many rows on each thread.
    private func referenceProduct(_ matrix: Matrix<Float>) {
        let side = min(n, Self.referenceRows)
        let results = (0..<threads).map { _ in Matrix<Float>(unwrittenRows: side, columns: side) }
        team.forEach(threads) { _, index in
            guard let x = matrix.elements.baseAddress, let result = results[index].elements.baseAddress else { return }
            Products.symmetric(x, rows: side, depth: d, into: result, stride: side)
        }
    }
}

extension ProductForm: ExpressibleByArgument {
    /// The form of that name.
    public init?(argument: String) {
        switch argument {
        case "float32": self = .float32
        case "integers": self = .integers
        case "spread": self = .spreadIntegers
        default: return nil
        }
    }
}

/// Features with a few directions that many samples share, as networks have them.
enum SyntheticLayer {
    enum Kind: String, ExpressibleByArgument {
        case ordinary
        /// Without any direction.
        case noise
        /// With two coordinates that are hundreds of times as large as the others.
        case outliers
        /// Of signs alone.
        case saturated
    }

    static func make(_ kind: Kind, rows: Int, columns: Int, precision: LayerBench.Precision) -> StoredMatrix {
        var state: UInt64 = 1
        func uniform() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) * 0x1p-23 - 1
        }
        let directions = (0..<16 * columns).map { _ in uniform() }
        let values = Matrix<Float>(rows: rows, columns: columns, repeating: 0)
        for i in 0..<rows {
            let row = values.row(i)
            for j in 0..<columns { row[j] = uniform() + 0.3 }
            for direction in 0..<16 where kind != .noise {
                let weight = uniform()
                for j in 0..<columns { row[j] += weight * directions[direction * columns + j] }
            }
        }
        for i in 0..<rows {
            switch kind {
            case .ordinary, .noise: break
            case .outliers: for j in [columns / 3, columns / 2] { values[i, j] *= 300 }
            case .saturated: for j in 0..<columns { values[i, j] = values[i, j] < 0 ? -1 : 1 }
            }
        }
        switch precision {
        case .float32: return .float32(values)
        case .float16:
            let halves = Matrix<UInt16>(rows: rows, columns: columns, repeating: 0)
            for (position, value) in values.elements.enumerated() {
                halves.elements[position] = Float16(value).bitPattern
            }
            return .float16(halves)
        case .float64:
            let doubles = Matrix<Double>(rows: rows, columns: columns, repeating: 0)
            for (position, value) in values.elements.enumerated() { doubles.elements[position] = Double(value) }
            return .float64(doubles)
        }
    }

    static func write(_ stored: StoredMatrix, to path: String) throws {
        let row = Matrix<Double>(rows: 1, columns: stored.columns, repeating: 0)
        var data = Data()
        for i in 0..<stored.rows {
            if let values = row.elements.baseAddress { stored.widenRow(i, into: values) }
            row.elements.map { Float($0) }.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        try data.write(to: URL(fileURLWithPath: path))
    }
}
