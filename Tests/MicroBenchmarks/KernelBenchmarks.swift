import Benchmark
import CKernels
import ContentHash
import LinearAlgebra
import SweepTestSupport

/// Loops over what lies in memory already.
enum KernelBenchmarks {
    static func register() {
        packedProduct()
        candidateScan()
        preparation()
        digest()
    }

    /// One chunk of the packed kernels of 64 layers with that of 64 others.
    private static func packedProduct() {
        let (layers, entries) = (64, 16_384)
        Benchmark("packed product, 64 x 64 layers, 16,384 entries") { benchmark, panels in
            let (rows, columns, sums) = panels
            guard let a = rows.elements.baseAddress, let b = columns.elements.baseAddress,
                let result = sums.elements.baseAddress
            else { return }
            for _ in benchmark.scaledIterations {
                InterleavedProducts.add(
                    .init(values: a, layers: layers), .init(values: b, layers: layers), entries: entries, to: result,
                    stride: layers)
            }
            blackHole(sums[0, 0])
        } setup: {
            (
                Matrix<Float>(rows: entries, columns: layers, repeating: 0.5),
                Matrix<Float>(rows: entries, columns: layers, repeating: 0.25),
                Matrix<Float>(rows: layers, columns: layers, repeating: 0)
            )
        }
    }

    /// A tile of similarities, for the samples of both its sides.
    private static func candidateScan() {
        let edge = 1024
        Benchmark("candidate scan, a tile of 1024 x 1024") { benchmark, tile in
            let (values, bounds, hits) = tile
            var thresholds = [Float](repeating: 0, count: edge)
            let samples = ck_samples(
                offsets: bounds.row(0).baseAddress, margins: bounds.row(1).baseAddress,
                norms: bounds.row(2).baseAddress, factors: bounds.row(3).baseAddress,
                floors: bounds.row(4).baseAddress, second_norms: nil, second_factors: nil)
            var found = 0
            for _ in benchmark.scaledIterations {
                ck_thresholds(samples, edge, ck_largest_of(samples, edge), &thresholds)
                for i in 0..<edge {
                    var columnCount = 0
                    found += ck_scan_both(
                        values.row(i).baseAddress, edge, samples, thresholds[i], samples, thresholds,
                        hits.row(0).baseAddress, hits.row(1).baseAddress, &columnCount)
                    found += columnCount
                }
            }
            blackHole(found)
            bounds.keepAlive()
        } setup: {
            similarities(edge)
        }
    }

    /// Similarities, bounds of which one in a hundred reaches the floor, and room for what is found.
    private static func similarities(_ edge: Int) -> (Matrix<Float>, Matrix<Float>, Matrix<Int32>) {
        let values = Matrix<Float>(rows: edge, columns: edge, repeating: 0)
        var generator = SeededGenerator(seed: 1)
        for position in values.elements.indices { values.elements[position] = Float(generator.normal()) }
        // Offsets, margins, norms, factors and floors.
        let bounds = Matrix<Float>(rows: 5, columns: edge, repeating: 0)
        for (row, value) in ([0, 1e-6, 1, 1e-6, 2.33] as [Float]).enumerated() {
            for column in 0..<edge { bounds[row, column] = value }
        }
        return (values, bounds, Matrix<Int32>(rows: 2, columns: edge, repeating: 0))
    }

    /// What reading a layer's features takes once its bytes are there.
    private static func preparation() {
        let (n, d) = (1024, 768)
        Benchmark("decode, clip and normalise, 1024 rows of 768 float16") { benchmark, layer in
            let (halves, row) = layer
            guard let scratch = row.elements.baseAddress else { return }
            var clipped = 0
            for _ in benchmark.scaledIterations {
                for i in 0..<n {
                    clipped += ck_clip_float16(halves.row(i).baseAddress, d, 2, scratch)
                    ck_divide(scratch, d, ck_dot(scratch, scratch, d).squareRoot())
                }
            }
            blackHole(clipped)
            row.keepAlive()
        } setup: {
            (SyntheticFeatures.float16(samples: n, width: d), Matrix<Double>(rows: 1, columns: d, repeating: 0))
        }
    }

    private static func digest() {
        Benchmark("XXH3 digest, 1 MiB") { benchmark, bytes in
            for _ in benchmark.scaledIterations {
                blackHole(ContentDigest(of: UnsafeRawBufferPointer(bytes.elements)))
            }
            bytes.keepAlive()
        } setup: {
            Matrix<UInt8>(rows: 1, columns: 1 << 20, repeating: 7)
        }
    }
}
