extension ArtifactKind {
    /// The centred Gram matrix of the linear kernel.
    package static let gram = ArtifactKind(defining: "gram")
}

extension ArtifactDefinition {
    /// Kept by its entries or by its factor (`LinearKernelForm`).
    static let gram = pairMatrix("gram", from: .linearKernel) {
        let (entries, loadEntries) = ($0.tile, $0.load)
        $0.isCentredKernel = true
        // It is there already.
        $0.makingBytes = { _ in 0 }
        $0.storedBytes = {
            LinearKernelForm(sampleCount: $0.samples, width: $0.width) == .factor
                ? $0.samples * $0.width * 4 + $0.samples * 8 : pairMatrixBytes(samples: $0.samples, entryBytes: 4)
        }
        $0.float64Bytes = {
            LinearKernelForm(sampleCount: $0.samples, width: $0.width) == .factor
                && $0.samples > LinearKernelForm.mostWidenedFactor
                ? $0.samples * $0.width * 8 + $0.samples * 8 : pairMatrixBytes(samples: $0.samples, entryBytes: 8)
        }
        $0.tile = { tile in
            guard tile.linearForm == .factor else { return entries(tile) }
            return Cost((tile.pairs, 1e-6), (tile.pairs * tile.samples * tile.width * tile.width, 2e-11))
        }
        $0.load = { n, form in form == .factor ? Cost((1, 5e-5), (n, 1e-7)) : loadEntries(n, form) }
    }
}
