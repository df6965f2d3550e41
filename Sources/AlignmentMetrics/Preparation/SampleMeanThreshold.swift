package import LinearAlgebra

/// The clip threshold of scope `sample_mean`: for each sample the quantile of its magnitudes over all layers of the model,
/// interpolated linearly, averaged over samples (`remove_outliers` of the released code without `exact`).
package enum SampleMeanThreshold {
    /// The threshold at `quantile` of layers of `widths`, of which `rows` provides those of some samples: as many at a time as fit into
    /// `blockBytes`.
    package static func find(
        quantile: Double, sampleCount n: Int, widths: [Int], blockBytes: Int = 256 << 20,
        rows: (Int, Range<Int>) throws -> StoredMatrix
    ) rethrows -> Double {
        let width = widths.reduce(0, +)
        let height = min(n, max(1, blockBytes / (8 * max(width, 1))))
        let magnitudes = Matrix<Double>(rows: height, columns: width, repeating: 0)
        defer { magnitudes.keepAlive() }
        var quantiles: [Double] = []
        for first in stride(from: 0, to: n, by: height) {
            let samples = first..<min(first + height, n)
            var offset = 0
            for index in widths.indices {
                let values = try rows(index, samples)
                for row in 0..<samples.count {
                    guard let target = magnitudes.row(row).baseAddress else { continue }
                    values.widenRow(row, into: target + offset)
                }
                offset += widths[index]
            }
            for row in 0..<samples.count { quantiles.append(self.quantile(quantile, of: magnitudes.row(row))) }
        }
        return mean(quantiles)
    }

    /// The mean of magnitudes whose sum may be beyond the range of float64.
    private static func mean(_ values: [Double]) -> Double {
        let unit = (values.max() ?? 0) > 0x1p900 ? 0x1p-100 : 1
        let sum = values.reduce(0) { $0 + $1 * unit }
        return sum / Double(max(values.count, 1)) / unit
    }

    private static func quantile(_ q: Double, of row: UnsafeMutableBufferPointer<Double>) -> Double {
        var values = row.map(\.magnitude)
        guard !values.isEmpty else { return 0 }
        let place = q * Double(values.count - 1)
        let lower = Int(place)
        // Ranks count from the largest.
        let low = selectLargest(rank: values.count - 1 - lower, of: &values)
        guard lower + 1 < values.count else { return low }
        let high = selectLargest(rank: values.count - 2 - lower, of: &values)
        return low + (place - Double(lower)) * (high - low)
    }
}
