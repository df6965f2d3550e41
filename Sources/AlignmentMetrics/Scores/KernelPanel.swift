internal import LinearAlgebra

/// A layer's packed kernel entries, wherever they are kept.
package protocol PackedKernelSource {
    /// Copies entries `range` to `destination`.
    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws
    /// K_ii (n).
    var diagonal: [Double] { get }
    /// Σ_{i<j} K_ij².
    var packedSquareSum: Double { get }
    /// What every entry was multiplied by.
    var scale: Double { get }
}

extension PackedKernel: PackedKernelSource {
    package func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
        packed.withUnsafeBufferPointer { packed in
            _ = UnsafeMutableBufferPointer(start: destination, count: range.count).update(
                fromContentsOf: UnsafeBufferPointer(rebasing: packed[range]))
        }
    }
}

/// The packed kernels of up to 64 layers, interleaved and cut into chunks that are operands of a product as they lie.
///
/// A chunk is up to `chunkLength` packed entries (contracts.md, *Same bytes*), each with a value for every layer; those of missing
/// layers are zero. A panel that fits is read once and serves a whole row of tiles.
package final class KernelPanel {
    /// The most layers in a panel.
    package static let mostLayers = 64
    /// Packed entries in a chunk, but for the last.
    package static let chunkLength = 16_384

    let sources: [(any PackedKernelSource)?]
    let chunkCount: Int
    /// Layers with room in a chunk.
    package let width: Int
    private let packedCount: Int
    /// All chunks, or room for one.
    private let storage: LargeBuffer<Float>
    /// Where layers lie one after another before they are interleaved; nil once that is done for good.
    private var scratch: Matrix<Float>?

    /// The bytes that a resident panel of `layers` layers takes.
    package static func residentBytes(sampleCount: Int, layers: Int) -> Int {
        PackedKernel.packedCount(sampleCount) * InterleavedProducts.width(layers) * MemoryLayout<Float>.stride
    }

    /// The bytes that any panel of `layers` layers takes while it is filled, and one that is not resident always.
    package static func streamedBytes(layers: Int) -> Int {
        2 * chunkLength * InterleavedProducts.width(layers) * MemoryLayout<Float>.stride
    }

    /// A panel of `sources`, nil for layers that have none, read into memory at once if `resident`.
    package init(_ sources: [(any PackedKernelSource)?], sampleCount: Int, resident: Bool) throws {
        precondition(sources.count <= Self.mostLayers)
        self.sources = sources
        width = InterleavedProducts.width(sources.count)
        packedCount = PackedKernel.packedCount(sampleCount)
        chunkCount = (packedCount + Self.chunkLength - 1) / Self.chunkLength
        storage = LargeBuffer(count: width * (resident ? packedCount : min(packedCount, Self.chunkLength)))
        // Rows a power of two apart would all meet in the same lines of the cache.
        let scratch = Matrix<Float>(rows: width, columns: min(packedCount, Self.chunkLength) + 16, repeating: 0)
        guard resident else {
            self.scratch = scratch
            return
        }
        for chunk in 0..<chunkCount { try fill(chunk, by: scratch, at: chunk * Self.chunkLength) }
    }

    /// The number of entries in a chunk.
    func entryCount(ofChunk chunk: Int) -> Int { min(Self.chunkLength, packedCount - chunk * Self.chunkLength) }

    /// The chunk's entries, good until another one is asked for.
    func chunk(_ chunk: Int) throws -> InterleavedProducts.Operand? {
        var first = chunk * Self.chunkLength
        if let scratch {
            first = 0
            try fill(chunk, by: scratch, at: first)
        }
        return storage.elements.baseAddress.map {
            InterleavedProducts.Operand(values: $0 + first * width, layers: sources.count)
        }
    }

    /// Reads a chunk and puts its first entry at `entry` of the storage.
    private func fill(_ chunk: Int, by scratch: Matrix<Float>, at entry: Int) throws {
        let first = chunk * Self.chunkLength
        let range = first..<first + entryCount(ofChunk: chunk)
        for (position, source) in sources.enumerated() {
            guard let source, let row = scratch.row(position).baseAddress else { continue }
            try source.copy(range, to: row)
        }
        guard let start = storage.elements.baseAddress else { return }
        InterleavedProducts.interleave(scratch, entries: range.count, at: start + entry * width)
    }
}
