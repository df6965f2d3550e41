package import AlignmentMetrics
internal import LinearAlgebra
package import SweepModel

extension LayerArtifacts {
    /// Calls `write` with what describes the artifact of `kind` and its payload; not at all where there is none.
    package func withEncoded(
        _ kind: ArtifactKind, groups: [Int32]?,
        _ write: (_ metadata: [UInt8], _ payload: [UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        switch kind.form {
        case .lists:
            if let neighbours { try NeighbourLists.encode(neighbours, groups: groups, write) }
        case .pairMatrix:
            if kind.definition.isFactorable, let factoredKernel { return try Self.encode(factoredKernel, write) }
            guard let kernel = kernels[kind] else { return }
            let metadata = try KernelHeader(kernel, kind).json()
            // Entries are in one of both.
            try kernel.packed.withUnsafeBytes { packed in
                try kernel.wide.withUnsafeBytes { wide in
                    try kernel.diagonal.withUnsafeBytes { diagonal in
                        try write(metadata, [kernel.entries == .float32 ? packed : wide, diagonal])
                    }
                }
            }
        case .basis:
            guard let basis else { return }
            let header = BasisHeader(
                sampleCount: basis.sampleCount, rank: basis.rank, tiedCuts: basis.tiedCuts,
                isIterative: basis.isIterative)
            let metadata = try header.json()
            try basis.vectors.withUnsafeBytes { try write(metadata, [$0]) }
        case .features:
            guard let features else { return }
            let matrix = features.matrix
            defer { matrix.keepAlive() }
            let header = FeaturesHeader(sampleCount: matrix.rows, columns: matrix.columns, norm: features.norm)
            try write(try header.json(), [UnsafeRawBufferPointer(matrix.elements)])
        }
    }

    private static func encode(
        _ kernel: FactoredKernel, _ write: (_ metadata: [UInt8], _ payload: [UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        defer { withExtendedLifetime((kernel.factor, kernel.wideFactor)) {} }
        let metadata = try KernelHeader(kernel, .gram).json()
        let wide = kernel.wideFactor.map { UnsafeRawBufferPointer($0.elements) }
        try kernel.diagonal.withUnsafeBytes { diagonal in
            try write(metadata, [wide ?? UnsafeRawBufferPointer(kernel.factor.elements), diagonal])
        }
    }
}

extension NeighbourLists {
    /// Calls `write` with what describes the lists of a whole layer and their payload.
    static func encode(
        _ lists: NeighbourLists, groups: [Int32]?,
        _ write: (_ metadata: [UInt8], _ payload: [UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        try lists.withPayload { try write(try NeighbourHeader(lists, groups: groups).json(), $0) }
    }

    /// Calls `body` with the bytes of indices, similarities and row means.
    func withPayload(_ body: ([UnsafeRawBufferPointer]) throws -> Void) throws {
        try indices.withUnsafeBytes { indices in
            try similarities.withUnsafeBytes { similarities in
                try rowMeans.withUnsafeBytes { means in try body([indices, similarities, means]) }
            }
        }
    }
}
