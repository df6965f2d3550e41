internal import FeatureStore
internal import Foundation
internal import HDF5
internal import SweepModel

/// A small synthetic feature store, on which the work of a sweep is timed.
struct TrialStore {
    let metadata: StoreMetadata

    /// Directions that all layers share: neighbours then overlap as those of trained networks do, by far more than chance.
    private static let rank = 12

    /// Writes `path` with layers of `samples` x `widths` features.
    init(path: String, samples: Int, widths: [Int], precision: StoredPrecision) throws {
        let file = try HDF5File.create(path)
        let root = try file.root()
        for (name, text) in [
            ("format", "platonic-features"), ("model", "trial"), ("modality", "none"), ("dataset", "trial"),
        ] {
            try root.setAttribute(name, to: text)
        }
        try root.setAttribute("version", to: Int64(1))
        let ids = (0..<samples).map { "trial sample \($0)" }
        try root.createGroup("samples").createDataset("ids", shape: [samples], strings: ids)
        let group = try root.createGroup("layers")
        var noise = TrialNoise()
        let shared = noise.values(samples * Self.rank)
        for (index, width) in widths.enumerated() {
            let values = Self.features(shared, samples: samples, width: width, &noise)
            let (name, shape) = (String(repeating: "0", count: 3) + String(index), [samples, width])
            switch precision {
            case .float16:
                try group.createDataset(name, shape: shape, float16BitPatterns: values.map { Float16($0).bitPattern })
            case .float32: try group.createDataset(name, shape: shape, values: values)
            case .float64: try group.createDataset(name, shape: shape, values: values.map { Double($0) })
            }
        }
        try file.close()
        metadata = try StoreReader(path: path).metadata
    }

    /// Shared directions of falling weight through a random map, half as much noise, and a mean.
    private static func features(_ shared: [Float], samples: Int, width: Int, _ noise: inout TrialNoise) -> [Float] {
        let map = noise.values(rank * width)
        let means = noise.values(width)
        var values = noise.values(samples * width)
        values.withUnsafeMutableBufferPointer { values in
            for i in 0..<samples {
                let row = UnsafeMutableBufferPointer(rebasing: values[(i * width)..<((i + 1) * width)])
                for j in 0..<width { row[j] = 0.5 * row[j] + means[j] }
                for r in 0..<rank {
                    let weight = shared[i * rank + r] / Float(r + 1).squareRoot()
                    for j in 0..<width { row[j] += weight * map[r * width + j] }
                }
            }
        }
        return values
    }
}

/// Numbers of mean 0 and variance 1, nearly normal, the same on every run (SplitMix64, sums of four uniform numbers).
private struct TrialNoise {
    private var words = SplitMix64(seed: 0x9E37_79B9_7F4A_7C15)

    mutating func values(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

    private mutating func next() -> Float {
        let word = words.next()
        let sum = (0..<4).reduce(UInt64(0)) { $0 + (word >> (16 * UInt64($1)) & 0xFFFF) }
        return (Float(sum) / 65_536 - 2) * Float(3).squareRoot()
    }
}
