import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// The properties that naive code fails (Schemas/metrics.md, *Properties*), over sizes, precisions and seeds.
struct PropertyTests {
    struct Shape: CustomTestStringConvertible {
        let n: Int
        let d: Int
        var testDescription: String { "\(n) x \(d)" }

        static let all = [Shape(n: 40, d: 11), Shape(n: 30, d: 30), Shape(n: 24, d: 60)]
    }

    private static let kinds: Set<ArtifactKind> = [
        .neighbours, .gram, .ranks, .distances, .rbf(bandwidth: 1), .basis, .features,
    ]
    private static let kernels: [ArtifactKind] = [.gram, .ranks, .distances, .rbf(bandwidth: 1)]

    private func made(
        _ rows: [[Double]], _ precision: Precision = .float64, normalization: SweepSpec.Normalization = .l2, k: Int,
        dimensions: Int = 10
    ) -> LayerArtifacts {
        artifacts(rows, precision, normalization: normalization, kinds: Self.kinds, k: k, dimensions: dimensions)
    }

    /// Every metric's score by name.
    private func scores(_ a: LayerArtifacts, _ b: LayerArtifacts, n: Int, k: Int, q: Int = 10) throws -> [String:
        Double]
    {
        var scores: [String: Double] = [:]
        let (left, right) = (
            LayerNeighbours(try #require(a.neighbours)), LayerNeighbours(try #require(b.neighbours))
        )
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            scores[kind.rawValue] =
                NeighbourScores.scores(kind, rows: [left], columns: [right], ks: [k], variant: .exact)[0][0]
        }
        for kind in Self.kernels { scores[kind.name] = try alignment([a], [b], of: kind, sampleCount: n).cka[0] }
        scores["unbiased_cka"] = try alignment([a], [b], sampleCount: n).unbiasedCKA[0]
        scores["svcca"] = try SubspaceAlignment.scores(
            rows: [a.basis], columns: [b.basis], dimensions: [q], sampleCount: n)[0][0]
        var procrustes = ProcrustesAlignment()
        scores["procrustes"] = try procrustes.score(try #require(a.features), try #require(b.features))
        return scores
    }

    // 1.
    @Test(arguments: Shape.all, Precision.allCases)
    func aLayerAgreesWithItself(_ shape: Shape, _ precision: Precision) throws {
        for k in [2, 10, shape.n - 1] {
            let own = made(normals(shape.n, shape.d, seed: 1), precision, k: k)
            for (name, score) in try scores(own, own, n: shape.n, k: k) where name != "cycle_knn" {
                #expect(abs(score - 1) < 1e-6, "\(name) k = \(k): \(score)")
            }
        }
    }

    // 2. The linear part; cka and unbiased_cka under orthogonal maps are in KernelAlignmentTests.
    @Test func onlySVCCAIsInvariantToInvertibleMaps() throws {
        let (n, d) = (60, 8)
        let x = normals(n, d, seed: 1)
        let y = blend(x, normals(n, d, seed: 2), 0.6)
        let map = normals(d, d, seed: 3).enumerated().map { i, row in row.enumerated().map { $1 + ($0 == i ? 4 : 0) } }
        let mapped = x.map { row in (0..<d).map { j in row.indices.reduce(0) { $0 + row[$1] * map[$1][j] } } }
        let other = made(y, normalization: .none, k: 5, dimensions: d)
        let before = try scores(made(x, normalization: .none, k: 5, dimensions: d), other, n: n, k: 5, q: d)
        let after = try scores(made(mapped, normalization: .none, k: 5, dimensions: d), other, n: n, k: 5, q: d)
        #expect(abs((before["svcca"] ?? 0) - (after["svcca"] ?? 1)) < 1e-6)
        #expect(abs((before["gram"] ?? 0) - (after["gram"] ?? 0)) > 1e-3)
        #expect((before["svcca"] ?? 1) < 0.99)
    }

    // 3.
    @Test(arguments: Shape.all, [UInt64(4), 5])
    func permutingSamplesJointlyChangesNothing(_ shape: Shape, _ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let a = normals(shape.n, shape.d, seed: seed)
        let b = blend(a, normals(shape.n, shape.d, seed: seed + 10), 0.5)
        let order = (0..<shape.n).shuffled(using: &generator)
        let before = try scores(made(a, k: 6), made(b, k: 6), n: shape.n, k: 6)
        let moved = (order.map { a[$0] }, order.map { b[$0] })
        let after = try scores(made(moved.0, k: 6), made(moved.1, k: 6), n: shape.n, k: 6)
        for (name, score) in before { #expect(abs(score - (after[name] ?? .nan)) < 1e-6, "\(name)") }
    }

    // 4. The mean over all 720 permutations of six samples is the chance level, whatever the layers.
    @Test func meansOverAllPermutationsAreTheChanceLevels() throws {
        let (n, k) = (6, 2)
        let fixed = made(normals(n, 3, seed: 1), k: n - 1)
        let other = normals(n, 4, seed: 2)
        let moved = permutations(n).map { order in made(order.map { other[$0] }, k: n - 1) }
        var sums: [String: Double] = [:]
        var squares = 0.0
        // As many at a time as a panel holds.
        for start in stride(from: 0, to: 720, by: 60) {
            let part = Array(moved[start..<(start + 60)])
            for kind in Self.kernels {
                let found = try alignment([fixed], part, of: kind, sampleCount: n)
                sums[kind.name, default: 0] += found.cka.reduce(0, +) / 720
                guard kind == .gram else { continue }
                sums["unbiased_cka", default: 0] += found.unbiasedCKA.reduce(0, +) / 720
                squares += found.unbiasedCKA.reduce(0) { $0 + $1 * $1 } / 720
            }
        }
        let lists = LayerNeighbours(try #require(fixed.neighbours))
        let others = try moved.map { LayerNeighbours(try #require($0.neighbours)) }
        for kind in [MetricKind.mutualKNN, .jaccardKNN, .cycleKNN] {
            let found = NeighbourScores.scores(kind, rows: [lists], columns: others, ks: [k], variant: .exact)[0]
            sums[kind.rawValue] = found.reduce(0, +) / 720
        }
        func mean(_ name: String) -> Double { sums[name] ?? .nan }
        #expect(abs(mean("mutual_knn") - 2.0 / 5) < 1e-12)
        // Overlaps of two pairs of five: none in 3 of 10, one in 6, both in 1.
        #expect(abs(mean("jaccard_knn") - (0.6 / 3 + 0.1)) < 1e-12)
        let facts = NeighbourFacts(try #require(fixed.neighbours), groups: nil)
        #expect(abs(mean("cycle_knn") - facts.cycleChances[k - 1]) < 1e-12)
        #expect(abs(mean("unbiased_cka")) < 1e-6)
        #expect(abs(squares - 2.0 / Double(n * (n - 3))) < 1e-6)
        #expect(abs(mean("ranks")) < 1e-6 && abs(mean("distances")) < 1e-6)
        let partner = made(other, k: n - 1)
        for kind in [ArtifactKind.gram, .rbf(bandwidth: 1)] {
            let factors = [fixed, partner].map { $0.kernels[kind]?.chanceFactor ?? .nan }
            #expect(abs(mean(kind.name) - factors[0] * factors[1] / Double(n - 1)) < 1e-6, "\(kind)")
        }
    }

    // 5.
    @Test func duplicatesAreEachOthersFirstNeighbours() throws {
        let own = made(LayerKind.duplicated.rows(40, 9, seed: 2), k: 5)
        let lists = try #require(own.neighbours)
        for i in 0..<40 { #expect(lists.indices[i * 5] == Int32(i ^ 1)) }
    }

    // 6.
    @Test(arguments: Shape.all, Precision.allCases)
    func allNeighboursMakeCKNNAUnbiasedCKA(_ shape: Shape, _ precision: Precision) throws {
        let a = normals(shape.n, shape.d, seed: 1)
        let (left, right) = (
            made(a, precision, k: shape.n - 1),
            made(blend(a, normals(shape.n, shape.d, seed: 2), 0.5), precision, k: shape.n - 1)
        )
        let found = try scores(left, right, n: shape.n, k: shape.n - 1)
        #expect(found["mutual_knn"] == 1 && found["jaccard_knn"] == 1 && found["cycle_knn"] == 1)
        #expect(abs((found["cknna"] ?? .nan) - (found["unbiased_cka"] ?? 0)) < 1e-6)
    }

    // 7. Streamed and resident forms are in KernelPanelTests.
    @Test(arguments: Shape.all, [SweepSpec.Normalization.l2, .none])
    func theGramFormIsTheFeatureSpaceForm(_ shape: Shape, _ normalization: SweepSpec.Normalization) throws {
        let a = normals(shape.n, shape.d, seed: 3)
        let b = blend(a, normals(shape.n, shape.d, seed: 4), 0.7)
        let found = try alignment(
            [artifacts(a, normalization: normalization)], [artifacts(b, normalization: normalization)],
            sampleCount: shape.n)
        let rows = [a, b].map { PlainMetrics.prepared($0, threshold: .infinity, normalization: normalization) }
        #expect(abs(found.cka[0] - PlainMetrics.featureSpaceCKA(rows[0], rows[1])) < 1e-6)
    }

    // 8.
    @Test(arguments: [1, 5, 20, 64, 65, 90])
    func listMetricsAreOrdered(_ k: Int) throws {
        let layers = try (0..<4).map { index in
            let rows = blend(normals(100, 6, seed: 1), normals(100, 6, seed: UInt64(index) + 2), Double(index) / 3)
            return LayerNeighbours(try #require(artifacts(rows, k: k).neighbours))
        }
        func scores(_ kind: MetricKind) -> [Double] {
            NeighbourScores.scores(kind, rows: layers, columns: layers, ks: [k], variant: .exact)[0]
        }
        let (lcs, edit, overlap) = (scores(.lcsKNN), scores(.editDistanceKNN), scores(.mutualKNN))
        for cell in lcs.indices {
            // Levenshtein ≥ k - LCS, and LCS ≤ overlap.
            #expect(1 - edit[cell] >= 1 - lcs[cell] - 1e-12)
            #expect(lcs[cell] <= overlap[cell])
        }
        #expect(lcs.contains { $0 > 0 && $0 < 1 })
    }
}
