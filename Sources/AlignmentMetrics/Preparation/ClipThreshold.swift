package import LinearAlgebra

/// The threshold t that clips all layers of a model: element floor(q·N) of the N sorted magnitudes (Schemas/metrics.md, *Preparation*;
/// `remove_outliers` of the released code), found exactly in bounded memory.
package struct ClipThreshold {
    private var selection: MagnitudeSelection

    /// A search over `valueCount` values of `bits` bits each (64 where layers differ). `quantile` lies in (0, 1]; at 1 the
    /// threshold is the largest magnitude.
    package init(quantile: Double, valueCount: Int, bits: Int) {
        let rank = min(Int(quantile * Double(valueCount)), valueCount - 1)
        selection = MagnitudeSelection(rank: rank, bits: bits)
    }

    /// Takes in values in the first pass, which thus shares a reader's only look at them.
    package mutating func countFirst(_ values: StoredMatrix) { selection.count(values) }

    /// Ends the first pass and makes those that are still needed, in each of which `again` looks at all values once more.
    package mutating func finish(_ again: ((StoredMatrix) -> Void) throws -> Void) rethrows -> Double {
        selection.endPass()
        while true {
            if let result = selection.result { return result }
            try again { selection.count($0) }
            selection.endPass()
        }
    }
}
