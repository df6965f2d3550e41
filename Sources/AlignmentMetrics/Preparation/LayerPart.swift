internal import CKernels
package import LinearAlgebra

/// Stored values of a layer, or of a run of its rows, with the threshold that they are clipped at.
package struct LayerPart {
    package let stored: StoredMatrix
    /// Values are clamped to [-threshold, threshold].
    package let threshold: Double

    package init(_ stored: StoredMatrix, threshold: Double) {
        self.stored = stored
        self.threshold = threshold
    }
}

extension [LayerPart] {
    /// The width of all parts side by side.
    var width: Int { reduce(0) { $0 + $1.stored.columns } }

    /// Writes row i of the parts side by side, clipped, to `row` (`width`), and returns how many values lay beyond the thresholds.
    func clip(row i: Int, into row: UnsafeMutablePointer<Double>) -> Int {
        var offset = 0
        var clipped = 0
        for part in self {
            let (count, limit, values) = (part.stored.columns, part.threshold, row + offset)
            switch part.stored {
            case .float16(let matrix): clipped += ck_clip_float16(matrix.row(i).baseAddress, count, limit, values)
            case .float32(let matrix): clipped += ck_clip_float32(matrix.row(i).baseAddress, count, limit, values)
            case .float64(let matrix): clipped += ck_clip_float64(matrix.row(i).baseAddress, count, limit, values)
            }
            offset += count
        }
        return clipped
    }
}
