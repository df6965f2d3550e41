import LinearAlgebra
import SweepModel
import Synchronization
import Testing

@testable import AlignmentMetrics

struct LayerArtifactsTests {
    struct Shape: CustomTestStringConvertible {
        let n: Int
        let d: Int
        var testDescription: String { "\(n) x \(d)" }

        static let all = [
            Shape(n: 4, d: 3), Shape(n: 5, d: 9), Shape(n: 17, d: 17), Shape(n: 33, d: 1), Shape(n: 60, d: 130),
            Shape(n: 120, d: 24),
        ]
    }

    /// One way of storing and preparing a layer.
    struct Setting: CustomTestStringConvertible {
        let precision: Precision
        let quantile: Double?
        let normalization: SweepSpec.Normalization
        var testDescription: String { "\(precision) clip \(quantile.map { "\($0)" } ?? "none") \(normalization)" }

        static let all = Precision.allCases.flatMap { precision in
            [nil, 0.95, 0.5].flatMap { quantile in
                [SweepSpec.Normalization.l2, .none].map {
                    Setting(precision: precision, quantile: quantile, normalization: $0)
                }
            }
        }

        func threshold(_ stored: StoredMatrix) -> Double {
            quantile.map { PlainMetrics.threshold(stored.plainRows.flatMap { $0 }, quantile: $0) } ?? .infinity
        }
    }

    /// Compares the artifacts of `rows`, and their scores with an unrelated and a related layer, with the plain twins.
    private func compare(_ kind: LayerKind, _ rows: [[Double]], _ setting: Setting, ks: [Int]) throws {
        let n = rows.count
        let stored = setting.precision.stored(rows)
        let threshold = setting.threshold(stored)
        let prepared = PlainMetrics.prepared(
            stored.plainRows, threshold: threshold, normalization: setting.normalization)
        let found = artifacts(
            of: stored, threshold: threshold, normalization: setting.normalization, k: ks.max(), gram: true)
        guard !found.isConstant else {
            #expect(Set(prepared).count == 1)
            return
        }
        let values = stored.plainRows.flatMap { $0 }
        let clipped = values.filter { $0.magnitude > threshold }.count
        #expect(found.clippedShare == Double(clipped) / Double(values.count))

        let lists = try #require(found.neighbours)
        let longest = PlainMetrics.neighbours(prepared, k: lists.k)
        #expect(lists.indices.map { Int($0) } == longest.flatMap { $0 })
        for (position, index) in lists.indices.enumerated() {
            let expected = PlainMetrics.similarity(prepared[position / lists.k], prepared[Int(index)])
            #expect(lists.similarities[position] == expected)
        }

        let partners = [normals(n, 6, seed: 99), blend(rows, normals(n, rows[0].count, seed: 98), 0.3)]
        let others = partners.map { artifacts($0, normalization: setting.normalization, k: ks.max()) }
        let preparedPartners = partners.map {
            PlainMetrics.prepared($0, threshold: .infinity, normalization: setting.normalization)
        }
        let mutual = MutualNeighbours.scores(rows: [lists], columns: others.compactMap(\.neighbours), ks: ks)
        for (scores, k) in zip(mutual, ks) {
            #expect(scores == preparedPartners.map { PlainMetrics.mutualKNN(prepared, $0, k: k) })
        }
        let kernels = try alignment([found], others, sampleCount: n)
        for (index, partner) in preparedPartners.enumerated() {
            #expect(abs(kernels.cka[index] - PlainMetrics.cka(prepared, partner)) < 1e-6)
            let expected =
                kind == .offset
                ? PlainMetrics.uCentredCKA(prepared, partner) : PlainMetrics.unbiasedCKA(prepared, partner)
            let bound = 1e-6 * max(1, PlainMetrics.unbiasedAmplification(prepared, partner))
            #expect(abs(kernels.unbiasedCKA[index] - expected) < bound)
        }
    }

    @Test(arguments: LayerKind.allCases, Setting.all)
    func artifactsAndScoresMatchTheDefinitions(_ kind: LayerKind, _ setting: Setting) throws {
        for (seed, shape) in Shape.all.enumerated() where shape.d > 1 || setting.normalization == .none {
            let rows = kind.rows(shape.n, shape.d, seed: UInt64(seed))
            try compare(kind, rows, setting, ks: Set([1, min(10, shape.n - 1), shape.n - 1]).sorted())
        }
    }

    @Test(arguments: [
        (300, 64, LayerKind.random), (300, 16, .offset), (1025, 24, .fewDistinct), (1100, 24, .offset),
        (1100, 24, .random),
    ])
    func longLayersMatchTheDefinitions(_ n: Int, _ d: Int, _ kind: LayerKind) throws {
        let stored = Precision.float32.stored(kind.rows(n, d, seed: 5))
        let prepared = PlainMetrics.prepared(stored.plainRows, threshold: 1.9, normalization: .l2)
        let found = artifacts(of: stored, threshold: 1.9, normalization: .l2, k: 10, gram: true)
        guard kind != .offset else {
            let unclipped = artifacts(stored.plainRows, .float32, k: 10)
            let rows = PlainMetrics.prepared(stored.plainRows, threshold: .infinity, normalization: .l2)
            #expect(
                unclipped.neighbours?.indices.map { Int($0) } == PlainMetrics.neighbours(rows, k: 10).flatMap { $0 })
            return
        }
        #expect(found.neighbours?.indices.map { Int($0) } == PlainMetrics.neighbours(prepared, k: 10).flatMap { $0 })
        let related = blend(stored.plainRows, normals(n, d, seed: 6), 0.5)
        let partner = PlainMetrics.prepared(related, threshold: .infinity, normalization: .l2)
        let kernels = try alignment([found], [artifacts(related)], sampleCount: n)
        #expect(abs(kernels.cka[0] - PlainMetrics.cka(prepared, partner)) < 1e-6)
        #expect(abs(kernels.unbiasedCKA[0] - PlainMetrics.unbiasedCKA(prepared, partner)) < 1e-6)
    }

    /// The closer all rows are, the more of their order is decided by the rounding of float64 itself.
    @Test(arguments: [1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13], [SweepSpec.Normalization.l2, .none])
    func nearlyConstantLayersAreOrderedAsInFloat64(_ spread: Double, _ normalization: SweepSpec.Normalization) throws {
        let rows = normals(80, 12, seed: 3).map { $0.enumerated().map { Double($0 + 1) + spread * $1 } }
        let prepared = PlainMetrics.prepared(rows, threshold: .infinity, normalization: normalization)
        let lists = try #require(artifacts(rows, normalization: normalization, k: 10).neighbours)
        #expect(lists.indices.map { Int($0) } == PlainMetrics.neighbours(prepared, k: 10).flatMap { $0 })
    }

    @Test(arguments: [0, 0.1, 1.0 / 3, -7e-9, 65_000], [4, 300, 20_000])
    func constantLayersHaveNoArtifacts(_ value: Double, _ n: Int) {
        let rows = Array(repeating: [value, value * 0.7, -value], count: n)
        for precision in Precision.allCases {
            for normalization in [SweepSpec.Normalization.l2, .none] {
                let found = artifacts(rows, precision, normalization: normalization, k: 3)
                #expect(found.isConstant && found.neighbours == nil && found.gram == nil)
            }
        }
    }

    @Test func rowsThatDifferInLengthAloneAreConstantOnceNormalised() {
        let rows = (1...50).map { factor in [0.3, -0.7, 1.1].map { $0 * Double(factor) } }
        #expect(artifacts(rows, normalization: .l2, k: 3).isConstant)
        #expect(!artifacts(rows, normalization: .none, k: 3).isConstant)
    }

    @Test func aLayerOfOneDeviatingValueIsNotConstant() throws {
        var rows = Array(repeating: [1.0, 2, 3], count: 500)
        rows[499][0] = Double(Float(1).nextUp)
        let found = artifacts(rows, .float32, normalization: .none, k: 2)
        #expect(!found.isConstant)
        let lists = try #require(found.neighbours)
        #expect(lists.indices.prefix(4) == [499, 1, 499, 0])
        #expect(lists.indices.suffix(2) == [0, 1])
    }

    @Test func whatIsNotAskedForIsNotMade() {
        let rows = normals(10, 4, seed: 1)
        #expect(artifacts(rows, k: nil, gram: true).neighbours == nil)
        #expect(artifacts(rows, k: 3, gram: false).gram == nil)
        let nothing = artifacts(rows, k: nil, gram: false)
        #expect(nothing.neighbours == nil && nothing.gram == nil && !nothing.isConstant)
    }

    /// Neither threads nor memory reach a result: not even where rows are made again and candidates put off.
    @Test(arguments: [LayerKind.random, .fewDistinct, .duplicated, .rankDeficient], [1, 2, 3])
    func resourcesChangeNothing(_ kind: LayerKind, _ threads: Int) throws {
        let (n, k) = (1100, 11)
        let stored = Precision.float16.stored(kind.rows(n, 13, seed: 4))
        let groups = (0..<n).map { Int32($0 % 7 == 0 ? 0 : $0) }
        let request = ArtifactRequest([.neighbours, .gram], neighbourCount: k, groups: groups)
        let part = LayerPart(stored, threshold: 1.5)
        let steps = Mutex(0)
        let plenty = artifacts(of: [part], request)
        let scarce = try LayerArtifacts(
            of: [part], normalization: .l2, request: request,
            resources: LayerResources(threads: ThreadTeam(threads), memoryBytes: 1) { steps.withLock { $0 += 1 } })
        #expect(scarce.neighbours == plenty.neighbours)
        #expect(scarce.gram == plenty.gram)
        #expect(scarce.diagnostics == plenty.diagnostics)
        #expect(steps.withLock { $0 } >= 3)
        let lists = try #require(scarce.neighbours)
        for (position, j) in lists.indices.enumerated() where (position / k) % 7 == 0 { #expect(j % 7 != 0) }
    }

    /// Threads join and leave while a layer is being made.
    @Test(arguments: [LayerKind.random, .duplicated])
    func lentThreadsChangeNothing(_ kind: LayerKind) throws {
        let (n, k) = (2100, 9)
        let part = LayerPart(Precision.float32.stored(kind.rows(n, 24, seed: 6)), threshold: 1.5)
        let request = ArtifactRequest([.neighbours, .gram], neighbourCount: k)
        let alone = artifacts(of: [part], request)
        let allowance = ThreadAllowance(1)
        let steps = Mutex(0)
        let lent = try LayerArtifacts(
            of: [part], normalization: .l2, request: request,
            resources: LayerResources(threads: ThreadTeam(allowance, most: 4), memoryBytes: 1) {
                allowance.set(
                    1
                        + steps.withLock { step in
                            step += 1
                            return step % 5
                        })
            })
        #expect(lent.neighbours == alone.neighbours)
        #expect(lent.gram == alone.gram)
        #expect(lent.diagnostics == alone.diagnostics)
    }

    @Test(arguments: [90, 1030])
    func theSameArtifactsTwiceAreTheSameBytes(_ n: Int) throws {
        let rows = LayerKind.offset.rows(n, 40, seed: 8)
        let (first, second) = (artifacts(rows, .float32, k: 12), artifacts(rows, .float32, k: 12))
        let (a, b) = (try #require(first.neighbours), try #require(second.neighbours))
        #expect(a.indices == b.indices && a.tiedRows == b.tiedRows)
        #expect(a.similarities.map(\.bitPattern) == b.similarities.map(\.bitPattern))
        let (g, h) = (try #require(first.gram), try #require(second.gram))
        #expect(g.packed.map(\.bitPattern) == h.packed.map(\.bitPattern))
        #expect(g.diagonal.map(\.bitPattern) == h.diagonal.map(\.bitPattern))
        #expect(g.packedSquareSum.bitPattern == h.packedSquareSum.bitPattern)
    }

    @Test func longerListsBeginWithTheShorterOnes() throws {
        let rows = LayerKind.fewDistinct.rows(70, 5, seed: 2)
        let long = try #require(artifacts(rows, k: 69).neighbours)
        for k in [1, 7, 30] {
            let short = try #require(artifacts(rows, k: k).neighbours)
            for i in 0..<70 {
                #expect(short.indices[(i * k)..<((i + 1) * k)] == long.indices[(i * 69)..<(i * 69 + k)])
            }
            #expect(short.tiedRows == Array(long.tiedRows.prefix(k)))
        }
    }
}
