import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Rows of `width` values that are stored when they are asked for.
struct RowSource: LayerSource {
    let rows: [[Double]]
    var precision = Precision.float64
    var threshold = Double.infinity
    /// Samples from here on cannot be read.
    var end = Int.max

    struct Unreadable: Error {}

    var sampleCount: Int { rows.count }
    var width: Int { rows[0].count }

    func parts(_ samples: Range<Int>) throws -> [LayerPart] {
        guard samples.upperBound <= end else { throw Unreadable() }
        return [LayerPart(precision.stored(Array(rows[samples])), threshold: threshold)]
    }

    var whole: StoredMatrix { precision.stored(rows) }
}

/// One worker's whole layer is the reference: layers in steps have the same bits.
struct NeighbourSearchTests {
    private static let runs = [0..<1024, 1024..<3072, 3072..<3300]

    /// All steps of a search, each by a worker that knows nothing of the others.
    private func lists(
        _ source: RowSource, k: Int, normalization: SweepSpec.Normalization = .l2, groups: [Int32]? = nil,
        threads: Int = 1, memoryBytes: Int = 4 << 30, forms: [ProductForm] = [.float32]
    ) throws -> (NeighbourLists, tables: [CandidateTable]) {
        var steps = 0
        func search() throws -> NeighbourSearch {
            // Slabs of no more rows than a tile's.
            let layer = try StreamedLayer(
                source, normalization: normalization, slabBytes: 1, threads: ThreadTeam(threads))
            let form = forms.isEmpty ? nil : forms[steps % forms.count]
            steps += 1
            return NeighbourSearch(
                in: layer, k: k, groups: groups,
                resources: LayerResources(threads: ThreadTeam(threads), memoryBytes: memoryBytes, productForm: form))
        }
        var tables: [CandidateTable] = []
        for (position, rows) in Self.runs.enumerated() {
            for columns in Self.runs[position...] { tables += try search().candidates(of: rows, and: columns) }
        }
        let parts = try Self.runs.map { rows in
            try search().lists(of: rows, among: tables.filter { $0.samples == rows })
        }
        return (NeighbourLists(joining: parts), tables)
    }

    private func whole(
        _ source: RowSource, k: Int, normalization: SweepSpec.Normalization = .l2, groups: [Int32]? = nil
    ) throws -> NeighbourLists {
        let request = ArtifactRequest([.neighbours], neighbourCount: k, groups: groups)
        let part = LayerPart(source.whole, threshold: source.threshold)
        let found = try LayerArtifacts(
            of: [part], normalization: normalization, request: request,
            resources: LayerResources(productForm: .float32)
        ).neighbours
        return try #require(found)
    }

    @Test(arguments: LayerKind.allCases)
    func stepsGiveTheListsOfAWholeLayer(_ kind: LayerKind) throws {
        // Some values are clipped, and never all.
        let threshold = kind == .offset ? 101.0 : 2
        let source = RowSource(rows: kind.rows(3300, 6, seed: 5), precision: .float32, threshold: threshold)
        let (found, _) = try lists(source, k: 9)
        #expect(try found == whole(source, k: 9))
    }

    /// In whatever form each of the steps multiplies, or all of them together.
    @Test(arguments: [[], [.integers], [.spreadIntegers], ProductForm.allCases])
    func stepsInOtherFormsGiveTheSameLists(_ forms: [ProductForm]) throws {
        for kind in [LayerKind.random, .duplicated, .offset] {
            let source = RowSource(rows: kind.rows(3300, 20, seed: 6), precision: .float16, threshold: 101)
            let groups = kind == .random ? (0..<3300).map { Int32($0 * 7 % 1100) } : nil
            let (found, _) = try lists(source, k: 9, groups: groups, threads: 2, forms: forms)
            #expect(try found == whole(source, k: 9, groups: groups))
        }
        // Rows that are put off.
        let rows = (0..<3300).map { i in [i % 2 == 0 ? 1.0 : -1, 0.5] }
        let (found, _) = try lists(RowSource(rows: rows), k: 3, threads: 2, memoryBytes: 1 << 20, forms: forms)
        #expect(try found == whole(RowSource(rows: rows), k: 3))
    }

    @Test(arguments: [SweepSpec.Normalization.l2, .none], [1, 3])
    func nearTiesAreToldApart(_ normalization: SweepSpec.Normalization, _ threads: Int) throws {
        let centres = normals(40, 5, seed: 1)
        let noise = normals(3300, 5, seed: 2)
        let rows: [[Double]] = (0..<3300).map { i in
            zip(centres[i % 40], noise[i]).map { (centre: Double, other: Double) -> Double in
                centre + 1e-7 * other + 3
            }
        }
        let source = RowSource(rows: rows)
        let (found, _) = try lists(source, k: 4, normalization: normalization, threads: threads)
        #expect(try found == whole(source, k: 4, normalization: normalization))
    }

    @Test func rowsThatArePutOffAreFoundLater() throws {
        // Of two kinds of rows each has 1,649 equals.
        let rows = (0..<3300).map { i in [i % 2 == 0 ? 1.0 : -1, 0.5] }
        let source = RowSource(rows: rows, precision: .float16)
        let (found, tables) = try lists(source, k: 3, threads: 2, memoryBytes: 1 << 20)
        #expect(tables.contains { $0.counts.contains(-1) })
        #expect(try found == whole(source, k: 3))
    }

    @Test func samplesOfOneGroupAreNeverNeighbours() throws {
        let source = RowSource(rows: LayerKind.random.rows(3300, 8, seed: 9))
        let groups = (0..<3300).map { Int32($0 * 7 % 1100) }
        let (found, _) = try lists(source, k: 5, groups: groups)
        #expect(try found == whole(source, k: 5, groups: groups))
        for i in 0..<3300 {
            #expect(found.indices[i * 5..<i * 5 + 5].allSatisfy { groups[Int($0)] != groups[i] })
        }
    }

    @Test func whatIsKnownOfAllRowsHasTheSameBits() throws {
        let source = RowSource(rows: LayerKind.offset.rows(2500, 7, seed: 3), precision: .float16, threshold: 101)
        let streamed = try StreamedLayer(source, normalization: .none, slabBytes: 1, threads: 2)
        let layer = PreparedLayer(source.whole, threshold: 101, normalization: .none)
        let centred = CentredFeatures(layer)
        #expect(streamed.frame.means == layer.means && streamed.frame.rowNorms == layer.rowNorms)
        #expect(streamed.frame.clippedShare == layer.clippedShare && layer.clippedShare > 0)
        #expect(streamed.frame.meanCosine == layer.meanCosine)
        #expect(streamed.norms.squaredNorms == centred.squaredNorms && streamed.norms.scale == centred.scale)
        #expect(streamed.norms.meanProducts == centred.norms.meanProducts)
        #expect(!streamed.isConstant)
        let equal = RowSource(rows: Array(repeating: [1, 2, 3.3], count: 2000))
        #expect(try StreamedLayer(equal, normalization: .l2).isConstant)
    }

    /// Few more candidates than are wanted: the floors of both sides of a tile rise with its first look.
    @Test func tablesAreShort() throws {
        let (_, tables) = try lists(RowSource(rows: normals(3300, 24, seed: 8)), k: 9)
        #expect(tables.count == 9)
        for table in tables { #expect(table.indices.count < table.samples.count * 11) }
    }

    /// What the steps of a plan are made of.
    @Test func blocksBeginWhereTilesDo() {
        #expect(NeighbourSteps.rowMultiple % StreamedLayer.rowMultiple == 0)
    }

    @Test func whatCannotBeReadIsNoLayer() throws {
        var source = RowSource(rows: normals(3300, 4, seed: 1))
        source.end = 2048
        #expect(throws: RowSource.Unreadable.self) { try StreamedLayer(source, normalization: .l2, slabBytes: 1) }
    }

    @Test func tablesThatDoNotFitThemselvesAreNone() {
        func table(_ counts: [Int32], _ indices: [Int32], margins: Int = 2) -> CandidateTable? {
            CandidateTable(
                samples: 0..<2, counts: counts, indices: indices, scores: [1, 2],
                margins: [Float](repeating: 0, count: margins), sampleCount: 9)
        }
        #expect(table([1, 1], [8, 0]) != nil && table([-1, 2], [8, 0]) != nil)
        #expect(table([1, 1], [9, 0]) == nil && table([1, 1], [-1, 0]) == nil)
        #expect(table([1, 2], [8, 0]) == nil && table([1, 1], [8, 0], margins: 1) == nil)
        #expect(table([2], [8, 0]) == nil && table([4, -2], [8, 0]) == nil)
    }
}
