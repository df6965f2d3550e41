import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// The parts that artifacts over pairs of samples are made of.
struct LayerKindUnitsTests {
    @Test(arguments: [0, 1, 2, 3, 1000, 70_000])
    func radixSortIsAStableSort(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let special = [
            0.0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e308, -1e308,
        ]
        let values = (0..<count).map { i in
            i < 8 && count > 8 ? special[i] : (generator.normal() * 100).rounded() * (i % 3 == 0 ? 1e-9 : 1)
        }
        let found = RadixSort.ascending(values)
        let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        #expect(found.positions.map { Int($0) } == expected)
        #expect(found.sorted == expected.map { values[$0] })
    }

    @Test func tiedValuesShareTheirAverageRank() {
        func ranks(_ values: [Double], _ tolerances: [Double]) -> [Double] {
            SimilarityRanks.centredRanks(values, largestTolerance: tolerances.max() ?? 0) { tolerances[$0] }
        }
        #expect(ranks([5, 1, 1 + 1e-13, 9, 1], Array(repeating: 1e-12, count: 5)) == [1, -1, -1, 2, -1])
        #expect(ranks([1, 1 + 1e-13], [0, 0]) == [-0.5, 0.5])
        // Each value has a tolerance of its own, and many that are each near the next are not all alike.
        #expect(ranks([1, 1.5, 2, 9], [0, 1, 0, 1]) == [-1, -1, 0.5, 1.5])
        #expect(ranks([1, 2, 3, 4], [0.6, 0.6, 0.6, 0.6]) == [-1, -1, 1, 1])
    }

    @Test func medianDistances() {
        #expect(CentredRBF.medianDistance([9, 1, 4]) == 2)
        #expect(CentredRBF.medianDistance([9, 1, 4, 16]) == 2.5)
        #expect(CentredRBF.medianDistance([0, 0, 0, 16]) == 0)
        #expect(CentredRBF.medianDistance([]) == 0)
    }

    /// All samples at a time, or a few.
    @Test(arguments: [0.5, 0.95, 0.123, 1.0], Precision.allCases)
    func sampleMeansAreMeansOfQuantiles(_ q: Double, _ precision: Precision) throws {
        let blockBytes = try #require([Precision.float16: 1 << 20, .float32: 8 * 18 * 4, .float64: 1][precision])
        let layers = [normals(9, 4, seed: 1), normals(9, 13, seed: 2), normals(9, 1, seed: 3)].map(precision.stored)
        let found = SampleMeanThreshold.find(
            quantile: q, sampleCount: 9, widths: layers.map(\.columns), blockBytes: blockBytes,
            rows: { precision.stored(Array(layers[$0].plainRows[$1])) })
        let expected = (0..<9).map { i in
            PlainMetrics.quantile(layers.flatMap { $0.plainRows[i].map(\.magnitude) }, q)
        }
        #expect(abs(found - expected.reduce(0, +) / 9) < 1e-12)
    }

    @Test func samplesOfAGroupAreNeverNeighbours() throws {
        let (n, k) = (36, 7)
        var generator = SeededGenerator(seed: 1)
        let rows = blend(LayerKind.duplicated.rows(n, 6, seed: 3), normals(n, 6, seed: 4), 0.05)
        let groups = (0..<n).map { _ in Int32.random(in: 0..<8, using: &generator) }
        let found = artifacts(
            of: [LayerPart(Precision.float32.stored(rows), threshold: .infinity)],
            ArtifactRequest([.neighbours], neighbourCount: k, groups: groups))
        let lists = try #require(found.neighbours)
        let stored = Precision.float32.stored(rows).plainRows
        let all = PlainMetrics.neighbours(
            PlainMetrics.prepared(stored, threshold: .infinity, normalization: .l2), k: n - 1)
        for i in 0..<n {
            let expected = all[i].filter { groups[$0] != groups[i] }.prefix(k)
            #expect(lists.indices[(i * k)..<(i * k + k)].map { Int($0) } == Array(expected))
        }
        let facts = NeighbourFacts(lists, groups: groups)
        for k in 1...k {
            let degrees = (0..<n).map { i in
                (0..<n).count { j in lists.indices[(j * lists.k)..<(j * lists.k + k)].contains(Int32(i)) }
            }
            #expect(facts.largestInDegrees[k - 1] == Int32(degrees.max() ?? 0))
            // 1 - C(m - d, k)/C(m, k), by counting down factors one at a time.
            let misses = (0..<n).map { i in
                let m = groups.count { $0 != groups[i] }
                return (0..<k).reduce(1.0) { $0 * Double(max(0, m - degrees[i] - $1)) / Double(m - $1) }
            }
            let expected = 1 - misses.reduce(0, +) / Double(n)
            #expect(abs(facts.cycleChances[k - 1] - expected) < 1e-12)
        }
    }

    @Test func aConcatenationIsItsClippedLayersSideBySide() throws {
        let parts = [normals(30, 4, seed: 1), normals(30, 9, seed: 2).map { $0.map { $0 * 3 } }]
        let thresholds = [1.2, 2.5]
        let wide = zip(parts[0], parts[1]).map { a, b in
            a.map { min(max($0, -1.2), 1.2) } + b.map { min(max($0, -2.5), 2.5) }
        }
        let kinds: Set<ArtifactKind> = [.neighbours, .gram, .ranks, .basis]
        let request = ArtifactRequest(kinds, neighbourCount: 9, dimensions: 5)
        let found = artifacts(
            of: zip(parts, thresholds).map { LayerPart(Precision.float64.stored($0), threshold: $1) }, request)
        let expected = artifacts(of: [LayerPart(Precision.float64.stored(wide), threshold: .infinity)], request)
        #expect(found.neighbours == expected.neighbours)
        #expect(found.kernels == expected.kernels)
        #expect(found.basis == expected.basis)
        #expect(found.diagnostics.clippedShare > 0.1 && expected.diagnostics.clippedShare == 0)
    }

    /// What released code adds to its denominators is not scaled with the features.
    @Test(arguments: [1.0, 1e-2, 1e-3])
    func theReferenceOffsetIsThatOfTheUnscaledFeatures(_ factor: Double) throws {
        let a = normals(30, 6, seed: 1).map { $0.map { $0 * factor } }
        let b = blend(a, normals(30, 6, seed: 2).map { $0.map { $0 * factor } }, 0.5)
        let found = try alignment(
            [artifacts(a, normalization: .none)], [artifacts(b, normalization: .none)], sampleCount: 30,
            variant: .reference)
        let (k, l) = (
            PlainMetrics.doublyCentred(PlainMetrics.gram(a)), PlainMetrics.doublyCentred(PlainMetrics.gram(b))
        )
        let own = (PlainMetrics.trace(k, k) * PlainMetrics.trace(l, l)).squareRoot()
        #expect(abs(found.cka[0] - PlainMetrics.trace(k, l) / (own + 1e-6)) < 1e-6)
        let raw = [a, b].map { PlainMetrics.withoutDiagonal(PlainMetrics.gram($0)) }
        let unbiased = (PlainMetrics.unbiasedHSIC(raw[0], raw[0]) * PlainMetrics.unbiasedHSIC(raw[1], raw[1]))
            .squareRoot()
        let expected = PlainMetrics.unbiasedHSIC(raw[0], raw[1]) / (unbiased + 1e-6)
        #expect(abs(found.unbiasedCKA[0] - expected) < 1e-5)
    }

    @Test(arguments: [1e-6, 1, 1e6])
    func kernelsKeepTheirPrecisionWhateverTheBandwidth(_ bandwidth: Double) throws {
        let (a, b) = (normals(20, 5, seed: 1), normals(20, 5, seed: 2))
        let kind = ArtifactKind.rbf(bandwidth: bandwidth)
        let found = try alignment(
            [artifacts(a, kinds: [kind])], [artifacts(b, kinds: [kind])], of: kind, sampleCount: 20
        ).cka[0]
        #expect(found > 0 && found <= 1 + 1e-6)
        // Ever wider kernels become the squared distances, whose centred matrix is -2K_c.
        if bandwidth > 1 {
            let linear = try alignment([artifacts(a)], [artifacts(b)], sampleCount: 20).cka[0]
            #expect(abs(found - linear) < 1e-5)
        }
    }
}
