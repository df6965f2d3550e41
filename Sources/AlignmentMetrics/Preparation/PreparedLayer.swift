package import LinearAlgebra
package import SweepModel

/// A layer's features, or a run of its rows, clipped and normalised in float64 from the stored values (Schemas/metrics.md, *Preparation*).
/// A concatenation is a layer of several parts: clipped, side by side, and normalised once.
///
/// Rows x̂_i are kept where they fit and otherwise made again when asked for, by the same operations in the same order:
/// the bits are the same either way.
package final class PreparedLayer {
    /// What is known of all rows of the layer.
    let frame: LayerFrame
    /// The samples whose rows are here: all of them, or a run.
    let samples: Range<Int>
    private let parts: [LayerPart]
    private let kept: Matrix<Double>?

    /// Rows that a thread takes at a time.
    private static let rowsAtOnce = 16

    /// Prepares `parts` (n x d_p each), side by side; rows are kept in memory where they take up to `keptBytes`.
    package init(
        _ parts: [LayerPart], normalization: SweepSpec.Normalization, keptBytes: Int = 1 << 30, threads: ThreadTeam = 1
    ) {
        let (n, d) = (parts.first?.stored.rows ?? 0, parts.width)
        let kept = Self.room(n, d, keptBytes)
        func look(unit: Int) -> LayerFrame.Builder {
            var builder = LayerFrame.Builder(sampleCount: n, width: d, normalization: normalization, unit: unit)
            builder.take(parts, kept: kept, threads: threads)
            return builder
        }
        let first = look(unit: 0)
        frame = (first.missingUnit.map(look) ?? first).finish()
        samples = 0..<n
        self.parts = parts
        self.kept = kept
    }

    /// The rows of `samples`, a run of a layer whose frame is known, stored in `parts`.
    init(_ parts: [LayerPart], samples: Range<Int>, of frame: LayerFrame, keptBytes: Int, threads: ThreadTeam = 1) {
        self.frame = frame
        self.samples = samples
        self.parts = parts
        kept = Self.room(samples.count, frame.width, keptBytes)
        guard let kept else { return }
        threads.forEachRun(samples.count, of: Self.rowsAtOnce) { _, run in
            for i in run { if let row = kept.row(i).baseAddress { make(i, row) } }
        }
    }

    /// Rows of a layer that were prepared before, wherever they stand in it: `samples` counts them.
    init(gathered rows: Matrix<Double>, of frame: LayerFrame) {
        self.frame = frame
        samples = 0..<rows.rows
        parts = []
        kept = rows
    }

    private static func room(_ n: Int, _ d: Int, _ keptBytes: Int) -> Matrix<Double>? {
        n * d * MemoryLayout<Double>.stride <= keptBytes ? Matrix(unwrittenRows: n, columns: d) : nil
    }

    /// How many rows are here.
    package var sampleCount: Int { samples.count }
    package var width: Int { frame.width }
    package var clippedShare: Double { frame.clippedShare }
    package var meanCosine: Double { frame.meanCosine }
    /// Norms of all rows of the layer, and their column means.
    var rowNorms: [Double] { frame.rowNorms }
    var means: [Double] { frame.means }

    /// The bytes of the rows that are kept.
    var keptBytes: Int { (kept?.elements.count ?? 0) * MemoryLayout<Double>.stride }

    /// Row x̂ (d) of the i-th of the samples here. It may lie in `scratch` (d elements), so it is good until that is written again.
    func row(_ i: Int, scratch: UnsafeMutablePointer<Double>) -> UnsafePointer<Double> {
        if let kept, let row = kept.row(i).baseAddress { return UnsafePointer(row) }
        make(i, scratch)
        return UnsafePointer(scratch)
    }

    /// The same where rows are kept; nil where they are not.
    func keptRow(_ i: Int) -> UnsafePointer<Double>? { kept.flatMap { UnsafePointer($0.row(i).baseAddress) } }

    private func make(_ i: Int, _ row: UnsafeMutablePointer<Double>) {
        _ = parts.clip(row: i, into: row)
        frame.prepare(samples.lowerBound + i, row)
    }
}
