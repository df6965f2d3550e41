package import AlignmentMetrics
package import ArtifactStore
package import SweepModel

/// A kernel that stays on disk and is read in parts.
package enum StoredKernel {
    /// The kernel of `kind` in `file`; nil where it is not one of `sampleCount` samples, by a factor of `width` columns or, where that is nil, by
    /// entries.
    package static func open(
        _ file: ArtifactFile, _ kind: ArtifactKind, sampleCount n: Int, width: Int? = nil
    ) throws(ArtifactDamage) -> (any PackedKernelSource)? {
        guard let header = KernelHeader(json: file.metadata), header.fits(kind, sampleCount: n, width: width) else {
            return nil
        }
        let valueBytes = valueCount(n, width) * MemoryLayout<Float>.stride
        guard file.payloadBytes == valueBytes + n * MemoryLayout<Double>.stride else { return nil }
        var diagonal = [Double](repeating: 0, count: n)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: n * MemoryLayout<Double>.stride, alignment: 8)
        defer { bytes.deallocate() }
        try file.read(into: bytes, at: valueBytes)
        diagonal.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(bytes)) }
        guard header.fits(diagonal) else { return nil }
        guard let width else { return StoredEntries(header, diagonal, file) }
        return StoredFactor(header, diagonal, width: width, file)
    }

    /// Whether there is such a kernel in `file`, all of which is read.
    static func holds(
        _ file: ArtifactFile, _ kind: ArtifactKind, sampleCount n: Int, width: Int?
    ) throws(ArtifactDamage) -> Bool {
        guard try open(file, kind, sampleCount: n, width: width) != nil else { return false }
        try file.checkFinite(Float.self, count: valueCount(n, width))
        return true
    }

    private static func valueCount(_ n: Int, _ width: Int?) -> Int { width.map { n * $0 } ?? PackedKernel.packedCount(n) }
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
        try file.readFinite(
            into: UnsafeMutableBufferPointer(start: destination, count: range.count), from: range.lowerBound)
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
        try file.readFinite(
            into: UnsafeMutableBufferPointer(start: scratch, count: range.count * width), from: range.lowerBound * width)
        return UnsafePointer(scratch)
    }
}
