package import LinearAlgebra
package import SweepModel

/// A feature store that workers read: a file, a store on a server, or one in memory, which tests make.
package protocol OpenStore: Sendable {
    var metadata: StoreMetadata { get }
    /// The file that was opened; nil for stores that are none.
    var identity: StoreIdentity? { get }
    /// What surely names the bytes of a store that is no file on disk; nil where nothing does.
    var exactVersion: String? { get }

    /// Reads the rows of `samples` of layer `index` in the precision it is stored in, sample `order[i]` of the store being sample i (nil:
    /// in the store's order). Several threads may read at a time.
    func readRows(_ samples: Range<Int>, ofLayer index: Int, order: [Int]?) throws(Complaint) -> StoredMatrix

    /// Whether reading layer `index` again costs no more than a copy.
    func isReadAsStored(_ index: Int) -> Bool
}

/// What opens the store at a path or URL.
package struct StoreOpener: Sendable {
    package let open: @Sendable (String) throws(Complaint) -> any OpenStore

    package init(_ open: @escaping @Sendable (String) throws(Complaint) -> any OpenStore) { self.open = open }

    /// Opens stores on disk and on servers, and models of references.
    package static let standard = StoreOpener { (path) throws(Complaint) in
        if let model = ReferencePath(path) { return try ReferenceModel(model) }
        return try StoreReader(path: path)
    }
}

extension OpenStore {
    /// Reads layer `index` in the precision it is stored in, sample `order[i]` of the store as row i (nil: all, in the store's order).
    package func readLayer(_ index: Int, order: [Int]?) throws(Complaint) -> StoredMatrix {
        try readRows(0..<(order?.count ?? metadata.sampleCount), ofLayer: index, order: order)
    }

    /// Checks that every value of a layer is finite, and returns the rows that are all zero.
    ///
    /// `matrix` is the layer as `readLayer` returned it, and `ids` its samples in that order.
    package func checkValues(_ matrix: StoredMatrix, layer index: Int, ids: [String]) throws(Complaint) -> [Int] {
        let found = LayerValues.check(matrix)
        guard let bad = found.notFinite else { return found.zeroRows }
        let layer = metadata.layers[index]
        let object =
            "/layers/\(StoreReader.layerName(index)) '\(layer.name)', sample '\(ids[bad.row])', feature \(bad.column)"
        if layer.precision == .float16, bad.value.isInfinite {
            throw StoreComplaints.of(
                metadata.path, object, "the value is infinite: float16 ends at 65,504",
                advice: "store this layer as float32")
        }
        throw StoreComplaints.of(
            metadata.path, object, "the value is \(bad.value)",
            advice: "every value must be finite; compute the features again")
    }
}
