import ContentHash
import Foundation
import HDF5
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

struct StoreReaderTests {
    // MARK: Metadata

    @Test func metadataIsWhatWasWritten() throws {
        let folder = try TemporaryFolder()
        var fixture = StoreFixture(model: "Modèle ü", samples: 5, widths: [3, 7], seed: 1)
        fixture.scores = ["bits_per_byte": 0.9, "vtab:caltech101": -2]
        fixture.textAttributes = ["family": "f", "captions": "long"]
        fixture.integerAttributes = ["parameters": 1_000_000, "pretrained": 0]
        fixture.layers[1].values = .float64((0..<35).map { Double($0) })
        let metadata = try fixture.opened(in: folder).metadata
        #expect(metadata.model == "Modèle ü")
        #expect(metadata.modality == "vision")
        #expect(metadata.dataset == "fixture")
        #expect(metadata.sampleIDs == fixture.ids)
        #expect(metadata.sampleCount == 5)
        #expect(metadata.layers.map(\.name) == ["layer 0", "layer 1"])
        #expect(metadata.layers.map(\.width) == [3, 7])
        #expect(metadata.layers.map(\.precision) == [.float32, .float64])
        #expect(metadata.scores == ["bits_per_byte": 0.9, "vtab:caltech101": -2])
        #expect(metadata.attributes["family"] == .string("f"))
        #expect(metadata.attributes["parameters"] == .int64(1_000_000))
        #expect(metadata.attributes["format"] == nil)
        #expect(metadata.attributes["version"] == nil)
        #expect(metadata.valueBytes == 5 * 3 * 4 + 5 * 7 * 8)
        let size = try FileManager.default.attributesOfItem(atPath: folder.file("store.h5"))[.size] as? Int
        #expect(metadata.fileBytes == size)
    }

    @Test func namesOfScoresThatAreBetterWhenLower() throws {
        let folder = try TemporaryFolder()
        var store = RawStore()
        store.finish = { root in
            let scores = try root.createGroup("scores")
            try scores.setAttribute("bits_per_byte", to: 0.5)
            try scores.setAttribute("gsm8k", to: Int64(3))
            try scores.setAttribute("lower_is_better", to: ["bits_per_byte"])
        }
        try store.write(folder.file("a.h5"))
        let metadata = try StoreReader(path: folder.file("a.h5")).metadata
        #expect(metadata.scores == ["bits_per_byte": 0.5, "gsm8k": 3])
        #expect(metadata.lowerIsBetter == ["bits_per_byte"])
    }

    @Test func aLayerWithoutNameIsCalledByItsIndex() throws {
        let folder = try TemporaryFolder()
        var store = RawStore()
        store.layers = ["0000", "0001"]
        try store.write(folder.file("a.h5"))
        #expect(try StoreReader(path: folder.file("a.h5")).metadata.layers.map(\.name) == ["0", "1"])
    }

    @Test func layersComeInNumericalOrder() throws {
        let folder = try TemporaryFolder()
        var store = RawStore()
        store.layers = (0...10).reversed().map { $0 < 10 ? "000\($0)" : "00\($0)" }
        store.writeLayer = { group, name in
            let width = (Int(name) ?? 0) + 1
            try group.createDataset(name, shape: [4, width], values: [Float](repeating: 1, count: 4 * width))
        }
        try store.write(folder.file("a.h5"))
        let metadata = try StoreReader(path: folder.file("a.h5")).metadata
        #expect(metadata.layers.map(\.width) == Array(1...11))
        #expect(metadata.layers.map(\.index) == Array(0...10))
    }

    @Test func sampleDigestsTellOrderAndCutsApart() throws {
        func digest(_ ids: [String]) throws -> String {
            let folder = try TemporaryFolder()
            var store = RawStore()
            store.ids = ids
            try store.write(folder.file("a.h5"))
            return try StoreReader(path: folder.file("a.h5")).metadata.sampleDigest.description
        }
        let reference = try digest(["ab", "c", "d", "e"])
        #expect(try digest(["ab", "c", "d", "e"]) == reference)
        #expect(try digest(["c", "ab", "d", "e"]) != reference)
        #expect(try digest(["a", "bc", "d", "e"]) != reference)
    }

    // MARK: Files

    @Test func missingFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("none.h5")
        let complaint = #expect(throws: Complaint.self) { _ = try StoreReader(path: path) }
        #expect(complaint?.what == "no such file")
        #expect(complaint?.place == path)
        #expect(complaint?.kind == .request)
    }

    @Test(arguments: [
        ("", "the file is not HDF5"),
        ("model,layer\nvit,0\n", "the file is text, and begins 'model,layer vit,0'"),
        (String(repeating: "x", count: 5000), "the file is text, and begins 'xxxx"),
    ])
    func otherFiles(_ text: String, _ sentence: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.h5")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let complaint = #expect(throws: Complaint.self) { _ = try StoreReader(path: path) }
        #expect(complaint?.what.hasPrefix(sentence) == true, "\(complaint?.what ?? String())")
        #expect(complaint?.place == path)
    }

    @Test func directoryInPlaceOfAFile() throws {
        let folder = try TemporaryFolder()
        let complaint = #expect(throws: Complaint.self) { _ = try StoreReader(path: folder.path) }
        #expect(complaint?.place.hasPrefix(folder.path) == true)
    }

    @Test func truncatedFiles() throws {
        let folder = try TemporaryFolder()
        try StoreFixture(model: "m", samples: 50, widths: [20, 20], seed: 2).write(folder.file("whole.h5"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("whole.h5")))
        let path = folder.file("cut.h5")
        for length in [8, 20, 47, 48, 99, 200, 1000, whole.count / 2, whole.count - 100, whole.count - 1] {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            let complaint = #expect(throws: Complaint.self) { _ = try StoreReader(path: path) }
            #expect(complaint?.what == "the file is truncated", "\(length) of \(whole.count) bytes")
            #expect(complaint?.place == path)
        }
    }

    // MARK: Format and version

    @Test func noFormat() throws {
        var store = RawStore()
        store.texts["format"] = nil
        try store.expectRefusal("attribute format", "no attribute 'format'")
    }

    @Test func otherFormat() throws {
        var store = RawStore()
        store.texts["format"] = "platonic-results"
        try store.expectRefusal("attribute format", "the results of a sweep, not features")
    }

    @Test func formatThatIsANumber() throws {
        var store = RawStore()
        store.texts["format"] = nil
        store.numbers["format"] = 7
        try store.expectRefusal("attribute format", "7")
    }

    @Test func noVersion() throws {
        var store = RawStore()
        store.numbers["version"] = nil
        try store.expectRefusal("attribute version", "missing", "reads version 1")
    }

    @Test(arguments: [0, 2, -1]) func otherVersions(_ version: Int64) throws {
        var store = RawStore()
        store.numbers["version"] = version
        try store.expectRefusal("attribute version", "version is \(version)")
    }

    @Test func versionThatIsAText() throws {
        var store = RawStore()
        store.numbers["version"] = nil
        store.texts["version"] = "one"
        try store.expectRefusal("attribute version", "one")
    }

    @Test(arguments: ["model", "modality", "dataset"]) func missingTexts(_ name: String) throws {
        var store = RawStore()
        store.texts[name] = nil
        try store.expectRefusal("attribute \(name)", "'\(name)' is missing")
    }

    @Test(arguments: ["model", "modality", "dataset"]) func textsThatAreNumbers(_ name: String) throws {
        var store = RawStore()
        store.texts[name] = nil
        store.numbers[name] = 41
        try store.expectRefusal("attribute \(name)", "'\(name)'", "41")
    }

    @Test func emptyModelName() throws {
        var store = RawStore()
        store.texts["model"] = ""
        try store.expectRefusal("attribute model", "'model'", "empty")
    }

    // MARK: Samples

    @Test func noSamples() throws {
        var store = RawStore()
        store.groups = ["layers"]
        store.ids = nil
        try store.expectRefusal("/samples/ids", "missing")
    }

    @Test func noIDs() throws {
        var store = RawStore()
        store.ids = nil
        try store.expectRefusal("/samples/ids", "missing")
    }

    @Test func idsThatAreNumbers() throws {
        var store = RawStore()
        store.ids = nil
        store.finish = { root in
            try root.group("samples").createDataset("ids", shape: [4], values: [1, 2, 3, 4] as [Int64])
        }
        try store.expectRefusal("/samples/ids", "int64")
    }

    @Test func threeSamples() throws {
        var store = RawStore()
        store.ids = ["a", "b", "c"]
        try store.expectRefusal("/samples/ids", "3 samples", "at least 4")
    }

    @Test func repeatedID() throws {
        var store = RawStore()
        store.ids = ["a", "b", "c", "b"]
        try store.expectRefusal("/samples/ids", "'b'", "at 1 and 3")
    }

    // MARK: Layers

    @Test func noLayersGroup() throws {
        var store = RawStore()
        store.groups = ["samples"]
        try store.expectRefusal("/layers", "missing")
    }

    @Test func noLayers() throws {
        var store = RawStore()
        store.layers = []
        try store.expectRefusal("/layers", "no layers")
    }

    @Test func gap() throws {
        var store = RawStore()
        store.layers = ["0000", "0002"]
        try store.expectRefusal("/layers/0002", "layer 1 is missing")
    }

    @Test func firstLayerMissing() throws {
        var store = RawStore()
        store.layers = ["0001"]
        try store.expectRefusal("/layers/0001", "layer 0 is missing")
    }

    @Test(arguments: ["blocks", "0", "000", "+000", "-000", "00000", "0x00", "-001", "000 ", "００００"])
    func badLayerNames(_ name: String) throws {
        var store = RawStore()
        store.layers = [name]
        try store.expectRefusal("/layers/\(name)", "'\(name)'")
    }

    @Test func layersOfDifferentLengths() throws {
        var store = RawStore()
        store.layers = ["0000", "0001"]
        store.writeLayer = { group, name in
            let rows = name == "0000" ? 4 : 5
            try group.createDataset(name, shape: [rows, 2], values: [Float](repeating: 1, count: rows * 2))
        }
        try store.expectRefusal("/layers/0001", "5 rows", "has 4")
    }

    @Test(arguments: [[8], [4, 1, 2]]) func layersOfOtherRanks(_ shape: [Int]) throws {
        var store = RawStore()
        store.writeLayer = { try $0.createDataset($1, shape: shape, values: [Float](repeating: 1, count: 8)) }
        try store.expectRefusal("/layers/0000", "\(shape)", "two dimensions")
    }

    @Test func integers() throws {
        var store = RawStore()
        store.writeLayer = { try $0.createDataset($1, shape: [4, 2], values: [Int32](repeating: 1, count: 8)) }
        try store.expectRefusal("/layers/0000", "int32")
    }

    @Test func textLayer() throws {
        var store = RawStore()
        store.writeLayer = { try $0.createDataset($1, shape: [4, 1], strings: ["a", "b", "c", "d"]) }
        try store.expectRefusal("/layers/0000", "string")
    }

    @Test func groupInPlaceOfALayer() throws {
        var store = RawStore()
        store.writeLayer = { _ = try $0.createGroup($1) }
        try store.expectRefusal("/layers/0000", "group")
    }

    // MARK: Scores

    @Test func scoreThatIsAText() throws {
        var store = RawStore()
        store.finish = { try $0.createGroup("scores").setAttribute("gsm8k", to: "high") }
        try store.expectRefusal("/scores, attribute gsm8k", "not a number", "high")
    }
}
