/// tr(KHLH) and the unbiased HSIC of two centred kernels (KernelAlignment).
struct HSICTerms {
    let biased: Double
    let unbiased: Double

    /// Those of kernels with diagonals `p` and `r` (n), which sum to `pTrace` and `rTrace`.
    init(
        _ sum: KernelSums.Sum, _ p: [Double], _ r: [Double], _ pTrace: Double, _ rTrace: Double, sampleCount: Int
    ) {
        let n = Double(sampleCount)
        let diagonals = p.withUnsafeBufferPointer { p in
            r.withUnsafeBufferPointer { r in
                guard let p = p.baseAddress, let r = r.baseAddress else { return 0.0 }
                return FixedOrderSums.dot(p, r, count: sampleCount)
            }
        }
        let traces = pTrace * rTrace / ((n - 1) * (n - 2))
        let off: Double
        switch sum {
        case .uCentred(let value):
            biased = value + n / (n - 2) * diagonals - traces
            unbiased = value / (n * (n - 3))
            return
        case .offDiagonal(let value): off = value
        case .whole(let value): off = value - diagonals
        }
        biased = off + diagonals
        let correction = -2 / (n - 2) * diagonals + traces
        unbiased = (off + correction) / (n * (n - 3))
    }

    /// Those of a kernel with itself.
    static func selfTerms(_ source: any PackedKernelSource) -> HSICTerms {
        let trace = source.diagonal.reduce(0, +)
        let off = 2 * source.packedSquareSum
        return HSICTerms(
            source.entries == .uCentred ? .uCentred(off) : .offDiagonal(off), source.diagonal, source.diagonal, trace,
            trace, sampleCount: source.diagonal.count)
    }
}
