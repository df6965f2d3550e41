package import AlignmentMetrics
package import ArtifactStore

/// A kernel that stays on disk and is read in parts.
package enum StoredKernel {
    /// The kernel in `file`; nil where it is not of `sampleCount` samples.
    package static func open(_ file: ArtifactFile, sampleCount n: Int) throws -> (any PackedKernelSource)? {
        guard let header = KernelHeader(json: file.metadata), header.sampleCount == n, header.width ?? 1 > 0 else {
            return nil
        }
        let diagonalBytes = n * MemoryLayout<Double>.stride
        let valueBytes = file.payloadBytes - diagonalBytes
        let (values, rest) = valueBytes.quotientAndRemainder(dividingBy: MemoryLayout<Float>.stride)
        // Divided, not multiplied: a header may say anything.
        let isWhole = header.width.map { values % n == 0 && values / n == $0 } ?? (values == PackedKernel.packedCount(n))
        guard isWhole, rest == 0 else { return nil }
        var diagonal = [Double](repeating: 0, count: n)
        try diagonal.withUnsafeMutableBytes { try file.read(into: $0, at: valueBytes) }
        guard let width = header.width else { return StoredEntries(header, diagonal, file) }
        return StoredFactor(header, diagonal, width: width, file)
    }
}

/// The packed entries of a kernel, on disk.
private struct StoredEntries: PackedKernelSource {
    let diagonal: [Double]
    let packedSquareSum: Double
    let scale: Double
    private let file: ArtifactFile

    init(_ header: KernelHeader, _ diagonal: [Double], _ file: ArtifactFile) {
        self.diagonal = diagonal
        self.file = file
        packedSquareSum = header.packedSquareSum
        scale = header.scale
    }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
        let stride = MemoryLayout<Float>.stride
        try file.read(
            into: UnsafeMutableRawBufferPointer(start: destination, count: range.count * stride),
            at: range.lowerBound * stride)
    }
}

/// The factor of a kernel, on disk.
private struct StoredFactor: PackedKernelSource, KernelFactor {
    let diagonal: [Double]
    let packedSquareSum: Double
    let scale: Double
    let width: Int
    private let file: ArtifactFile

    init(_ header: KernelHeader, _ diagonal: [Double], width: Int, _ file: ArtifactFile) {
        self.diagonal = diagonal
        self.file = file
        self.width = width
        packedSquareSum = header.packedSquareSum
        scale = header.scale
    }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) throws -> UnsafePointer<Float>? {
        let stride = width * MemoryLayout<Float>.stride
        try file.read(
            into: UnsafeMutableRawBufferPointer(start: scratch, count: range.count * stride),
            at: range.lowerBound * stride)
        return UnsafePointer(scratch)
    }
}
