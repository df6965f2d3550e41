internal import LinearAlgebra
internal import PermutationStatistics

/// A kernel with its samples in another order: sample i is the one that was `images[i]`. Entries are looked up, and nothing is computed anew,
/// so that what depends on no order (norms, traces) stays as it is to the bit.
struct PermutedKernel: PackedKernelSource {
    private let kernel: KernelInMemory
    private let images: [Int32]
    let factor: (any KernelFactor)?
    let diagonal: [Double]

    init(_ kernel: KernelInMemory, _ permutation: SamplePermutation) {
        self.kernel = kernel
        images = permutation.images
        factor = kernel.factor.map { PermutedFactor($0, permutation.images) }
        diagonal = permutation.images.map { kernel.diagonal[Int($0)] }
    }

    var entries: KernelEntries { kernel.entries }
    var packedSquareSum: Double { kernel.packedSquareSum }
    var scale: Double { kernel.scale }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
        if let factor { return try FactorEntries(factor, sampleCount: images.count).copy(range, to: destination) }
        lookUp(range, kernel.packed, destination)
    }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Double>) throws {
        if let factor {
            return try FactorEntries(wide: factor, sampleCount: images.count).copy(range, to: destination)
        }
        lookUp(range, kernel.wide, destination)
    }

    private func lookUp<Value>(_ range: Range<Int>, _ packed: [Value], _ destination: UnsafeMutablePointer<Value>) {
        guard !range.isEmpty else { return }
        let n = images.count
        var (i, j) = PackedKernel.samples(at: range.lowerBound, sampleCount: n)
        packed.withUnsafeBufferPointer { packed in
            images.withUnsafeBufferPointer { images in
                for place in 0..<range.count {
                    let (a, b) = (Int(min(images[i], images[j])), Int(max(images[i], images[j])))
                    destination[place] = packed[PackedKernel.packedOffset(row: a, sampleCount: n) + b - a - 1]
                    j += 1
                    guard j == n else { continue }
                    i += 1
                    j = i + 1
                }
            }
        }
    }
}

/// The values of a kernel, read into memory.
struct KernelInMemory {
    let entries: KernelEntries
    let packed: [Float]
    let wide: [Double]
    let factor: (any KernelFactor)?
    let diagonal: [Double]
    let packedSquareSum: Double
    let scale: Double

    init(_ source: any PackedKernelSource) throws {
        entries = source.entries
        diagonal = source.diagonal
        packedSquareSum = source.packedSquareSum
        scale = source.scale
        if let factor = source.factor {
            self.factor = factor.isWide ? factor : try InMemory(reading: factor, sampleCount: diagonal.count)
            (packed, wide) = ([], [])
        } else {
            factor = nil
            packed = entries == .float32 ? try source.packedValues(source.copy) : []
            wide = entries == .float32 ? [] : try source.packedValues(source.copy)
        }
    }
}

/// The rows of a factor in another order.
private struct PermutedFactor: KernelFactor {
    private let factor: any KernelFactor
    private let images: [Int32]

    init(_ factor: any KernelFactor, _ images: [Int32]) {
        self.factor = factor
        self.images = images
    }

    var width: Int { factor.width }
    var isWide: Bool { factor.isWide }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) throws -> UnsafePointer<Float>? {
        try gather(range, scratch) { try factor.rows($0, scratch: $1) }
    }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Double>) throws -> UnsafePointer<Double>? {
        try gather(range, scratch) { try factor.rows($0, scratch: $1) }
    }

    private func gather<Value>(
        _ range: Range<Int>, _ scratch: UnsafeMutablePointer<Value>,
        _ rows: (Range<Int>, UnsafeMutablePointer<Value>) throws -> UnsafePointer<Value>?
    ) throws -> UnsafePointer<Value>? {
        for (place, image) in images[range].enumerated() {
            let target = scratch + place * width
            guard let found = try rows(Int(image)..<Int(image) + 1, target) else { return nil }
            if found != UnsafePointer(target) { target.update(from: found, count: width) }
        }
        return UnsafePointer(scratch)
    }
}
