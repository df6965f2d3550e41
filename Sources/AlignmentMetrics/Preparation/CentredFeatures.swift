internal import CKernels
package import LinearAlgebra

/// A prepared layer's features with the column means taken off, in float32 for the large product.
///
/// They are scaled by a power of two, so that the largest row has a norm near 1: layers that fade to 1e-8 or are not normalised
/// keep float32's relative precision, and no score or ranking changes.
package struct CentredFeatures {
    /// s·X_c (n x d).
    package let matrix: Matrix<Float>
    package let norms: CentredNorms

    /// Rows that a thread takes at a time.
    private static let runLength = 64

    /// Centres `layer`, on `threads`.
    package init(_ layer: PreparedLayer, threads: ThreadTeam = 1) {
        self.init(layer, CentredNorms(layer, threads: threads), threads: threads)
    }

    /// Centres `layer`, whose norms are known.
    init(_ layer: PreparedLayer, _ norms: CentredNorms, threads: ThreadTeam) {
        self.norms = norms
        productScale = norms.productScale(of: layer.frame)
        matrix = Self.centred(layer, scale: norms.scale, threads: threads)
    }

    /// The power of two s.
    package var scale: Double { norms.scale }
    /// What products of two rows were multiplied by, from the stored unit on: s² but for an extreme one.
    let productScale: Double
    package var squaredNorms: [Double] { norms.squaredNorms }
    package var isConstant: Bool { norms.isConstant }

    /// All samples' rows, for products.
    package var rows: CentredRows { CentredRows(matrix, first: 0) }

    /// The rows of `layer`, all or a run, centred and multiplied by `scale`.
    static func centred(_ layer: PreparedLayer, scale: Double, threads: ThreadTeam) -> Matrix<Float> {
        let matrix = Matrix<Float>(unwrittenRows: layer.sampleCount, columns: layer.width)
        forEachRow(of: layer, threads: threads) { i, row, means in
            ck_centre(row, means, scale, layer.width, matrix.row(i).baseAddress)
        }
        return matrix
    }

    /// Calls `body` with each row of `layer` (d) and the column means (d), on `threads`.
    static func forEachRow(
        of layer: PreparedLayer, threads: ThreadTeam,
        _ body: (_ i: Int, _ row: UnsafePointer<Double>, _ means: UnsafePointer<Double>) -> Void
    ) {
        // A row for each thread, for layers that do not keep theirs.
        let scratch = Matrix<Double>(rows: threads.most, columns: layer.width, repeating: 0)
        defer { scratch.keepAlive() }
        layer.means.withUnsafeBufferPointer { means in
            guard let means = means.baseAddress else { return }
            threads.forEachRun(layer.sampleCount, of: Self.runLength) { worker, run in
                guard let prepared = scratch.row(worker).baseAddress else { return }
                for i in run { body(i, layer.row(i, scratch: prepared), means) }
            }
        }
    }
}

/// The centred rows of a run of samples.
package struct CentredRows {
    /// s·X_c of those samples (rows x d).
    let matrix: Matrix<Float>
    /// The samples, the first of which is row 0.
    let samples: Range<Int>

    init(_ matrix: Matrix<Float>, first: Int) {
        self.matrix = matrix
        samples = first..<first + matrix.rows
    }
}
