internal import FeatureStore
internal import Foundation
internal import HDF5
package import SweepModel

/// What a results file says of itself: which sweep it is of.
package struct ResultsMark: Sendable {
    /// The specification as canonical YAML.
    let spec: String
    /// The paths of the stores; empty where the file does not say.
    let stores: [String]

    package init(_ spec: SweepSpec, stores: [String]) { self.init(spec: spec.canonicalYAML, stores: stores) }

    init(spec: String, stores: [String]) {
        self.spec = spec
        self.stores = stores
    }

    /// That of a file, whatever build wrote it; nil where it is no results file, or so damaged that it does not say so.
    init?(path: String) {
        guard let hdf5 = try? HDF5File.open(path), let root = try? hdf5.root(),
            (try? root.attribute("format"))??.text == ResultsFormat.name
        else { return nil }
        let spec = (try? root.attribute("spec"))??.text ?? ""
        let provenance = try? root.group("provenance")
        var stores: [String] = []
        if let provenance {
            stores = (try? provenance.attribute("store_paths", byteLimit: Self.pathBytes))??.texts ?? []
        }
        self.init(spec: SpecDifference.canonical(spec), stores: stores)
    }

    /// What `store_paths` may take, 16 bytes a path.
    private static let pathBytes = 1 << 20

    /// Why these are the results of another sweep than `other`, as something that is said of them; nil where they are of the
    /// same: of the same specification, and of at least one of its stores where that is known. Stores may have been added,
    /// taken away and changed.
    func difference(from other: ResultsMark) -> String? {
        if let difference = SpecDifference.text(of: compared(with: other), from: other.compared(with: other)) {
            return difference
        }
        // The same words mean other stores in another folder.
        let theirs = Set(other.stores.map(Self.place))
        guard !stores.isEmpty, !theirs.isEmpty, stores.allSatisfy({ !theirs.contains(Self.place($0)) }) else {
            return nil
        }
        return "it compares other stores, such as \(stores[0])"
    }

    /// The specification as it is compared: calibration, intervals, splits and galleries change no score, and count only where they would get lost.
    private func compared(with new: ResultsMark) -> String {
        let theirs = new.spec.split(separator: "\n")
        let added = ["calibrate: ", "intervals: ", "splits: ", "gallery: "].filter { key in
            theirs.contains { $0.hasPrefix(key) }
        }
        return spec.split(separator: "\n").filter { line in !added.contains { line.hasPrefix($0) } }
            .joined(separator: "\n")
    }

    /// Where a store is, whatever links lead there.
    static func place(_ path: String) -> String {
        path.contains("://") ? path : URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
