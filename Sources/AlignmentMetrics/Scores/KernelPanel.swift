package import LinearAlgebra

/// A layer's packed kernel entries, wherever they are kept.
package protocol PackedKernelSource {
    /// The factor X of the kernel XXᵀ, if it is kept so: entries are then computed when they are asked for.
    var factor: (any KernelFactor)? { get }
    /// What its entries are.
    var entries: KernelEntries { get }
    /// Copies entries `range` of a kernel in float32 to `destination`.
    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws
    /// Copies entries `range` of a kernel in float64 to `destination`.
    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Double>) throws
    /// K_ii (n).
    var diagonal: [Double] { get }
    /// Σ_{i<j} of the squares of the entries.
    var packedSquareSum: Double { get }
    /// What every entry was multiplied by.
    var scale: Double { get }
}

extension PackedKernelSource {
    package var factor: (any KernelFactor)? { nil }
    package var entries: KernelEntries { .float32 }
    package func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Double>) throws {}

    /// ‖K‖² = Σ_ij K_ij².
    package var squaredNorm: Double {
        guard entries == .uCentred else {
            return 2 * packedSquareSum + diagonal.reduce(0) { $0 + $1 * $1 }
        }
        return HSICTerms.selfTerms(self).biased
    }

    /// tr K/‖K‖: of centred kernels, the biased CKA expected of two unrelated layers is the product of theirs over n - 1
    /// (Schemas/metrics.md, *Chance levels*): the mean over all permutations of the samples.
    package var chanceFactor: Double {
        diagonal.reduce(0, +) / squaredNorm.squareRoot()
    }
}

extension PackedKernelSource where Self: KernelFactor {
    package var factor: (any KernelFactor)? { self }

    package func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
        try FactorEntries(self, sampleCount: diagonal.count).copy(range, to: destination)
    }
}

/// A kernel whose values lie in memory.
package protocol ResidentKernel: PackedKernelSource {
    /// Calls `body` with the bytes of the packed entries or of the factor, in float32 or float64.
    func withValues(_ body: (UnsafeRawBufferPointer) throws -> Void) throws
}

extension FactoredKernel: ResidentKernel {
    package func withValues(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        defer { withExtendedLifetime((factor, wideFactor)) {} }
        try body(wideFactor.map { UnsafeRawBufferPointer($0.elements) } ?? UnsafeRawBufferPointer(factor.elements))
    }
}

extension PackedKernel: ResidentKernel {
    package func withValues(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try entries == .float32 ? packed.withUnsafeBytes(body) : wide.withUnsafeBytes(body)
    }

    package func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Double>) {
        wide.withUnsafeBufferPointer { wide in
            _ = UnsafeMutableBufferPointer(start: destination, count: range.count).update(
                fromContentsOf: UnsafeBufferPointer(rebasing: wide[range]))
        }
    }

    package func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
        packed.withUnsafeBufferPointer { packed in
            _ = UnsafeMutableBufferPointer(start: destination, count: range.count).update(
                fromContentsOf: UnsafeBufferPointer(rebasing: packed[range]))
        }
    }
}

/// The kernels of up to 64 layers: their packed entries, interleaved and cut into chunks that are operands of a product as they lie, and
/// the factors of those that are kept so.
///
/// A chunk is up to `chunkLength` packed entries (Schemas/contracts.md, *Same bytes*), each with a value for every layer; those of missing
/// layers, and of those in float64, are zero. A panel that fits is read once and serves a whole row of tiles. Entries are read when they are first asked for: layers
/// that are compared by their factors never are.
package final class KernelPanel {
    /// The most layers in a panel.
    package static let mostLayers = 64
    /// Packed entries in a chunk, but for the last.
    package static let chunkLength = 16_384

    let sources: [(any PackedKernelSource)?]
    /// What the kernels are called: two that are called the same are the same. Empty where that is not known.
    let names: [String?]
    /// For each layer its factor; nil where it is kept by entries, or is not there.
    let factors: [(any KernelFactor)?]
    let chunkCount: Int
    /// Layers with room in a chunk.
    package let width: Int
    private let packedCount: Int
    private let isResident: Bool
    private let factorEntries: [FactorEntries<Float>?]
    private let wideFactorEntries: [FactorEntries<Double>?]
    /// All chunks, or room for one.
    private var storage: Matrix<Float>?
    /// Where layers lie one after another before they are interleaved; nil once that is done for good.
    private var scratch: Matrix<Float>?

    /// The bytes that the entries of `layers` layers take in memory.
    package static func residentBytes(sampleCount: Int, layers: Int) -> Int {
        PackedKernel.packedCount(sampleCount) * InterleavedProducts.width(layers) * MemoryLayout<Float>.stride
    }

    /// The bytes that any panel of `layers` layers takes while it is filled, and one that is not resident always.
    package static func streamedBytes(layers: Int) -> Int {
        2 * chunkLength * InterleavedProducts.width(layers) * MemoryLayout<Float>.stride
    }

    /// A panel of `sources`, nil for layers that have none.
    /// - Parameters:
    ///   - resident: whether entries stay in memory once they were read.
    ///   - residentFactors: whether factors are read into memory, at once, but for those in float64.
    ///   - names: what the kernels are called, where two that are called the same are the same.
    package init(
        _ sources: [(any PackedKernelSource)?], sampleCount: Int, resident: Bool, residentFactors: Bool = false,
        names: [String?] = []
    ) throws {
        precondition(sources.count <= Self.mostLayers)
        precondition(names.isEmpty || names.count == sources.count)
        self.sources = sources
        self.names = names
        factors = try sources.map { source in
            guard let factor = source?.factor else { return nil }
            return residentFactors && !factor.isWide
                ? try InMemory(reading: factor, sampleCount: sampleCount) : factor
        }
        factorEntries = factors.map { factor in
            factor.flatMap { $0.isWide ? nil : FactorEntries($0, sampleCount: sampleCount) }
        }
        wideFactorEntries = factors.map { factor in
            factor.flatMap { $0.isWide ? FactorEntries(wide: $0, sampleCount: sampleCount) : nil }
        }
        width = InterleavedProducts.width(sources.count)
        packedCount = PackedKernel.packedCount(sampleCount)
        chunkCount = (packedCount + Self.chunkLength - 1) / Self.chunkLength
        isResident = resident
    }

    /// Whether any of the layers is kept by its entries in float32.
    var isKeptByEntries: Bool { zip(sources, factors).contains { $0?.entries == .float32 && $1 == nil } }

    /// Whether layer `position` is kept in float64, by its entries or by its factor.
    func isWide(_ position: Int) -> Bool { (sources[position]?.entries ?? .float32) != .float32 }

    /// Writes entries `range` of layer `position`, in float64, to `destination`; `scratch` has room for as many in float32.
    func widen(
        _ position: Int, _ range: Range<Int>, to destination: UnsafeMutablePointer<Double>,
        scratch: UnsafeMutablePointer<Float>
    ) throws {
        guard let source = sources[position] else { return }
        if let entries = wideFactorEntries[position] { return try entries.copy(range, to: destination) }
        if isWide(position) { return try source.copy(range, to: destination) }
        if let entries = factorEntries[position] {
            try entries.copy(range, to: scratch)
        } else {
            try source.copy(range, to: scratch)
        }
        for entry in 0..<range.count { destination[entry] = Double(scratch[entry]) }
    }

    /// Whether layer `position` and layer `other` of `panel` have the very same kernel.
    func isSame(_ position: Int, _ other: Int, of panel: KernelPanel) -> Bool {
        guard !names.isEmpty, !panel.names.isEmpty, let name = names[position] else { return false }
        return name == panel.names[other]
    }

    /// The number of entries in a chunk.
    func entryCount(ofChunk chunk: Int) -> Int { min(Self.chunkLength, packedCount - chunk * Self.chunkLength) }

    /// The chunk's entries, good until another one is asked for.
    package func chunk(_ chunk: Int) throws -> InterleavedProducts.Operand? {
        let storage = try self.storage ?? makeStorage()
        var first = chunk * Self.chunkLength
        if let scratch {
            first = 0
            try fill(chunk, of: storage, by: scratch, at: first)
        }
        return storage.elements.baseAddress.map {
            InterleavedProducts.Operand(values: $0 + first * width, layers: sources.count)
        }
    }

    /// The operations of scoring every layer against every one of `columns`.
    package func operations(with columns: KernelPanel, sampleCount n: Int) -> Double {
        let isByEntries = isKeptByEntries || columns.isKeptByEntries
        let widths = [self, columns].map { $0.factors.reduce(0.0) { $0 + Double($1?.width ?? 0) } }
        let products = 2 * Double(n) * widths[0] * widths[1]
        return isByEntries ? products + Double(sources.count * columns.sources.count) * Double(n * (n - 1)) : products
    }

    private func makeStorage() throws -> Matrix<Float> {
        let entries = isResident ? packedCount : min(packedCount, Self.chunkLength)
        let storage = Matrix<Float>(unwrittenRows: entries, columns: width)
        // Rows a power of two apart would all meet in the same lines of the cache.
        let scratch = Matrix<Float>(rows: width, columns: min(packedCount, Self.chunkLength) + 16, repeating: 0)
        if isResident {
            for chunk in 0..<chunkCount {
                try fill(chunk, of: storage, by: scratch, at: chunk * Self.chunkLength)
            }
        } else {
            self.scratch = scratch
        }
        self.storage = storage
        return storage
    }

    /// Reads a chunk and puts its first entry at `entry` of the storage.
    private func fill(_ chunk: Int, of storage: Matrix<Float>, by scratch: Matrix<Float>, at entry: Int) throws {
        let first = chunk * Self.chunkLength
        let range = first..<first + entryCount(ofChunk: chunk)
        for (position, source) in sources.enumerated() {
            guard let source, !isWide(position), let row = scratch.row(position).baseAddress else { continue }
            if let entries = factorEntries[position] {
                try entries.copy(range, to: row)
            } else {
                try source.copy(range, to: row)
            }
        }
        guard let start = storage.elements.baseAddress else { return }
        InterleavedProducts.interleave(scratch, entries: range.count, at: start + entry * width)
    }
}
