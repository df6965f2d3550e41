internal import Foundation
internal import LinearAlgebra

/// Samples whose prepared rows are the very same, as in layers that clipping has saturated.
enum IdenticalRows {
    /// For each sample, the first sample with the very same prepared row.
    static func representatives(of layer: PreparedLayer) -> [Int32] {
        let n = layer.sampleCount
        let bytes = layer.width * MemoryLayout<Double>.stride
        let scratch = Matrix<Double>(rows: 2, columns: layer.width, repeating: 0)
        defer { scratch.keepAlive() }
        var result = [Int32](repeating: 0, count: n)
        guard let mine = scratch.row(0).baseAddress, let other = scratch.row(1).baseAddress else { return result }
        var firstByHash: [Int: [Int32]] = [:]
        for i in 0..<n {
            let row = layer.row(i, scratch: mine)
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(start: row, count: bytes))
            let hash = hasher.finalize()
            let twin = firstByHash[hash, default: []].first { candidate in
                memcmp(row, layer.row(Int(candidate), scratch: other), bytes) == 0
            }
            result[i] = twin ?? Int32(i)
            if twin == nil { firstByHash[hash, default: []].append(Int32(i)) }
        }
        return result
    }
}
