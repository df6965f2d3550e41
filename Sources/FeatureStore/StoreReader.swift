internal import ContentHash
internal import Foundation
internal import HDF5
internal import LinearAlgebra
package import SweepModel

/// An open feature store of version 1, whose structure has been checked (contracts.md, section 1).
///
/// Opening reads attributes and sample ids; feature values are read layer by layer and checked by `LayerValues`.
package final class StoreReader: Sendable {
    package let metadata: StoreMetadata
    let file: HDF5File
    private let remote: RemoteStore?

    /// Opens and checks the store at `path`, or at a URL.
    package init(path: String) throws(Complaint) {
        let remote = StorePaths.isURL(path) ? try RemoteStore(path) : nil
        let file: HDF5File
        do {
            if let remote {
                file = try HDF5File.open(remote, name: path)
            } else {
                file = try HDF5File.open(path)
            }
        } catch {
            throw StoreComplaints.of(error, path: path, remote: remote)
        }
        metadata = try StoreStructure(file: file, path: path, remote: remote).metadata()
        // Attributes that cannot be read are left out, which is for their types, not for servers that fail.
        if let failure = remote?.complaint { throw failure }
        self.file = file
        self.remote = remote
    }

    /// What surely names the bytes of a store on a server; nil where nothing does, and for files on disk.
    package var exactVersion: String? { remote?.exactVersion }

    /// The complaint that a failed HDF5 call amounts to.
    func complaint(_ error: HDF5Error, object: String) -> Complaint {
        StoreComplaints.of(error, path: metadata.path, object: object, remote: remote)
    }
}

/// Reads and checks everything in a store but its values.
private struct StoreStructure: ~Copyable {
    private let root: HDF5Group
    private let path: String
    private let isUnlocked: Bool
    private let remote: RemoteStore?

    private static let supportedVersion: Int64 = 1
    private static let leastSamples = 4

    init(file: borrowing HDF5File, path: String, remote: RemoteStore?) throws(Complaint) {
        self.path = path
        self.remote = remote
        isUnlocked = file.lockingIgnored
        do {
            root = try file.root()
        } catch {
            throw StoreComplaints.of(error, path: path, remote: remote)
        }
    }

    func metadata() throws(Complaint) -> StoreMetadata {
        try checkFormat()
        let model = try text("model")
        let modality = try text("modality")
        let dataset = try text("dataset")
        let ids = try sampleIDs()
        let layers = try layers(sampleCount: ids.count)
        let (scores, lower) = try scores()
        let size =
            remote?.byteCount ?? (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return StoreMetadata(
            path: path, model: model, modality: modality, dataset: dataset, attributes: try attributes(),
            sampleIDs: ids, sampleDigest: ContentDigest(ofIDs: ids),
            sampleGroups: try sampleGroups(sampleCount: ids.count),
            layers: layers, scores: scores, lowerIsBetter: lower,
            fileBytes: size, isUnlocked: isUnlocked, version: remote?.version)
    }

    private func complaint(_ object: String, _ what: String, _ advice: String) -> Complaint {
        StoreComplaints.of(path, object, what, advice: advice)
    }

    /// Runs an HDF5 call and words its failure.
    private func reading<T: ~Copyable>(_ object: String, _ body: () throws(HDF5Error) -> T) throws(Complaint) -> T {
        do { return try body() } catch {
            throw StoreComplaints.of(error, path: path, object: object, remote: remote)
        }
    }

    private func checkFormat() throws(Complaint) {
        let format = try reading("attribute format") { () throws(HDF5Error) in try root.attribute("format") }
        guard let format else {
            throw complaint(
                "attribute format", "the file is no feature store: it has no attribute 'format'",
                "write format=\"platonic-features\" and version=1, see Schemas/feature-store.md")
        }
        guard format.text == "platonic-features" else {
            throw complaint(
                "attribute format", "the format is '\(format.text ?? "\(format)")', not 'platonic-features'",
                "name a feature store")
        }
        let version = try reading("attribute version") { () throws(HDF5Error) in try root.attribute("version") }
        guard let version, version.integer == Self.supportedVersion else {
            let found = version.map { $0.integer.map(String.init) ?? "\($0)" } ?? "missing"
            throw complaint(
                "attribute version", "the store's version is \(found); this program reads version 1",
                "write the store as version 1, or use a newer platonic")
        }
    }

    private func text(_ name: String) throws(Complaint) -> String {
        let value = try reading("attribute \(name)") { () throws(HDF5Error) in try root.attribute(name) }
        guard let text = value?.text, !text.isEmpty else {
            let found = value.map { $0.text == "" ? "empty" : "\($0), not a text" } ?? "missing"
            throw complaint("attribute \(name)", "the attribute '\(name)' is \(found)", "write it as a string")
        }
        return text
    }

    private func attributes() throws(Complaint) -> [String: AttributeValue] {
        var values: [String: AttributeValue] = [:]
        for name in try reading("attributes", { () throws(HDF5Error) in try root.attributeNames() })
        where name != "format" && name != "version" {
            // An attribute of a type that we do not read is the store's own business: it is left out.
            if let value = try? root.attribute(name) { values[name] = value }
        }
        return values
    }

    private func sampleIDs() throws(Complaint) -> [String] {
        let object = "/samples/ids"
        let ids = try reading(object) { () throws(HDF5Error) -> [String] in
            try root.group("samples").dataset("ids").readStrings()
        }
        guard ids.count >= Self.leastSamples else {
            throw complaint(object, "there are \(ids.count) samples, and metrics need at least 4", "use more samples")
        }
        var seen: [String: Int] = [:]
        for (position, id) in ids.enumerated() {
            if let first = seen.updateValue(position, forKey: id) {
                throw complaint(
                    object, "the sample id '\(id)' occurs twice, at \(first) and \(position)", "make the ids unique")
            }
        }
        return ids
    }

    private func sampleGroups(sampleCount: Int) throws(Complaint) -> [Int64]? {
        let object = "/samples/groups"
        let samples = try reading("/samples") { () throws(HDF5Error) -> HDF5Group in try root.group("samples") }
        guard try reading(object, { () throws(HDF5Error) in try samples.kind(of: "groups") }) != nil else { return nil }
        let groups = try reading(object) { () throws(HDF5Error) -> [Int64] in
            try samples.dataset("groups").readInt64s()
        }
        guard groups.count == sampleCount else {
            throw complaint(
                object, "there are \(groups.count) groups, and \(sampleCount) samples",
                "write one group for each sample")
        }
        return groups
    }

    private func layers(sampleCount: Int) throws(Complaint) -> [StoredLayer] {
        let group = try reading("/layers") { () throws(HDF5Error) -> HDF5Group in try root.group("layers") }
        let names = try reading("/layers") { () throws(HDF5Error) in try group.childNames() }
        guard !names.isEmpty else {
            throw complaint("/layers", "the store has no layers", "write at least one dataset /layers/0000")
        }
        var indexed: [(index: Int, name: String)] = []
        for name in names {
            guard let index = Int(name), index >= 0, StoreReader.layerName(index) == name else {
                throw complaint(
                    "/layers/\(name)", "'\(name)' is not a layer index of four digits", "name layers 0000, 0001, …")
            }
            indexed.append((index, name))
        }
        indexed.sort { $0.index < $1.index }
        var layers: [StoredLayer] = []
        for (position, item) in indexed.enumerated() {
            guard item.index == position else {
                throw complaint(
                    "/layers/\(item.name)", "layer \(position) is missing before it",
                    "number layers from 0000 without gaps")
            }
            layers.append(try layer(group, item.name, index: position, sampleCount: sampleCount))
        }
        return layers
    }

    private func layer(
        _ group: borrowing HDF5Group, _ child: String, index: Int, sampleCount: Int
    ) throws(Complaint) -> StoredLayer {
        let object = "/layers/\(child)"
        let dataset = try reading(object) { () throws(HDF5Error) -> HDF5Dataset in try group.dataset(child) }
        let name = try reading(object) { () throws(HDF5Error) -> String? in try dataset.attribute("name")?.text }
        guard dataset.shape.count == 2 else {
            throw complaint(
                object, "the shape is \(dataset.shape), two dimensions (samples, features) were expected",
                "write an n x d array")
        }
        guard dataset.shape[0] == sampleCount else {
            throw complaint(
                object, "the layer has \(dataset.shape[0]) rows, /samples/ids has \(sampleCount)",
                "write one row a sample in every layer")
        }
        guard dataset.shape[1] >= 1 else {
            throw complaint(object, "the layer has no features", "write an n x d array with d of at least 1")
        }
        let precision: StoredPrecision
        switch dataset.elementKind {
        case .float16: precision = .float16
        case .float32: precision = .float32
        case .float64: precision = .float64
        case let other:
            throw complaint(
                object, "the values are \(other), not float16, float32 or float64",
                "convert them (HDF5 has no bfloat16: store those as float32)")
        }
        return StoredLayer(index: index, name: name ?? String(index), width: dataset.shape[1], precision: precision)
    }

    private func scores() throws(Complaint) -> ([String: Double], [String]) {
        let exists = try reading("/scores") { () throws(HDF5Error) in try root.kind(of: "scores") }
        guard exists != nil else { return ([:], []) }
        var scores: [String: Double] = [:]
        var lower: [String] = []
        let group = try reading("/scores") { () throws(HDF5Error) -> HDF5Group in try root.group("scores") }
        for name in try reading("/scores", { () throws(HDF5Error) in try group.attributeNames() }) {
            let object = "/scores, attribute \(name)"
            let value = try reading(object) { () throws(HDF5Error) in try group.attribute(name) }
            if name == "lower_is_better" {
                lower = value?.texts ?? []
            } else if let number = value?.number {
                scores[name] = number
            } else {
                let found = value.map { "\($0)" } ?? "missing"
                throw complaint(object, "the score is \(found), not a number", "write scores as float64 attributes")
            }
        }
        return (scores, lower)
    }
}
