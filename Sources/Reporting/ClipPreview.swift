internal import LinearAlgebra
internal import SweepModel

/// Whether the clipping that sweeps do by default leaves anything of a model: its threshold is 0 where too many values are.
struct ClipPreview {
    private(set) var zeroCount = 0
    private(set) var valueCount = 0
    private let clip = SweepSpec().clip

    mutating func take(_ values: StoredMatrix) {
        valueCount += values.rows * values.columns
        zeroCount += values.zeroCount
    }

    /// The share of values that are 0.
    var zeroShare: Double { Double(zeroCount) / Double(max(valueCount, 1)) }

    /// What a person should know before a sweep; nil where something is left.
    var warning: String? {
        // The threshold is the element of this rank among the sorted magnitudes (`ClipThreshold`).
        guard case .quantile(let quantile) = clip, zeroCount > min(Int(quantile * Double(valueCount)), valueCount - 1) else {
            return nil
        }
        return clip.leavesNothing(of: "the model")
    }
}

extension StoredMatrix {
    /// The number of values that are 0.
    fileprivate var zeroCount: Int {
        switch self {
        case .float16(let matrix): matrix.elements.reduce(0) { $0 + ($1 & 0x7FFF == 0 ? 1 : 0) }
        case .float32(let matrix): matrix.elements.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        case .float64(let matrix): matrix.elements.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        }
    }
}
