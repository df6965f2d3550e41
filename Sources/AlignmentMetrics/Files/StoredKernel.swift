package import ArtifactStore
package import SweepModel

/// A kernel that stays on disk and is read in parts.
package enum StoredKernel {
    /// The kernel of `kind` in `file`; nil where it is not that of a layer of `shape`.
    package static func open(
        _ file: ArtifactFile, _ kind: ArtifactKind, _ shape: ArtifactShape
    ) throws(ArtifactDamage) -> (any PackedKernelSource)? {
        guard let header = KernelHeader(json: file.metadata), header.fits(kind, shape) else { return nil }
        let n = shape.sampleCount
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
        _ file: ArtifactFile, _ kind: ArtifactKind, _ shape: ArtifactShape
    ) throws(ArtifactDamage) -> Bool {
        guard let source = try open(file, kind, shape) else { return false }
        let count = valueCount(shape.sampleCount, source.factor?.width)
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

/// What describes a kernel artifact; its payload is the packed entries (n(n-1)/2) or the factor (n x width), in float32 or float64, then the
/// diagonal (n float64).
struct KernelHeader: Codable {
    /// The kernel's kind: matrices of all kinds look alike.
    let kind: String
    let sampleCount: Int
    let entries: KernelEntries
    /// d of a kernel that is kept by its factor; nil where entries are kept.
    let width: Int?
    let packedSquareSum: Double
    let scale: Double
    let chanceFactor: Double

    init(_ kernel: any PackedKernelSource, _ kind: ArtifactKind) {
        self.kind = kind.name
        sampleCount = kernel.diagonal.count
        entries = kernel.entries
        width = kernel.factor?.width
        packedSquareSum = kernel.packedSquareSum
        scale = kernel.scale
        chanceFactor = kernel.chanceFactor
    }

    /// Whether it can be that of the kernel of a layer of `shape`.
    func fits(_ kind: ArtifactKind, _ shape: ArtifactShape) -> Bool {
        let (n, width) = (shape.sampleCount, shape.factorWidth(kind))
        // A linear kernel that is planned by its factor and is in float64 has U-centred entries, unless those are too many.
        let isManyByFactor = width != nil && n > LinearKernelForm.mostWidenedFactor
        let isLinear = kind.definition.source == .linearKernel
        let expected: KernelEntries = isLinear && !isManyByFactor ? .uCentred : .float64
        return self.kind == kind.name && sampleCount == n && (entries == .float32 || entries == expected)
            && self.width == (entries == .float32 || isManyByFactor ? width : nil)
            && packedSquareSum.isFinite && scale >= 0
            && LayerSummary.isSound(chanceFactor: chanceFactor, sampleCount: n)
    }

    /// Whether its kernel can have this diagonal: a sum of squares is below zero by rounding at most.
    func fits(_ diagonal: [Double]) -> Bool {
        let squares = diagonal.reduce(0) { $0 + $1 * $1 }
        return squares.isFinite && packedSquareSum >= -1e-3 * squares
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
