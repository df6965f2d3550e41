package import LinearAlgebra
internal import SweepModel

/// What the artifacts of one layer may take; no result depends on it.
package struct LayerResources: Sendable {
    /// Threads of this process that compute together.
    package let threads: ThreadTeam
    /// Bytes of memory, the stored values that are there already included.
    package let memoryBytes: Int
    /// What candidates of neighbours are found by; nil for whatever takes least time.
    package let productForm: ProductForm?
    /// Called from any of the threads whenever some of the work is done: a layer of many samples takes minutes.
    package let onStep: @Sendable () -> Void

    package init(
        threads: ThreadTeam = 1, memoryBytes: Int = 4 << 30, productForm: ProductForm? = nil,
        onStep: @escaping @Sendable () -> Void = {}
    ) {
        self.productForm = productForm
        self.threads = threads
        self.onStep = onStep
        self.memoryBytes = memoryBytes
    }
}
