import AlignmentMetrics
import ArtifactStore
import LinearAlgebra
import SweepModel
import SweepTestSupport

/// cka and unbiased_cka of `layers` x `layers` layers from artifact files in the page cache.
struct KernelTimes {
    let samples: Int
    let width: Int
    let layers: Int

    func measure(_ stopwatch: Stopwatch) throws -> [BenchmarkRow] {
        let folder = try TemporaryFolder()
        let directory = try ArtifactDirectory(path: folder.path)
        let stored = StoredMatrix.float32(SyntheticLayers.falling(samples: samples, width: width, seed: 1))
        let names = try write(stored, to: directory)
        let gram = try stopwatch.seconds([
            { ssyrk(stored) },
            { _ = try LayerArtifacts(of: [part(stored)], normalization: .l2, request: ArtifactRequest([.gram])) },
        ])
        let block = { (first: Int) in try self.sources(names, first..<first + 64, directory) }
        let depth = PackedKernel.packedCount(samples)
        let (a, b) = (
            Matrix<Float>(rows: layers, columns: depth, repeating: 0.5),
            Matrix<Float>(rows: layers, columns: depth, repeating: 0.25)
        )
        let product = Matrix<Float>(rows: layers, columns: layers, repeating: 0)
        let whole = try stopwatch.seconds([
            { sgemm(a, b, into: product) }, { try rectangle(block) }, { try triangle(block) }, { try streamed(block) },
            { _ = try KernelPanel(block(0), sampleCount: samples, resident: true).chunk(0) },
        ])
        let flops = 2 * Double(layers * layers) * Double(depth)
        let tile = 2 * 64.0 * 64 * Double(depth)
        let bytes = Double(64 * depth * 4)
        return [
            BenchmarkRow(name: "sgemm, one call", value: flops / whole[0] * 1e-9, unit: "GFLOP/s"),
            BenchmarkRow(name: "cka + unbiased_cka, files to scores", value: flops / whole[1] * 1e-9, unit: "GFLOP/s"),
            BenchmarkRow(name: "  of sgemm's rate", value: whole[0] / whole[1], unit: ""),
            BenchmarkRow(
                name: "  per pair of layers", value: whole[1] / Double(layers * layers) * 1e6, unit: "us"),
            BenchmarkRow(name: "symmetric sweep, seconds over sgemm's for all", value: whole[2] / whole[0], unit: ""),
            BenchmarkRow(
                name: "one streamed tile, of sgemm's rate", value: tile / whole[3] / (flops / whole[0]), unit: ""),
            BenchmarkRow(name: "filling a panel of 64 layers", value: bytes / whole[4] * 1e-9, unit: "GB/s"),
            BenchmarkRow(name: "ssyrk of a layer", value: gram[0] * 1e3, unit: "ms"),
            BenchmarkRow(name: "Gram artifact of a layer", value: gram[1] * 1e3, unit: "ms"),
        ]
    }

    private func part(_ stored: StoredMatrix) -> LayerPart { LayerPart(stored, threshold: .infinity) }

    /// Gram artifacts of as many layers, all of their own.
    private func write(_ stored: StoredMatrix, to directory: ArtifactDirectory) throws -> [String] {
        let made = try LayerArtifacts(of: [part(stored)], normalization: .l2, request: ArtifactRequest([.gram]))
        return try (0..<layers).map { layer in
            let key = ArtifactKey(kind: "gram", parts: [("layer", "\(layer)")])
            try made.forEach([.gram]) { try directory.write(key, metadata: $1, parts: $2) }
            return key.name
        }
    }

    private func sources(
        _ names: [String], _ range: Range<Int>, _ directory: ArtifactDirectory
    ) throws -> [(any PackedKernelSource)?] {
        try names[range.clamped(to: 0..<names.count)].map { name in
            try ArtifactFile.open(name, in: directory).flatMap {
                try StoredKernel.open($0, .gram, ArtifactShape(sampleCount: samples, width: 0))
            }
        }
    }

    private typealias Blocks = (_ first: Int) throws -> [(any PackedKernelSource)?]

    /// Every block of x with every block of y: as many panels as both sides have.
    private func rectangle(_ block: Blocks) throws {
        let columns = try stride(from: 0, to: layers, by: 64).map {
            try KernelPanel(block($0), sampleCount: samples, resident: true)
        }
        for first in stride(from: 0, to: layers, by: 64) {
            let rows = try KernelPanel(block(first), sampleCount: samples, resident: true)
            for other in columns { _ = try KernelAlignment(rows: rows, columns: other, sampleCount: samples) }
        }
    }

    /// The tiles on and above the diagonal.
    private func triangle(_ block: Blocks) throws {
        let panels = try stride(from: 0, to: layers, by: 64).map {
            try KernelPanel(block($0), sampleCount: samples, resident: true)
        }
        for (r, rows) in panels.enumerated() {
            for columns in panels[r...] {
                _ = try KernelAlignment(rows: rows, columns: columns, sampleCount: samples)
            }
        }
    }

    private func streamed(_ block: Blocks) throws {
        let rows = try KernelPanel(block(0), sampleCount: samples, resident: false)
        let columns = try KernelPanel(block(layers - 64), sampleCount: samples, resident: false)
        _ = try KernelAlignment(rows: rows, columns: columns, sampleCount: samples)
    }

    /// The whole product in one call.
    private func sgemm(_ a: Matrix<Float>, _ b: Matrix<Float>, into product: Matrix<Float>) {
        guard let x = a.elements.baseAddress, let y = b.elements.baseAddress, let z = product.elements.baseAddress
        else { return }
        Products.transposed(x, y, rows: layers, columns: layers, depth: a.columns, into: z, stride: layers)
    }

    private func ssyrk(_ stored: StoredMatrix) {
        guard case .float32(let x) = stored, let values = x.elements.baseAddress else { return }
        let product = Matrix<Float>(rows: samples, columns: samples, repeating: 0)
        guard let result = product.elements.baseAddress else { return }
        Products.symmetric(values, rows: samples, depth: width, into: result, stride: samples)
        product.keepAlive()
    }
}
