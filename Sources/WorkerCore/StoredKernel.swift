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
        let valueBytes = valueCount(n, header.width) * header.entries.stride
        guard file.payloadBytes == valueBytes + n * MemoryLayout<Double>.stride else { return nil }
        var diagonal = [Double](repeating: 0, count: n)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: n * MemoryLayout<Double>.stride, alignment: 8)
        defer { bytes.deallocate() }
        try file.read(into: bytes, at: valueBytes)
        diagonal.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(bytes)) }
        guard header.fits(diagonal) else { return nil }
        guard let width = header.width else { return StoredEntries(header, diagonal, file) }
        return StoredFactor(header, diagonal, width: width, file)
    }

    /// Whether there is such a kernel in `file`, all of which is read.
    static func holds(
        _ file: ArtifactFile, _ kind: ArtifactKind, sampleCount n: Int, width: Int?
    ) throws(ArtifactDamage) -> Bool {
        guard let source = try open(file, kind, sampleCount: n, width: width) else { return false }
        let count = valueCount(n, source.factor?.width)
        if source.entries == .float32 {
            try file.checkFinite(Float.self, count: count)
        } else {
            try file.checkFinite(Double.self, count: count)
        }
        return true
    }

    /// How many values a kernel over `n` samples has, which is kept by a factor of `width` columns or, where that is nil, by entries.
    private static func valueCount(_ n: Int, _ width: Int?) -> Int {
        width.map { n * $0 } ?? PackedKernel.packedCount(n)
    }
}

extension KernelEntries {
    /// The bytes of a value.
    fileprivate var stride: Int { self == .float32 ? MemoryLayout<Float>.stride : MemoryLayout<Double>.stride }
}

/// The packed entries of a kernel, on disk.
private struct StoredEntries: PackedKernelSource {
    let entries: KernelEntries
    let diagonal: [Double]
    let packedSquareSum: Double
    let scale: Double
    private let file: ArtifactFile

    init(_ header: KernelHeader, _ diagonal: [Double], _ file: ArtifactFile) {
        self.diagonal = diagonal
        self.file = file
        entries = header.entries
        packedSquareSum = header.packedSquareSum
        scale = header.scale
    }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws {
        try file.readFinite(
            into: UnsafeMutableBufferPointer(start: destination, count: range.count), from: range.lowerBound)
    }

    func copy(_ range: Range<Int>, to destination: UnsafeMutablePointer<Double>) throws {
        try file.readFinite(
            into: UnsafeMutableBufferPointer(start: destination, count: range.count), from: range.lowerBound)
    }
}

/// The factor of a kernel, on disk.
private struct StoredFactor: PackedKernelSource, KernelFactor {
    let entries: KernelEntries
    let diagonal: [Double]
    let packedSquareSum: Double
    let scale: Double
    let width: Int
    private let file: ArtifactFile

    init(_ header: KernelHeader, _ diagonal: [Double], width: Int, _ file: ArtifactFile) {
        self.diagonal = diagonal
        self.file = file
        self.width = width
        entries = header.entries
        packedSquareSum = header.packedSquareSum
        scale = header.scale
    }

    var isWide: Bool { entries != .float32 }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Float>) throws -> UnsafePointer<Float>? {
        try file.readFinite(
            into: UnsafeMutableBufferPointer(start: scratch, count: range.count * width), from: range.lowerBound * width
        )
        return UnsafePointer(scratch)
    }

    func rows(_ range: Range<Int>, scratch: UnsafeMutablePointer<Double>) throws -> UnsafePointer<Double>? {
        guard isWide else { return try widenedRows(range, scratch: scratch) }
        try file.readFinite(
            into: UnsafeMutableBufferPointer(start: scratch, count: range.count * width), from: range.lowerBound * width
        )
        return UnsafePointer(scratch)
    }
}
