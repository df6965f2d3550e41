internal import AlignmentMetrics
internal import LinearAlgebra
internal import SweepModel

/// How alike two learned kernels are, as sweeps measure it of layers whose rows are neither clipped nor normalised.
package struct KernelAgreement: Hashable, Sendable {
    /// The share of the k events of the largest kernel values that both have in common.
    package let mutualNeighbours: Double
    /// Centred kernel alignment, biased.
    package let cka: Double

    /// Every table of `tables` against `reference`, all of the same events.
    package static func of(
        _ reference: EmbeddingTable, with tables: [EmbeddingTable], neighbours k: Int
    ) throws -> [KernelAgreement] {
        let n = reference.count
        let first = try artifacts(reference, k)
        let others = try tables.map { try artifacts($0, k) }
        let mutual = NeighbourScores.scores(
            .mutualKNN, rows: [lists(first)].compactMap(\.self), columns: others.compactMap(lists), ks: [k],
            variant: .exact)
        let kernels = try KernelAlignment(
            rows: KernelPanel([first.linearKernel], sampleCount: n, resident: true),
            columns: KernelPanel(others.map(\.linearKernel), sampleCount: n, resident: true), sampleCount: n)
        return tables.indices.map {
            KernelAgreement(mutualNeighbours: mutual[0][$0], cka: kernels.cka[$0])
        }
    }

    /// What k neighbours of n events have in common by chance.
    package static func chance(events n: Int, neighbours k: Int) -> Double { Double(k) / Double(n - 1) }

    private static func artifacts(_ table: EmbeddingTable, _ k: Int) throws -> LayerArtifacts {
        let rows = Matrix<Double>(rows: table.count, columns: table.dimension, repeating: 0)
        for (position, value) in table.values.enumerated() { rows.elements[position] = value }
        return try LayerArtifacts(
            of: [LayerPart(.float64(rows), threshold: .infinity)], normalization: .none,
            request: ArtifactRequest([.neighbours, .gram], neighbourCount: k))
    }

    private static func lists(_ artifacts: LayerArtifacts) -> LayerNeighbours? {
        artifacts.neighbours.map(LayerNeighbours.init)
    }
}
