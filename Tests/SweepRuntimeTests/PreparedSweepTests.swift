import FeatureStore
import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepRuntime

extension ProcessSuite {
    /// Not beside processes that are being started: those hold the locks of open files for a moment.
    @Suite("Prepared sweep")
    struct PreparedSweepTests {
        private let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }

        private func write(
            _ file: String, model: String? = nil, layers: Int = 4, _ change: (inout StoreFixture) -> Void = { _ in }
        ) throws {
            var store = StoreFixture(model: model ?? file, samples: 12, widths: (1...layers).map { $0 }, seed: 1)
            change(&store)
            try store.write(folder.file("\(file).h5"))
        }

        private func spec(x: [String], y: [String]? = nil, _ change: (inout SweepSpec) -> Void = { _ in }) -> SweepSpec
        {
            var spec = SweepSpec()
            spec.x = x.map { folder.file("\($0).h5") }
            spec.y = y?.map { folder.file("\($0).h5") }
            change(&spec)
            return spec
        }

        @Test(arguments: [
            (SweepSpec.LayerSelection.all, [0, 1, 2, 3]), (.last, [3]), (.indices([2, 0]), [0, 2]),
            (.indices([-1, -4]), [0, 3]),
            (.indices([1, -3, 1]), [1]),
        ])
        func layersAreChosenInTheStoresOrderAndOnce(_ selection: SweepSpec.LayerSelection, _ chosen: [Int]) throws {
            try write("a")
            let plan = try PreparedSweep(spec(x: ["a"]) { $0.layers = selection }).plan
            #expect(plan.layers.map(\.index) == chosen)
            #expect(plan.layers.map(\.width) == chosen.map { $0 + 1 })
            #expect(plan.layers.map(\.name) == chosen.map { "layer \($0)" })
            #expect(plan.models[0].bytes == 12 * 10 * 4, "a survey reads every layer, chosen or not")
        }

        @Test(arguments: [4, -5, Int.max, Int.min])
        func aLayerThatAModelLacksIsRefused(index: Int) throws {
            try write("a")
            try write("b", layers: 2)
            let error = #expect(throws: Complaint.self) {
                try PreparedSweep(spec(x: ["a", "b"]) { $0.layers = .indices([index]) })
            }
            #expect(error?.kind == .request && error?.what.contains("layer \(index) ") == true)
        }

        @Test func aLayerThatSomeModelLacksIsWarnedOf() throws {
            try write("a", layers: 7)
            try write("b", layers: 4)
            let prepared = try PreparedSweep(spec(x: ["a", "b"]) { $0.layers = .indices([0, 6, 5, 6]) })
            #expect(prepared.plan.layers.map(\.index) == [0, 5, 6, 0])
            #expect(prepared.warnings.count == 1)
            #expect(prepared.warnings[0].contains("b.h5: it has 4 layers, so that it takes part without layers 6, 5;"))
        }

        @Test(arguments: [(1, [0]), (2, [0, 1]), (4, [0, 1, 2, 3]), (7, [0, 2, 3, 6])])
        func depthsAreRoundedHalfUp(layers: Int, chosen: [Int]) throws {
            try write("a", layers: layers)
            let prepared = try PreparedSweep(spec(x: ["a"]) { $0.layers = .depths([0.0, 0.5, 0.25, 1.0]) })
            #expect(prepared.plan.layers.map(\.index) == chosen)
            // Of one layer all four are the same, of two 0.0 with 0.25 and 0.5 with 1.0.
            #expect(prepared.warnings.count == [1: 1, 2: 2][layers, default: 0])
            if layers == 2 {
                #expect(prepared.warnings[0].contains("a.h5: depths 0.0 and 0.25 are one there, layer 0 of 2"))
            }
        }

        @Test func indicesThatAreOneLayerAreWarnedOf() throws {
            try write("a")
            let prepared = try PreparedSweep(spec(x: ["a"]) { $0.layers = .indices([3, -1, 3, 0]) })
            #expect(prepared.plan.layers.map(\.index) == [0, 3])
            #expect(prepared.warnings.count == 1 && prepared.warnings[0].contains("layers 3 and -1 are one there"))
        }

        @Test func resultsAmongTheStoresArePassedOver() throws {
            try write("a")
            try write("results") { $0.format = "platonic-results" }
            var directory = SweepSpec()
            directory.x = [folder.path]
            let prepared = try PreparedSweep(directory)
            #expect(prepared.plan.models.map(\.name) == ["a"])
            #expect(
                prepared.passedOver == [
                    "passed over (results of a sweep, not features): \(folder.file("results.h5"))"
                ])
            #expect(prepared.warnings.isEmpty, "what else lies there is not written into results")
            let named = #expect(throws: Complaint.self) { try PreparedSweep(spec(x: ["a", "results"])) }
            #expect(named?.what == "the file holds the results of a sweep, not features")
            directory.x = [folder.file("r*.h5")]
            #expect(throws: Complaint.self) { try PreparedSweep(directory) }
        }

        @Test func aFileOfAnotherFormatIsNeverPassedOver() throws {
            try write("a")
            try write("b") { $0.format = "something" }
            var directory = SweepSpec()
            directory.x = [folder.path]
            #expect(throws: Complaint.self) { try PreparedSweep(directory) }
        }

        @Test func linksNameModelsAndTellTheSizeOfTheirTargets() throws {
            try write("a", model: "twin")
            try write("b", model: "twin")
            try FileManager.default.createDirectory(atPath: folder.file("links"), withIntermediateDirectories: true)
            for (link, target) in [("first", "b"), ("second", "a")] {
                try FileManager.default.createSymbolicLink(
                    atPath: folder.file("links/\(link).h5"), withDestinationPath: "../\(target).h5")
            }
            var spec = SweepSpec()
            (spec.x, spec.nameFromFile) = ([folder.file("links")], true)
            let prepared = try PreparedSweep(spec)
            #expect(prepared.plan.models.map(\.name) == ["first", "second"])
            #expect(prepared.stores.map(\.fileBytes).min() ?? 0 > 1000)
        }

        @Test func oneSideMakesASymmetricPlanInTheOrderOfPaths() throws {
            for file in ["c", "a", "b"] { try write(file, model: "model \(file)") }
            let plan = try PreparedSweep(spec(x: ["c", "a", "b"])).plan
            #expect(plan.isSymmetric && plan.models.map(\.name) == ["model a", "model b", "model c"])
            #expect(plan.xModels == [0, 1, 2] && plan.yModels == [0, 1, 2] && plan.sampleCount == 12)
        }

        @Test func aStoreOnBothSidesIsPreparedOnce() throws {
            for file in ["a", "b", "c"] { try write(file) }
            let plan = try PreparedSweep(spec(x: ["b", "a"], y: ["c", "b"])).plan
            #expect(!plan.isSymmetric && plan.models.map(\.name) == ["a", "b", "c"])
            #expect(plan.xModels == [0, 1] && plan.yModels == [1, 2])
            #expect(plan.layers.count == 12 && plan.xLayers.count == 8)
        }

        @Test func aNameMayOccurOnceASide() throws {
            try write("a", model: "twin")
            try write("b", model: "twin")
            let error = #expect(throws: Complaint.self) { try PreparedSweep(spec(x: ["a", "b"])) }
            #expect(error?.place.contains("a.h5 and ") == true)
            let plan = try PreparedSweep(spec(x: ["a"], y: ["b"])).plan
            #expect(plan.models.map(\.name) == ["twin", "twin"])
            let renamed = try PreparedSweep(spec(x: ["a", "b"]) { $0.nameFromFile = true }).plan
            #expect(renamed.models.map(\.name) == ["a", "b"])
        }

        @Test func kMustBeBelowTheNumberOfSamplesWhereItCounts() throws {
            try write("a")
            #expect(throws: Complaint.self) { try PreparedSweep(spec(x: ["a"]) { $0.k = [3, 12] }) }
            #expect(throws: Never.self) { try PreparedSweep(spec(x: ["a"]) { $0.k = [11] }) }
            #expect(throws: Never.self) { try PreparedSweep(spec(x: ["a"]) { ($0.k, $0.metrics) = ([12], [.cka]) }) }
        }

        @Test func anotherOrderOfSamplesIsJoinedWithAWarning() throws {
            try write("a")
            try write("b") { $0.ids.reverse() }
            let prepared = try PreparedSweep(spec(x: ["a", "b"]))
            #expect(prepared.join.ids == (0..<12).map { "sample \($0)" })
            #expect(prepared.warnings.count == 1)
            #expect(prepared.warnings[0].contains("b.h5: its samples are reordered to the order of "))
        }

        @Test(arguments: [SweepSpec.LayerSelection.all, .last, .indices([1])])
        func aConcatenationIsOfAllLayersAndComesLast(_ selection: SweepSpec.LayerSelection) throws {
            try write("a")
            let spec = spec(x: ["a"]) { ($0.layers, $0.concatenate) = (selection, true) }
            let layers = try PreparedSweep(spec).plan.layers
            let concatenation = try #require(layers.last)
            #expect(concatenation.isConcatenation && concatenation.name == "concatenation")
            #expect(concatenation.width == 1 + 2 + 3 + 4, "whatever layers are selected beside it")
            #expect(layers.count { $0.isConcatenation } == 1 && layers.count == (selection == .all ? 5 : 2))
        }

        @Test func samplesThatOtherStoresLackAreLeftOutWithAWarning() throws {
            try write("a")
            try write("b") { $0.ids = (4..<16).map { "sample \($0)" } }
            #expect(throws: Complaint.self) { try PreparedSweep(spec(x: ["a", "b"])) }
            let prepared = try PreparedSweep(spec(x: ["a", "b"]) { ($0.samples, $0.k) = (.intersect, [7]) })
            #expect(prepared.plan.sampleCount == 8 && prepared.join.positions == Array(4..<12))
            #expect(prepared.plan.models.map(\.bytes) == [8 * 10 * 4, 8 * 10 * 4])
            #expect(prepared.warnings.count { $0.contains("4 of its 12 samples are left out") } == 2)
            #expect(throws: Complaint.self, "k is checked after the join") {
                try PreparedSweep(spec(x: ["a", "b"]) { ($0.samples, $0.k) = (.intersect, [8]) })
            }
        }

        @Test func aRangeThatNoMetricNeedsIsNeverWrittenOut() throws {
            try write("a")
            let plan = try PreparedSweep(spec(x: ["a"]) { ($0.metrics, $0.kRanges) = ([.cka], [1...Int.max]) }).plan
            #expect(plan.curves == [] && plan.longestNeighbourList == nil)
        }

        @Test func nobodyCanReproduceTheReleasedSVCCA() throws {
            try write("a")
            let warned = try PreparedSweep(spec(x: ["a"]) { ($0.metrics, $0.variant) = ([.svcca], .reference) })
                .warnings
            #expect(warned.count == 1 && warned[0].contains("svcca is computed exactly"))
            #expect(try PreparedSweep(spec(x: ["a"]) { $0.metrics = [.svcca] }).warnings.isEmpty)
        }

        @Test func idsThatAreMerelyCountersAreWarnedOf() throws {
            try write("a") { $0.ids = (0..<12).map(String.init) }
            #expect(try PreparedSweep(spec(x: ["a"])).warnings.first?.contains("0 … n-1") == true)
            try write("b") { $0.ids = (1...12).map(String.init) }
            #expect(try PreparedSweep(spec(x: ["b"])).warnings.isEmpty)
        }

        @Test func otherDataSetsAreComparedOnlyIfAsked() throws {
            try write("a")
            try write("b") { $0.dataset = "other" }
            #expect(throws: Complaint.self) { try PreparedSweep(spec(x: ["a", "b"])) }
            #expect(throws: Never.self) { try PreparedSweep(spec(x: ["a", "b"]) { $0.allowDatasetMismatch = true }) }
        }
    }
}
