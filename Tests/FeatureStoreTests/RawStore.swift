import HDF5
import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

/// A store written piece by piece, for faults that a fixture cannot have; right as it stands.
struct RawStore {
    var texts = ["format": "platonic-features", "model": "m", "modality": "vision", "dataset": "d"]
    var numbers: [String: Int64] = ["version": 1]
    var groups = ["samples", "layers"]
    var ids: [String]? = ["a", "b", "c", "d"]
    var layers: [String] = ["0000"]
    /// Writes one layer; an array of 4 x 2 float32 unless a test says otherwise.
    var writeLayer: (borrowing HDF5Group, String) throws -> Void = { group, name in
        try group.createDataset(name, shape: [4, 2], values: (0..<8).map { Float($0) })
    }
    var finish: (borrowing HDF5Group) throws -> Void = { _ in }

    func write(_ path: String) throws {
        let file = try HDF5File.create(path)
        let root = try file.root()
        for (name, text) in texts { try root.setAttribute(name, to: text) }
        for (name, number) in numbers { try root.setAttribute(name, to: number) }
        for name in groups { _ = try root.createGroup(name) }
        if let ids { _ = try root.group("samples").createDataset("ids", shape: [ids.count], strings: ids) }
        if groups.contains("layers") {
            let group = try root.group("layers")
            for layer in layers { try writeLayer(group, layer) }
        }
        try finish(root)
        try file.close()
    }

    /// What the reader says of this store.
    func complaint() throws -> (complaint: Complaint?, path: String) {
        let folder = try TemporaryFolder()
        let path = folder.file("store.h5")
        try write(path)
        return (#expect(throws: Complaint.self) { _ = try StoreReader(path: path) }, path)
    }

    /// Checks that the reader refuses this store, and names the file, `object` and everything in `words`.
    func expectRefusal(
        _ object: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (complaint, path) = try complaint()
        let found = try #require(complaint, sourceLocation: sourceLocation)
        #expect(found.kind == .request, sourceLocation: sourceLocation)
        #expect(found.place == "\(path), \(object)", sourceLocation: sourceLocation)
        for word in words {
            #expect(found.what.contains(word), "'\(word)' in: \(found.what)", sourceLocation: sourceLocation)
        }
        #expect(!found.advice.isEmpty, sourceLocation: sourceLocation)
    }
}

extension StoreFixture {
    /// This store written and opened; the folder must live as long as the reader is used.
    func opened(in folder: TemporaryFolder, as name: String = "store.h5") throws -> StoreReader {
        try write(folder.file(name))
        return try StoreReader(path: folder.file(name))
    }
}

/// The bytes of a matrix as they are stored.
func bytes(_ matrix: StoredMatrix) -> [UInt8] {
    withExtendedLifetime(matrix) { Array($0.rawRows(0..<$0.rows)) }
}
