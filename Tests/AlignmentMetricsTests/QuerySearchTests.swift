import LinearAlgebra
import PermutationStatistics
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// The whole layer is the reference: lists of queries are rows of its lists, and of those of a gallery's samples alone.
struct QuerySearchTests {
    private static let samples = 1300
    private static let plan = QueryPlan(count: 37, seed: 3, galleries: [samples, 500, 60])

    private func lists(
        _ source: RowSource, k: Int, plan: QueryPlan = plan, threads: Int = 2, memoryBytes: Int = 1 << 30,
        groups: [Int32]? = nil
    ) throws -> (lists: NeighbourLists, queries: QuerySamples) {
        let queries = QuerySamples(plan, sampleCount: source.sampleCount)
        let layer = try StreamedLayer(source, normalization: .l2, slabBytes: 1, threads: ThreadTeam(threads))
        let search = NeighbourSearch(
            in: layer, k: k, groups: groups,
            resources: LayerResources(threads: ThreadTeam(threads), memoryBytes: memoryBytes))
        return (try search.lists(of: queries), queries)
    }

    /// The lists of all samples.
    private func whole(_ source: RowSource, k: Int, groups: [Int32]? = nil) throws -> NeighbourLists {
        let request = ArtifactRequest([.neighbours], neighbourCount: k, groups: groups)
        let part = LayerPart(source.whole, threshold: source.threshold)
        return try #require(artifacts(of: [part], normalization: .l2, request).neighbours)
    }

    private func row(_ lists: NeighbourLists, _ i: Int) -> [Int32] {
        Array(lists.indices[i * lists.k..<(i + 1) * lists.k])
    }

    @Test(arguments: LayerKind.allCases, [1, 3])
    func areRowsOfTheWholeLayersLists(_ kind: LayerKind, _ threads: Int) throws {
        let source = RowSource(rows: kind.rows(Self.samples, 6, seed: 5), precision: .float32)
        let (found, queries) = try lists(source, k: 5, threads: threads)
        let all = try whole(source, k: Self.samples - 1)
        #expect(found.sampleCount == 37 && found.galleryCount == 3 && found.indexLimit == Self.samples)
        for (gallery, size) in queries.galleries.enumerated() {
            for (position, i) in queries.samples.enumerated() {
                let place = gallery * 37 + position
                let expected = row(all, i).filter { queries.places[Int($0)] < size }.prefix(5)
                #expect(row(found, place) == Array(expected), "\(kind), sample \(i) in a gallery of \(size)")
                let own = found.similarities[place * 5..<(place + 1) * 5]
                let known = zip(row(all, i), all.similarities[i * all.k..<(i + 1) * all.k])
                #expect(Array(own) == expected.map { index in known.first { $0.0 == index }?.1 ?? .nan })
            }
        }
    }

    /// So many equal rows that their candidates are found a few rows at a time.
    @Test func rowsThatArePutOffAreFoundLater() throws {
        let rows = (0..<Self.samples).map { i in [i % 2 == 0 ? 1.0 : -1, 0.5, i < 20 ? Double(i) : 0.25] }
        let source = RowSource(rows: rows, precision: .float16)
        let ample = try lists(source, k: 4).lists
        #expect(try lists(source, k: 4, memoryBytes: 1 << 14).lists == ample)
        let all = try whole(source, k: 4)
        let queries = QuerySamples(Self.plan, sampleCount: Self.samples)
        for (position, i) in queries.samples.enumerated() { #expect(row(ample, position) == row(all, i)) }
        #expect(ample.tiedRows.last ?? 0 > 25)
    }

    @Test func samplesOfOneGroupAreNoNeighbours() throws {
        let source = RowSource(rows: LayerKind.random.rows(Self.samples, 4, seed: 2))
        let groups = (0..<Int32(Self.samples)).map { $0 / 5 }
        let (found, queries) = try lists(source, k: 3, groups: groups)
        let all = try whole(source, k: 3, groups: groups)
        for (position, i) in queries.samples.enumerated() { #expect(row(found, position) == row(all, i)) }
        for place in 0..<found.galleryCount * 37 {
            let i = queries.samples[place % 37]
            #expect(row(found, place).allSatisfy { groups[Int($0)] != groups[i] })
        }
    }

    /// The queries are in every gallery, and each gallery is part of the one before.
    @Test func galleriesAreNested() {
        let queries = QuerySamples(Self.plan, sampleCount: Self.samples)
        #expect(Set(queries.samples).count == 37 && queries.samples == queries.samples.sorted())
        for (gallery, size) in queries.galleries.enumerated() {
            let members = (0..<Self.samples).filter { queries.holds($0, gallery: gallery) }
            #expect(members.count == size)
            #expect(queries.samples.allSatisfy(members.contains))
        }
        let other = QuerySamples(QueryPlan(count: 37, seed: 4, galleries: [Self.samples]), sampleCount: Self.samples)
        #expect(other.samples != queries.samples)
    }

    /// A file that lists a sample outside of a gallery is none of a sweep's.
    @Test func listsKeepToTheirGalleries() throws {
        let source = RowSource(rows: LayerKind.random.rows(Self.samples, 4, seed: 7))
        let (found, queries) = try lists(source, k: 3)
        let rules = ListRules(
            of: ArtifactShape(sampleCount: Self.samples, width: 4, listLength: 3, queries: queries))
        #expect(rules.hold(found.indices, found.similarities))
        let stranger = try #require((0..<Self.samples).first { !queries.holds($0, gallery: 2) })
        for (place, isSound) in [(0, true), (36, true), (74, false), (110, false)] {
            var indices = found.indices
            guard !row(found, place).contains(Int32(stranger)), queries.samples[place % 37] != stranger else {
                continue
            }
            indices[place * 3] = Int32(stranger)
            #expect(rules.hold(indices, found.similarities) == isSound, "list \(place)")
        }
    }
}
