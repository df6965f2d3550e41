internal import LinearAlgebra

extension StoredMatrix {
    /// The number of values that are 0.
    var zeroCount: Int {
        switch self {
        case .float16(let matrix): matrix.elements.reduce(0) { $0 + ($1 & 0x7FFF == 0 ? 1 : 0) }
        case .float32(let matrix): matrix.elements.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        case .float64(let matrix): matrix.elements.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        }
    }
}
