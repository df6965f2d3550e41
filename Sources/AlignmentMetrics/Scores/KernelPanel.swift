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

/// The packed kernels of up to 64 layers side by side, cut into chunks that are operands of a matrix product as they lie.
///
/// A chunk is `height` rows (layers, missing ones zero) of `chunkLength` packed entries (past the end zero): its shape never
/// varies, and so neither do the bits of a score. A panel that fits is read once and serves a whole row of tiles.
package final class KernelPanel {
    /// Layers in a panel.
    package static let height = 64
    /// Packed entries in a chunk (contracts.md, *Same bytes*).
    package static let chunkLength = 16_384

    let sources: [(any PackedKernelSource)?]
    let chunkCount: Int
    private let packedCount: Int
    /// All chunks, or room for one.
    private let storage: Matrix<Float>
    private let isResident: Bool

    /// The bytes that a resident panel of `sampleCount` samples takes.
    package static func residentBytes(sampleCount: Int) -> Int {
        chunkCount(sampleCount: sampleCount) * height * chunkLength * MemoryLayout<Float>.stride
    }

    private static func chunkCount(sampleCount: Int) -> Int {
        (PackedKernel.packedCount(sampleCount) + chunkLength - 1) / chunkLength
    }

    /// A panel of `sources`, nil for layers that have none, read into memory at once if `resident`.
    package init(_ sources: [(any PackedKernelSource)?], sampleCount: Int, resident: Bool) throws {
        precondition(sources.count <= Self.height)
        self.sources = sources
        packedCount = PackedKernel.packedCount(sampleCount)
        chunkCount = Self.chunkCount(sampleCount: sampleCount)
        isResident = resident
        storage = Matrix(rows: (resident ? chunkCount : 1) * Self.height, columns: Self.chunkLength, repeating: 0)
        if resident {
            for chunk in 0..<chunkCount { try fill(chunk, at: chunk) }
        }
    }

    /// The chunk as `height` x `chunkLength` values, good until another one is asked for.
    func chunk(_ chunk: Int) throws -> UnsafePointer<Float>? {
        if !isResident { try fill(chunk, at: 0) }
        return storage.row(isResident ? chunk * Self.height : 0).baseAddress.map { UnsafePointer($0) }
    }

    private func fill(_ chunk: Int, at slot: Int) throws {
        let range = chunk * Self.chunkLength..<min((chunk + 1) * Self.chunkLength, packedCount)
        for (position, source) in sources.enumerated() {
            guard let source else { continue }
            let row = storage.row(slot * Self.height + position)
            guard let base = row.baseAddress else { continue }
            try source.copy(range, to: base)
            // A slot that held a whole chunk before must not lend its tail to the last one.
            row[range.count...].update(repeating: 0)
        }
    }
}
