package import LinearAlgebra
package import SweepModel

/// Where the stored values of a layer are read from.
package protocol LayerSource: Sendable {
    /// n.
    var sampleCount: Int { get }
    /// d.
    var width: Int { get }
    /// The stored values of the rows of `samples`, with the thresholds at which they are clipped.
    func parts(_ samples: Range<Int>) throws -> [LayerPart]
}

/// A layer whose rows are read as they are needed, a slab at a time, and never all of them kept.
///
/// The rows, and what is known of them together, have the same bits as those of a `PreparedLayer` and its `CentredFeatures`.
package final class StreamedLayer {
    let source: any LayerSource
    let frame: LayerFrame
    let norms: CentredNorms
    private let slabRows: Int
    private let threads: ThreadTeam

    /// Slabs begin at multiples of this many rows: tiles of products have the same places whoever makes them.
    static let rowMultiple = CentredProduct.edge

    /// Goes through the layer twice, for its frame and for its centred norms; once more where its values are in an extreme unit.
    ///
    /// - Parameters:
    ///   - slabBytes: what the rows of a slab may take in float64, about.
    ///   - inspect: called with all stored values in the order of their rows, so that they can be checked.
    package init(
        _ source: any LayerSource, normalization: SweepSpec.Normalization, slabBytes: Int = 64 << 20,
        threads: ThreadTeam = 1,
        inspect: ([LayerPart]) -> Void = { _ in }
    ) throws {
        self.source = source
        self.threads = threads
        let (n, d) = (source.sampleCount, source.width)
        let rows = slabBytes / (MemoryLayout<Double>.stride * max(d, 1))
        slabRows = max(1, rows / Self.rowMultiple) * Self.rowMultiple
        let slabs = Self.slabs(of: 0..<n, rows: slabRows)
        func look(unit: Int, _ inspect: ([LayerPart]) -> Void) throws -> LayerFrame.Builder {
            var builder = LayerFrame.Builder(sampleCount: n, width: d, normalization: normalization, unit: unit)
            try ReadAhead.forEach(slabs, read: { try source.parts($0) }) { _, parts in
                inspect(parts)
                builder.take(parts, threads: threads)
            }
            return builder
        }
        let first = try look(unit: 0, inspect)
        let frame = try (first.missingUnit.map { try look(unit: $0) { _ in } } ?? first).finish()
        let products = CentredNorms.room(sampleCount: n)
        try ReadAhead.forEach(slabs, read: { try source.parts($0) }) { samples, parts in
            let slab = PreparedLayer(parts, samples: samples, of: frame, keptBytes: 0)
            CentredNorms.measure(slab, into: products, threads: threads)
        }
        self.frame = frame
        norms = CentredNorms(products, of: frame)
    }

    /// Whether all rows are the same up to rounding: no neighbour means anything then.
    package var isConstant: Bool { norms.isConstant }

    /// The rows of `samples`, all at once.
    func rows(_ samples: Range<Int>, keptBytes: Int = 0) throws -> PreparedLayer {
        PreparedLayer(try source.parts(samples), samples: samples, of: frame, keptBytes: keptBytes, threads: threads)
    }

    /// Calls `body` with the rows of `samples`, slab after slab: while one is worked on, the next one is read.
    ///
    /// - Parameter keepsRows: whether the rows of a slab are in float64, for being asked for often.
    func forEachSlab(
        of samples: Range<Int>, keepsRows: Bool = false, _ body: (PreparedLayer) throws -> Void
    ) throws {
        let source = source
        try ReadAhead.forEach(Self.slabs(of: samples, rows: slabRows), read: { try source.parts($0) }) {
            samples, parts in
            try body(
                PreparedLayer(parts, samples: samples, of: frame, keptBytes: keepsRows ? .max : 0, threads: threads))
        }
    }

    /// The rows of `layer`, centred as the whole layer is.
    func centred(_ layer: PreparedLayer, threads: ThreadTeam) -> CentredRows {
        CentredRows(
            CentredFeatures.centred(layer, scale: norms.scale, threads: threads), first: layer.samples.lowerBound)
    }

    private static func slabs(of samples: Range<Int>, rows: Int) -> [Range<Int>] {
        stride(from: samples.lowerBound, to: samples.upperBound, by: rows).map {
            $0..<min($0 + rows, samples.upperBound)
        }
    }
}
