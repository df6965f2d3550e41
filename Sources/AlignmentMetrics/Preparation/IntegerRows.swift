internal import CKernels
internal import LinearAlgebra

/// What products of centred rows are computed in, for candidates of neighbours. The lists are the same (Schemas/metrics.md, *Exact by
/// refinement*).
package enum ProductForm: CaseIterable, Sendable {
    case float32
    /// 8-bit integers, each row in a unit of its own.
    case integers
    /// The same, after an orthogonal map that spreads a few large values over the whole row.
    case spreadIntegers
}

/// Rows q of 8-bit integers, interleaved in strips (IntegerProducts.h).
struct PackedIntegers {
    /// Rows of a strip.
    static let strip = Int(CK_INTEGER_STRIP)

    /// d.
    let width: Int
    private let values: Matrix<Int8>
    private let scales: Matrix<Float>
    private let sums: Matrix<UInt32>

    /// Room for `count` rows, of which every strip is to be written.
    init(count: Int, width: Int) {
        let strips = (count + Self.strip - 1) / Self.strip
        self.width = width
        values = Matrix(unwrittenRows: strips, columns: Self.strip * ck_packed_width(width))
        scales = Matrix(rows: strips, columns: Self.strip, repeating: 0)
        sums = Matrix(unwrittenRows: strips, columns: Self.strip)
    }

    /// Writes rows, one after the other and at most a strip of them, to strip `index`.
    func write(_ index: Int, _ rows: UnsafePointer<Int8>, count: Int) {
        ck_pack_integers(rows, width, count, width, values.row(index).baseAddress, sums.row(index).baseAddress)
    }

    /// The scale of row `i`; 0 before.
    func setScale(_ scale: Float, of i: Int) { scales.elements[i] = scale }

    /// `count` rows from `first` on, which begins a strip.
    func rows(from first: Int, count: Int) -> ck_packed_rows {
        let index = first / Self.strip
        return ck_packed_rows(
            values: values.row(index).baseAddress, scales: scales.row(index).baseAddress,
            sums: sums.row(index).baseAddress, count: count)
    }

    /// Copies of some rows, in their order.
    func gathered(_ rows: [Int]) -> PackedIntegers {
        let result = PackedIntegers(count: rows.count, width: width)
        let row = Matrix<Int8>(unwrittenRows: Self.strip, columns: width)
        defer { row.keepAlive() }
        for first in stride(from: 0, to: rows.count, by: Self.strip) {
            let own = rows[first..<min(first + Self.strip, rows.count)]
            for (r, i) in own.enumerated() {
                let from = values.row(i / Self.strip)
                for j in 0..<width { row[r, j] = from[(j / 4 * Self.strip + i % Self.strip) * 4 + j % 4] }
            }
            for (r, i) in own.enumerated() { result.setScale(scales.elements[i], of: first + r) }
            if let start = row.elements.baseAddress { result.write(first / Self.strip, start, count: own.count) }
        }
        return result
    }

    /// Products of `rows` of these with `columns` of `other`, both of which begin strips: row r begins at `values[r * stride]`. There is
    /// room for whole strips.
    func multiply(
        _ rows: Range<Int>, with other: PackedIntegers, _ columns: Range<Int>, upperOnly: Bool = false,
        into values: UnsafeMutablePointer<Float>, stride: Int
    ) {
        ck_integer_products(
            ck_best_integer_form(), self.rows(from: rows.lowerBound, count: rows.count),
            other.rows(from: columns.lowerBound, count: columns.count), width, upperOnly ? 1 : 0, values, stride)
        withExtendedLifetime((self, other)) {}
    }

    /// The bytes of `count` rows.
    static func bytes(count: Int, width: Int) -> Int {
        (count + strip - 1) / strip * strip * (ck_packed_width(width) + 8)
    }
}

/// The centred rows c_i of a run of samples as integers, c_i = h_i + r_i with h_i = s_i q_i (IntegerRows.h).
struct IntegerRows {
    /// The samples, the first of which is row 0.
    let samples: Range<Int>
    let packed: PackedIntegers
    /// Whether they were spread before.
    let isSpread: Bool
    /// No less than |h_i| and than |r_i| (2 x rows).
    private let norms: Matrix<Double>

    /// Rows that a thread takes at a time.
    private static let runLength = 4 * PackedIntegers.strip

    /// Whether rows of `width` values can be multiplied.
    static func areIntegers(ofWidth width: Int) -> Bool { width <= Int(CK_MOST_INTEGERS) }

    /// The rows of `layer`, all or a run, centred and multiplied by `scale`; `isSpread`: after the orthogonal map.
    init(_ layer: PreparedLayer, scale: Double, isSpread: Bool, threads: ThreadTeam) {
        let (count, d, strip) = (layer.sampleCount, layer.width, PackedIntegers.strip)
        let (packed, norms) = (
            PackedIntegers(count: count, width: d), Matrix<Double>(unwrittenRows: 2, columns: count)
        )
        (samples, self.packed, self.isSpread, self.norms) = (layer.samples, packed, isSpread, norms)
        let integers = Matrix<Int8>(unwrittenRows: threads.most, columns: strip * d)
        let rows = (0..<threads.most).map { _ in RowQuantisation(layer, scale: scale, isSpread: isSpread) }
        defer { integers.keepAlive() }
        threads.forEachRun(count, of: Self.runLength) { worker, run in
            guard let own = integers.row(worker).baseAddress else { return }
            for first in stride(from: run.lowerBound, to: run.upperBound, by: strip) {
                let end = min(first + strip, run.upperBound)
                for i in first..<end {
                    let row = rows[worker].quantised(i, into: own + (i - first) * d)
                    packed.setScale(row.scale, of: i)
                    norms[0, i] = row.norm
                    norms[1, i] = row.rest
                }
                packed.write(first / strip, own, count: end - first)
            }
        }
    }

    /// Tells `bounds` what the products of these rows lose.
    func note(in bounds: SimilarityBounds) {
        for i in 0..<samples.count {
            bounds.note(samples.lowerBound + i, norm: norms[0, i], rest: norms[1, i])
        }
    }

    /// What rounding leaves of row `i`, as a share of it.
    func restShare(_ i: Int) -> Double { norms[0, i] > 0 ? norms[1, i] / norms[0, i] : 0 }
}

/// One thread's rounding of rows.
final class RowQuantisation {
    private let layer: PreparedLayer
    private let scale: Double
    private let isSpread: Bool
    /// A prepared row, and a centred one.
    private let scratch: Matrix<Double>
    private let zeros: [Double]

    init(_ layer: PreparedLayer, scale: Double, isSpread: Bool) {
        self.layer = layer
        self.scale = scale
        self.isSpread = isSpread
        scratch = Matrix(unwrittenRows: 2, columns: layer.width)
        zeros = [Double](repeating: 0, count: isSpread ? layer.width : 0)
    }

    /// Writes the integers of row `i` (d).
    func quantised(_ i: Int, into integers: UnsafeMutablePointer<Int8>) -> ck_quantised {
        let d = layer.width
        guard let prepared = scratch.row(0).baseAddress, let centred = scratch.row(1).baseAddress else {
            return ck_quantised()
        }
        let row = layer.row(i, scratch: prepared)
        guard isSpread else { return ck_quantise(row, layer.means, scale, 0, d, integers) }
        ck_differences(row, layer.means, d, centred)
        ck_hadamard(centred, d)
        // The differences are off by 2⁻⁵³ of themselves.
        return ck_quantise(centred, zeros, scale, ck_hadamard_rounding(d) + 0x1p-52, d, integers)
    }
}
