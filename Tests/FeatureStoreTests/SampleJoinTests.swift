import HDF5
import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

struct SampleJoinTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(_ name: String, _ ids: [String], dataset: String = "d") throws -> StoreMetadata {
        var store = RawStore()
        store.ids = ids
        store.texts["dataset"] = dataset
        store.writeLayer = { try $0.createDataset($1, shape: [ids.count, 1], values: ids.indices.map { Float($0) }) }
        try store.write(folder.file(name))
        return try StoreReader(path: folder.file(name)).metadata
    }

    @Test func sameOrderNeedsNoReordering() throws {
        let a = try store("a.h5", ["p", "q", "r", "s"])
        let b = try store("b.h5", ["p", "q", "r", "s"])
        let join = try SampleJoin([a, b], allowDatasetMismatch: false)
        #expect(join.ids == a.sampleIDs)
        #expect(join.digest == a.sampleDigest)
        #expect(join.orderedBy == a.path)
        #expect(try join.order(of: a) == nil)
        #expect(try join.order(of: b) == nil)
    }

    @Test func otherOrderIsPutRight() throws {
        let a = try store("a.h5", ["p", "q", "r", "s", "t"])
        let b = try store("b.h5", ["t", "p", "s", "q", "r"])
        let join = try SampleJoin([a, b], allowDatasetMismatch: false)
        #expect(join.ids == a.sampleIDs)
        let order = try #require(try join.order(of: b))
        #expect(order == [1, 3, 4, 2, 0])
        #expect(order.map { b.sampleIDs[$0] } == join.ids)
    }

    private func shown(_ name: String, _ ids: [String], _ inputs: [String], modality: String = "language") throws
        -> StoreMetadata
    {
        var metadata = try store(name, ids)
        metadata.modality = modality
        metadata.sampleInputs = inputs
        return metadata
    }

    /// In whatever order, and whichever samples are joined: what two models of one modality were shown of a sample is the same.
    @Test func otherInputsOfOneSampleAreRefused() throws {
        let a = try shown("a.h5", ["p", "q", "r", "s", "t"], ["1", "2", "3", "4", "5"])
        let b = try shown("b.h5", ["t", "s", "r", "q", "p"], ["5", "4", "3", "2", "1"])
        let silent = try store("c.h5", ["p", "q", "r", "s", "t"])
        let images = try shown("d.h5", ["p", "q", "r", "s", "t"], ["6", "7", "8", "9", "0"], modality: "vision")
        #expect(try SampleJoin([a, silent, b, images], allowDatasetMismatch: false).ids == a.sampleIDs)
        var richer = try shown("g.h5", ["p", "q", "r", "s", "t"], ["a", "b", "c", "d", "e"])
        richer.attributes["captions"] = .string("rich")
        #expect(try SampleJoin([a, richer], allowDatasetMismatch: false).ids == a.sampleIDs)
        let scrambled = try shown("e.h5", ["t", "s", "r", "q", "p"], ["1", "2", "3", "4", "5"])
        let complaint = #expect(throws: Complaint.self) {
            _ = try SampleJoin([a, images, scrambled], allowDatasetMismatch: false)
        }
        #expect(complaint?.place == scrambled.path)
        #expect(complaint?.what.contains(a.path) == true && complaint?.what.contains("4 ('t', 's', 'q', …)") == true)
        let one = try shown("f.h5", ["p", "x", "r", "s", "t"], ["1", "0", "3", "4", "6"])
        let of = #expect(throws: Complaint.self) {
            _ = try SampleJoin([a, one], samples: .intersect, allowDatasetMismatch: false)
        }
        #expect(of?.what.contains("1 ('t')") == true)
    }

    @Test func missingAndExtraIDsAreCountedWithExamples() throws {
        let a = try store("a.h5", ["p", "q", "r", "s", "t"])
        let b = try store("b.h5", ["u", "q", "v", "w", "x", "p"])
        let complaint = #expect(throws: Complaint.self) { _ = try SampleJoin([a, b], allowDatasetMismatch: false) }
        #expect(complaint?.kind == .request)
        #expect(complaint?.place == b.path)
        #expect(complaint?.what.contains(a.path) == true)
        #expect(
            complaint?.what.hasSuffix("3 ('r', 's', 't') missing, 4 ('u', 'v', 'w', …) extra") == true,
            "\(complaint?.what ?? "")")
    }

    @Test(arguments: [
        (["p", "q", "r", "s"], "none missing, 1 ('t') extra"),
        (["p", "q", "r", "s", "t", "u"], "1 ('u') missing, none extra"),
    ])
    func subsets(_ ids: [String], _ found: String) throws {
        let a = try store("a.h5", ids)
        let b = try store("b.h5", ["p", "q", "r", "s", "t"])
        let complaint = #expect(throws: Complaint.self) { _ = try SampleJoin([a, b], allowDatasetMismatch: false) }
        #expect(complaint?.what.hasSuffix(found) == true, "\(complaint?.what ?? "")")
    }

    /// What would be refused as well is no advice.
    @Test func intersectionIsAdvisedWhereEnoughWouldBeLeft() throws {
        let a = try store("a.h5", ["p", "q", "r", "s", "t"])
        let b = try store("b.h5", ["p", "q", "r", "s", "u"])
        let c = try store("c.h5", ["p", "q", "r", "t", "u"])
        func advice(_ stores: [StoreMetadata]) -> String {
            let complaint = #expect(throws: Complaint.self) {
                _ = try SampleJoin(stores, allowDatasetMismatch: false)
            }
            return complaint?.advice ?? ""
        }
        #expect(advice([a, b]).hasSuffix("or compare the 4 in common with --samples intersect"))
        // All three have but three in common, although any two have four.
        let three = advice([a, b, c])
        #expect(
            !three.contains("--samples intersect")
                && three.hasSuffix("3 samples in common, and metrics need at least 4"))
        #expect(throws: Complaint.self) {
            _ = try SampleJoin([a, b, c], samples: .intersect, allowDatasetMismatch: false)
        }
    }

    @Test func dataSetsMustMatchUnlessAllowed() throws {
        let a = try store("a.h5", ["p", "q", "r", "s"], dataset: "wit")
        let b = try store("b.h5", ["q", "p", "r", "s"], dataset: "wit v2")
        let complaint = #expect(throws: Complaint.self) { _ = try SampleJoin([a, b], allowDatasetMismatch: false) }
        #expect(complaint?.place == b.path)
        #expect(complaint?.what.contains("'wit v2'") == true)
        #expect(complaint?.what.contains("'wit'") == true)
        #expect(complaint?.advice.contains("--allow-dataset-mismatch") == true)
        let join = try SampleJoin([a, b], allowDatasetMismatch: true)
        #expect(try join.order(of: b) == [1, 0, 2, 3])
    }

    @Test func allowingOtherDataSetsDoesNotAllowOtherSamples() throws {
        let a = try store("a.h5", ["p", "q", "r", "s"], dataset: "wit")
        let b = try store("b.h5", ["p", "q", "r", "z"], dataset: "wit v2")
        #expect(throws: Complaint.self) { _ = try SampleJoin([a, b], allowDatasetMismatch: true) }
    }

    @Test func noStores() {
        #expect(throws: Complaint.self) { _ = try SampleJoin([], allowDatasetMismatch: false) }
    }

    @Test(arguments: [
        (["0", "1", "2", "3"], true), (["1", "2", "3", "4"], false), (["0", "1", "3", "2"], false),
        (["00", "01", "02", "03"], false),
    ])
    func counters(_ ids: [String], _ areCounters: Bool) throws {
        let join = try SampleJoin([try store("a.h5", ids)], allowDatasetMismatch: false)
        #expect(join.idsAreCounters == areCounters)
    }

    @Test func anIntersectionHasTheOrderOfTheFirstStore() throws {
        let a = try store("a.h5", ["p", "q", "r", "s", "t", "u"])
        let b = try store("b.h5", ["x", "t", "s", "r", "q", "y"])
        let c = try store("c.h5", ["q", "r", "s", "t", "z"])
        let join = try SampleJoin([a, b, c], samples: .intersect, allowDatasetMismatch: false)
        #expect(join.ids == ["q", "r", "s", "t"])
        #expect(join.positions == [1, 2, 3, 4])
        #expect(join.orderedBy == a.path)
        #expect(try join.order(of: a) == [1, 2, 3, 4])
        #expect(try join.order(of: b) == [4, 3, 2, 1])
        #expect(try join.order(of: c) == [0, 1, 2, 3])
        let exact = try store("d.h5", ["q", "r", "s", "t"])
        #expect(exact.sampleDigest == join.digest)
        #expect(try join.order(of: exact) == nil)
    }

    @Test func anIntersectionOfTheSameSamplesIsAllOfThem() throws {
        let a = try store("a.h5", ["p", "q", "r", "s"])
        let b = try store("b.h5", ["s", "r", "q", "p", "more"])
        let join = try SampleJoin([a, b], samples: .intersect, allowDatasetMismatch: false)
        #expect(join.positions == nil && join.digest == a.sampleDigest)
        #expect(try join.order(of: b) == [3, 2, 1, 0])
    }

    @Test func fewerThanFourSharedSamplesAreRefused() throws {
        let a = try store("a.h5", ["p", "q", "r", "s"])
        let b = try store("b.h5", ["p", "q", "r", "x"])
        let complaint = #expect(throws: Complaint.self) {
            _ = try SampleJoin([a, b], samples: .intersect, allowDatasetMismatch: false)
        }
        #expect(complaint?.what.contains("3 samples in common") == true)
    }

    @Test func aReorderedPartOfALayerIsRead() throws {
        let a = try store("a.h5", ["p", "q", "r", "s", "t", "u"])
        let matrix = try StoreReader(path: a.path).readLayer(0, order: [4, 0, 5])
        guard case .float32(let values) = matrix else {
            Issue.record("the layer is not float32 any more")
            return
        }
        #expect(Array(values.elements) == [4, 0, 5])
    }

    // MARK: Groups

    private func grouped(_ name: String, _ ids: [String], _ groups: [Int64]) throws -> StoreMetadata {
        var store = RawStore()
        store.ids = ids
        store.writeLayer = { try $0.createDataset($1, shape: [ids.count, 1], values: ids.indices.map { Float($0) }) }
        store.finish = { root in
            _ = try root.group("samples").createDataset("groups", shape: [groups.count], values: groups)
        }
        try store.write(folder.file(name))
        return try StoreReader(path: folder.file(name)).metadata
    }

    @Test func groupsFollowTheJoinedOrderAndMayHaveOtherNumbers() throws {
        let a = try grouped("a.h5", ["p", "q", "r", "s"], [7, 7, -3, 7])
        let b = try grouped("b.h5", ["s", "r", "q", "p"], [0, 1, 0, 0])
        let c = try store("c.h5", ["p", "q", "r", "s"])
        let stores = [a, b, c]
        let found = try SampleGroups(stores, join: SampleJoin(stores, allowDatasetMismatch: false))
        #expect(found.groups == [0, 0, 1, 0])
        #expect(found.sizes == [3, 1])
    }

    @Test func groupsThatDifferAreRefusedWithTheFirstSample() throws {
        let a = try grouped("a.h5", ["p", "q", "r", "s"], [0, 0, 1, 1])
        let b = try grouped("b.h5", ["p", "q", "r", "s"], [0, 0, 1, 0])
        let join = try SampleJoin([a, b], allowDatasetMismatch: false)
        let complaint = #expect(throws: Complaint.self) { _ = try SampleGroups([a, b], join: join) }
        #expect(complaint?.what.contains("'s'") == true && complaint?.place.contains(b.path) == true)
    }

    @Test func groupsOfAnotherLengthAreRefused() throws {
        let complaint = #expect(throws: Complaint.self) { _ = try grouped("a.h5", ["p", "q", "r", "s"], [0, 1]) }
        #expect(complaint?.what.contains("2 groups, and 4 samples") == true)
    }
}
