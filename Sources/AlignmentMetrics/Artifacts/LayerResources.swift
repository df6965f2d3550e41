internal import LinearAlgebra
internal import SweepModel

/// What the artifacts of one layer may take; no result depends on it.
package struct LayerResources: Sendable {
    /// Threads of this process that compute together.
    package let threads: Int
    /// Bytes of memory, the stored values that are there already included.
    package let memoryBytes: Int
    /// Called from any of the threads whenever some of the work is done: a layer of many samples takes minutes.
    package let onStep: @Sendable () -> Void

    package init(
        threads: Int = 1, memoryBytes: Int = 4 << 30, onStep: @escaping @Sendable () -> Void = {}
    ) {
        self.threads = max(1, threads)
        self.onStep = onStep
        self.memoryBytes = memoryBytes
    }
}

/// What decides how much memory a layer takes.
package struct LayerShape {
    let sampleCount: Int
    let width: Int
    let storedBytes: Int

    /// A layer of `sampleCount` x `width` values, stored in `storedBytes`.
    package init(sampleCount: Int, width: Int, storedBytes: Int) {
        self.sampleCount = sampleCount
        self.width = width
        self.storedBytes = storedBytes
    }

    init(_ parts: [LayerPart]) {
        self.init(
            sampleCount: parts.first?.stored.rows ?? 0, width: parts.reduce(0) { $0 + $1.stored.columns },
            storedBytes: parts.reduce(0) { $0 + $1.stored.byteCount })
    }

    /// The least bytes in which what `request` asks for can be computed: stored values, centred features in float32, tiles, candidates,
    /// and what is handed back. Prepared rows are then made again whenever they are needed.
    package func leastBytes(_ request: ArtifactRequest, threads: Int) -> Int {
        let (n, d) = (sampleCount, width)
        var bytes = storedBytes + 4 * n * d + threads * (CentredProduct.bufferBytes(sampleCount: n) + 48 * d) + 256 * n
        if request.kinds.contains(.neighbours) {
            let k = request.neighbourCount
            bytes += CandidateSelection.leastBytes(sampleCount: n, count: k + 1) + n * (12 * k + 12 * threads)
        }
        let pairs = n * (n - 1) / 2
        // The Gram matrix in float32; what comes from differences of products needs them in float64 beside the features. Of the few
        // layers whose kernels are kept in float64 it takes twice as much, which only making them tells.
        let hasGram = request.kinds.contains(.gram)
        switch request.linearForm {
        case .entries: if hasGram { bytes += 4 * pairs }
        case .factor: bytes += FactoredKernel.comparisonBytes(sampleCount: n, width: d)
        }
        let derived = request.kinds.count(where: \.definition.isOfPairProducts)
        if derived > 0 { bytes += 8 * n * d + 16 * pairs + 4 * pairs * derived }
        // Centred rows in float64; standardised ones beside them, and then their product, with a copy and a factor where it comes to that.
        if request.kinds.contains(.basis) {
            bytes += 16 * n * d + 24 * min(n, d) * min(n, d)
        } else if request.kinds.contains(.features) {
            bytes += 8 * n * d
        }
        return bytes
    }
}
