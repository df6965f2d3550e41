internal import SweepModel

/// Whether the clipping that sweeps do by default leaves anything of a model: its threshold is 0 where too many values are.
struct ClipPreview {
    let zeroCount: Int
    let valueCount: Int
    private let clip = SweepSpec().clip

    init(zeroCount: Int, valueCount: Int) {
        (self.zeroCount, self.valueCount) = (zeroCount, valueCount)
    }

    /// The share of values that are 0.
    var zeroShare: Double { Double(zeroCount) / Double(max(valueCount, 1)) }

    /// What a person should know before a sweep; nil where something is left.
    var warning: String? {
        // The threshold is the element of this rank among the sorted magnitudes (`ClipThreshold`).
        guard valueCount > 0, case .quantile(let quantile) = clip,
            zeroCount > min(Int(quantile * Double(valueCount)), valueCount - 1)
        else {
            return nil
        }
        return clip.leavesNothing(of: "the model")
    }
}
