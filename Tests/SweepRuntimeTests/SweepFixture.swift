import Foundation
import HDF5
import SweepTestSupport
import Testing

/// A folder with feature stores, and sweeps over them.
struct SweepFixture {
    let folder: TemporaryFolder

    /// Random stores, all on the same samples.
    init(models: Int, layers: Int, samples: Int, width: Int) throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("stores"), withIntermediateDirectories: true)
        for model in 0..<models {
            var store = StoreFixture(
                ids: (0..<samples).map { "sample \($0)" },
                layers: (0..<layers).map { layer in
                    var generator = SeededGenerator(seed: UInt64(1_000 * model + layer))
                    let values = (0..<(samples * width)).map { _ in
                        Float(Int32(truncatingIfNeeded: generator.next())) / Float(Int32.max)
                    }
                    return .init(name: "layer \(layer)", rows: samples, width: width, values: .float32(values))
                })
            store.model = "model \(model)"
            try store.write(folder.file("stores/\(model).h5"))
        }
    }

    /// Work for two workers for about a second.
    static func long() throws -> SweepFixture { try SweepFixture(models: 10, layers: 4, samples: 400, width: 300) }

    /// Over in a moment.
    static func short() throws -> SweepFixture { try SweepFixture(models: 2, layers: 2, samples: 40, width: 8) }

    func output(_ name: String) -> String { folder.file("\(name).h5") }

    /// The arguments of a sweep called `name`, which has artifacts of its own.
    func arguments(_ name: String, workers: Int = 2, artifacts: String? = nil) -> [String] {
        [
            "sweep", "--x", folder.file("stores"), "--metric", "all", "--k", "5", "10", "1:6", "--workers",
            String(workers),
            "--artifacts", artifacts ?? folder.file("artifacts-\(name)"), "--output", output(name),
        ]
    }

    func start(_ name: String, workers: Int = 2) throws -> RunningProgram {
        try RunningProgram(arguments(name, workers: workers), in: folder)
    }

    /// Runs a sweep of `metrics` with artifacts called `name`.
    func sweep(_ name: String, metrics: [String], more: [String] = [], workers: Int = 2) throws
        -> RunningProgram.Outcome
    {
        try PlatonicProgram.run(
            ["sweep", "--x", folder.file("stores"), "--metric"] + metrics + more
                + [
                    "--workers", String(workers), "--artifacts", folder.file("artifacts-\(name)"), "--output",
                    output(name),
                ],
            in: folder)
    }

    /// Runs a sweep called `name` and returns its metrics, byte for byte.
    func metrics(_ name: String, workers: Int = 2) throws -> [String: [UInt8]] {
        let outcome = try start(name, workers: workers).wait()
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try MetricBytes.read(output(name))
    }

    /// The artifacts of the sweep called `name` that are whole, with their inodes: a file that is written anew has another.
    func artifacts(_ name: String) -> [String: UInt64] {
        let root = folder.file("artifacts-\(name)/v1")
        let names = FileManager.default.enumerator(atPath: root).map { Array($0.compactMap { $0 as? String }) } ?? []
        var inodes: [String: UInt64] = [:]
        for name in names where name.contains("/") && !name.hasSuffix(".partial") {
            var status = stat()
            if stat("\(root)/\(name)", &status) == 0 { inodes[name] = UInt64(status.st_ino) }
        }
        return inodes
    }
}

/// Every dataset under /metrics and /curves of a results file.
enum MetricBytes {
    static func read(_ path: String) throws -> [String: [UInt8]] {
        let root = try HDF5File.open(path).root()
        var datasets: [String: [UInt8]] = [:]
        for parent in ["metrics", "curves"] where try root.kind(of: parent) != nil {
            let metrics = try root.group(parent)
            for metric in try metrics.childNames() {
                let group = try metrics.group(metric)
                for name in try group.childNames() {
                    let prefix = parent == "curves" ? "curves/" : ""
                    datasets["\(prefix)\(metric)/\(name)"] = try bytes(try group.dataset(name))
                }
            }
        }
        return datasets
    }

    private static func bytes(_ dataset: borrowing HDF5Dataset) throws -> [UInt8] {
        let size = try #require(dataset.elementKind.byteSize)
        let rows = 0..<(dataset.shape.first ?? 0)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: dataset.elementCount * size, alignment: 8)
        defer { buffer.deallocate() }
        try dataset.readRows(rows, into: buffer)
        return Array(buffer)
    }
}
