import LinearAlgebra
import SweepModel
import SweepTestSupport

@testable import AlignmentMetrics

/// The precision of a store.
enum Precision: CaseIterable {
    case float16, float32, float64

    /// `rows`, rounded to this precision.
    func stored(_ rows: [[Double]]) -> StoredMatrix {
        switch self {
        case .float16: .float16(matrix(rows) { Float16($0).bitPattern })
        case .float32: .float32(matrix(rows) { Float($0) })
        case .float64: .float64(matrix(rows) { $0 })
        }
    }

    private func matrix<Element>(_ rows: [[Double]], _ convert: (Double) -> Element) -> Matrix<Element> {
        let result = Matrix(rows: rows.count, columns: rows[0].count, repeating: convert(0))
        for (i, row) in rows.enumerated() { for (j, value) in row.enumerated() { result[i, j] = convert(value) } }
        return result
    }
}

extension StoredMatrix {
    /// The values, widened.
    var plainRows: [[Double]] {
        (0..<rows).map { i in
            var row = [Double](repeating: 0, count: columns)
            widenRow(i, into: &row)
            return row
        }
    }
}

/// Kinds of layers that have broken similarity code before.
enum LayerKind: CaseIterable {
    case random, fewDistinct, duplicated, rankDeficient, tiny, offset, sparse

    func rows(_ n: Int, _ d: Int, seed: UInt64) -> [[Double]] {
        var generator = SeededGenerator(seed: seed)
        let base = normals(n, d, seed: seed)
        switch self {
        case .random: return base
        case .fewDistinct: return (0..<n).map { _ in base[Int.random(in: 0..<min(n, 4), using: &generator)] }
        case .duplicated: return (0..<n).map { base[$0 / 2] }
        case .rankDeficient:
            return base.map { row in (0..<d).map { row[$0 % 2] * Double($0 + 1) / Double(d) } }
        case .tiny: return base.map { $0.map { $0 * 1e-8 } }
        case .offset:
            let common = (0..<d).map { _ in 100.0 * (Bool.random(using: &generator) ? 1 : -1) }
            return base.map { zip($0, common).map { $0 + $1 } }
        case .sparse: return base.enumerated().map { i, row in row.map { i == 1 ? 0 : max($0, 0) } }
        }
    }
}

/// `n` rows of `d` standard normal values.
func normals(_ n: Int, _ d: Int, seed: UInt64) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<n).map { _ in (0..<d).map { _ in generator.normal() } }
}

/// `rows` a weighted sum: 0 gives `a`, 1 gives `b`.
func blend(_ a: [[Double]], _ b: [[Double]], _ weight: Double) -> [[Double]] {
    zip(a, b).map { zip($0, $1).map { $0 * (1 - weight) + $1 * weight } }
}

/// Artifacts of `parts` side by side.
func artifacts(
    of parts: [LayerPart], normalization: SweepSpec.Normalization = .l2, _ request: ArtifactRequest
) -> LayerArtifacts {
    do {
        return try LayerArtifacts(of: parts, normalization: normalization, request: request)
    } catch {
        preconditionFailure("\(error)")
    }
}

/// Artifacts of `stored`: neighbours where `k` is given, and the Gram matrix where it is wanted.
func artifacts(
    of stored: StoredMatrix, threshold: Double, normalization: SweepSpec.Normalization, k: Int?, gram: Bool
) -> LayerArtifacts {
    let kinds: [ArtifactKind] = (k == nil ? [] : [.neighbours]) + (gram ? [.gram] : [])
    return artifacts(
        of: [LayerPart(stored, threshold: threshold)], normalization: normalization,
        ArtifactRequest(Set(kinds), neighbourCount: k ?? 0))
}

/// Unclipped artifacts of `rows`.
func artifacts(
    _ rows: [[Double]], _ precision: Precision = .float64, threshold: Double = .infinity,
    normalization: SweepSpec.Normalization = .l2, k: Int? = nil, gram: Bool = true
) -> LayerArtifacts {
    artifacts(of: precision.stored(rows), threshold: threshold, normalization: normalization, k: k, gram: gram)
}

/// Unclipped artifacts of all kinds in `kinds`.
func artifacts(
    _ rows: [[Double]], _ precision: Precision = .float64, normalization: SweepSpec.Normalization = .l2,
    kinds: Set<ArtifactKind>, k: Int = 0, dimensions: Int = 10
) -> LayerArtifacts {
    artifacts(
        of: [LayerPart(precision.stored(rows), threshold: .infinity)], normalization: normalization,
        ArtifactRequest(kinds, neighbourCount: k, dimensions: dimensions))
}

extension LayerArtifacts {
    var gram: PackedKernel? { linearKernel as? PackedKernel }
    var factoredKernel: FactoredKernel? { linearKernel as? FactoredKernel }
    var basis: SingularBasis? { made(.basis) { try SingularBasis(rows, dimensions: request.dimensions) } }
    var features: CentredFeatureRows? { made(.features) { try CentredFeatureRows(rows) } }

    /// All pair matrices that were asked for.
    var kernels: [ArtifactKind: PackedKernel] {
        var found: [ArtifactKind: PackedKernel] = [:]
        for kind in request.kinds {
            guard let matrix = ArtifactComputations.of(kind) as? any PairMatrix.Type else { continue }
            found[kind] = made(kind) { try matrix.kernel(kind, of: self) as? PackedKernel } ?? nil
        }
        return found
    }

    private func made<Artifact>(_ kind: ArtifactKind, _ make: () throws -> Artifact) -> Artifact? {
        guard request.kinds.contains(kind), !isConstant else { return nil }
        do {
            return try make()
        } catch {
            preconditionFailure("\(error)")
        }
    }

    var isConstant: Bool { diagnostics.isConstant }
    var clippedShare: Double { diagnostics.clippedShare }
}

extension PreparedLayer {
    /// A layer of one part.
    convenience init(_ stored: StoredMatrix, threshold: Double, normalization: SweepSpec.Normalization) {
        self.init([LayerPart(stored, threshold: threshold)], normalization: normalization)
    }
}

/// Both alignments of every layer of `rows` with every layer of `columns`, from their kernels of one kind.
func alignment(
    _ rows: [LayerArtifacts], _ columns: [LayerArtifacts], of kind: ArtifactKind = .gram, sampleCount: Int,
    variant: Variant = .exact
) throws -> KernelAlignment {
    try KernelAlignment(
        rows: KernelPanel(rows.map { $0.kernels[kind] }, sampleCount: sampleCount, resident: true),
        columns: KernelPanel(columns.map { $0.kernels[kind] }, sampleCount: sampleCount, resident: true),
        sampleCount: sampleCount, variant: variant)
}

/// All orders of 0 ..< n.
func permutations(_ n: Int) -> [[Int]] {
    guard n > 0 else { return [[]] }
    return permutations(n - 1).flatMap { shorter in
        (0...shorter.count).map { position in
            var longer = shorter
            longer.insert(n - 1, at: position)
            return longer
        }
    }
}
