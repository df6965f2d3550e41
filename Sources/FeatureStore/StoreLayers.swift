internal import HDF5
internal import SweepModel

/// Reads and checks what a store says of its layers, and where their values are, without reading any.
struct StoreLayers: ~Copyable {
    private let group: HDF5Group
    private let place: StorePlace
    private let sampleCount: Int
    private let step: () -> Void

    /// Warnings of one kind that are worded one by one.
    private static let wordedWarnings = 5

    init(
        root: borrowing HDF5Group, place: StorePlace, sampleCount: Int, step: @escaping () -> Void
    ) throws(Complaint) {
        group = try place.reading("/layers") { () throws(HDF5Error) -> HDF5Group in try root.group("layers") }
        self.place = place
        self.sampleCount = sampleCount
        self.step = step
    }

    /// The layers in order, and what of their values was never written.
    func layers() throws(Complaint) -> (layers: [StoredLayer], warnings: [String]) {
        var layers: [StoredLayer] = []
        var unwritten: [String] = []
        var bytes = 0
        for (position, item) in try indexed().enumerated() {
            guard item.index == position else {
                throw place.complaint(
                    "/layers/\(item.name)", "layer \(position) is missing before it",
                    "number layers from 0000 without gaps")
            }
            let (layer, extent) = try layer(item.name, index: position)
            step()
            layers.append(layer)
            bytes += sampleCount * layer.width * layer.precision.byteSize
            if extent.unwritten > 0 {
                let what =
                    extent.parts > 1 ? "\(extent.unwritten) of its \(extent.parts) chunks were" : "its values were"
                unwritten.append("/layers/\(item.name): \(what) never written, and read as the fill value or zero")
            }
        }
        try checkExpansion(bytes)
        guard unwritten.count > Self.wordedWarnings else { return (layers, unwritten) }
        let others = unwritten.count - Self.wordedWarnings
        return (
            layers,
            unwritten.prefix(Self.wordedWarnings) + ["/layers: the same holds for \(others) more layers"]
        )
    }

    /// The layers' names by index, ascending.
    private func indexed() throws(Complaint) -> [(index: Int, name: String)] {
        let count = try place.reading("/layers") { () throws(HDF5Error) in try group.childCount() }
        guard count <= StoreLimits.layers else {
            throw place.beyond("/layers", "there are \(count) layers, and at most \(StoreLimits.layers) are read")
        }
        let names = try place.reading("/layers") { () throws(HDF5Error) in try group.childNames() }
        var indexed: [(index: Int, name: String)] = []
        for name in names {
            if let index = Int(name), index >= 0, StoreReader.layerName(index) == name {
                indexed.append((index, name))
            } else if try !isScale(name) {
                let shown = name.count > 80 ? name.prefix(80) + "…" : name
                throw place.complaint(
                    "/layers/\(shown)", "'\(shown)' is not a layer index of four digits", "name layers 0000, 0001, …")
            }
        }
        guard !indexed.isEmpty else {
            throw place.complaint("/layers", "the store has no layers", "write at least one dataset /layers/0000")
        }
        return indexed.sorted { $0.index < $1.index }
    }

    /// Whether something is a dimension of the layers, as netCDF writes it beside them.
    private func isScale(_ name: String) throws(Complaint) -> Bool {
        try place.reading("/layers/\(name)") { () throws(HDF5Error) -> Bool in
            guard try group.kind(of: name) == .dataset else { return false }
            return try group.dataset(name).attribute("CLASS", byteLimit: StoreLimits.attributeBytes)?.text
                == "DIMENSION_SCALE"
        }
    }

    private func layer(_ child: String, index: Int) throws(Complaint) -> (StoredLayer, StorageExtent) {
        let object = "/layers/\(child)"
        let dataset = try place.reading(object) { () throws(HDF5Error) -> HDF5Dataset in try group.dataset(child) }
        let attributes = StoreAttributes(place, of: object)
        let name = try attributes.optionalName("name", of: dataset)
        guard dataset.shape.count == 2 else {
            throw place.complaint(
                object, "the shape is \(dataset.shape), two dimensions (samples, features) were expected",
                "write an n x d array")
        }
        guard dataset.shape[0] == sampleCount else {
            throw place.complaint(
                object, "the layer has \(dataset.shape[0]) rows, /samples/ids has \(sampleCount)",
                "write one row a sample in every layer")
        }
        let width = dataset.shape[1]
        guard width >= 1 else {
            throw place.complaint(
                object, "the layer has no features", "write an n x d array with d of at least 1")
        }
        let precision = try precision(dataset.elementKind, object)
        guard width <= StoreLimits.width, sampleCount * width <= StoreLimits.layerBytes / precision.byteSize else {
            throw place.beyond(
                object,
                "the layer has \(sampleCount) x \(width) values, of at most \(StoreLimits.width) features and \(StoreLimits.layerBytes >> 30) GiB"
            )
        }
        let rowBytes = width * precision.byteSize
        let extent = try place.reading(object) { () throws(HDF5Error) -> StorageExtent in
            if let chunk = try Self.tooLarge(dataset, rowBytes) {
                throw HDF5Error(
                    code: .beyondLimit, operation: "open", path: place.path,
                    reason:
                        "compressed chunks of \(chunk) are too large: one may take \(StoreLimits.chunkBytes >> 20) MiB, and those of a row \(StoreLimits.chunkRowBytes >> 20) MiB"
                )
            }
            return try dataset.storedExtent(partLimit: StoreLimits.chunks)
        }
        let stored = StoredLayer(index: index, name: name ?? String(index), width: width, precision: precision)
        return (stored, extent)
    }

    private func precision(_ kind: ElementKind, _ object: String) throws(Complaint) -> StoredPrecision {
        switch kind {
        case .float16: return .float16
        case .float32: return .float32
        case .float64: return .float64
        case let other:
            throw place.complaint(
                object, "the values are \(other), not float16, float32 or float64",
                "convert them (HDF5 has no bfloat16: store those as float32)")
        }
    }

    /// The shape of chunks that would take too much memory, or be decoded too often, as they are decoded whole; nil where they are fine.
    private static func tooLarge(_ dataset: borrowing HDF5Dataset, _ rowBytes: Int) throws(HDF5Error) -> [Int]? {
        guard case .chunked(let chunk) = try dataset.layout(), try !dataset.filters().isEmpty else { return nil }
        let size = dataset.elementKind.byteSize ?? 1
        let (values, overflow) = chunk[0].multipliedReportingOverflow(by: chunk[1])
        let rows = min(chunk[0], dataset.shape[0])
        let isFine =
            !overflow && values <= StoreLimits.chunkBytes / size && rows <= StoreLimits.chunkRowBytes / rowBytes
        return isFine ? nil : chunk
    }

    /// Throws where the values take far more than the file: no features compress like that, and a small file would take hours to read.
    private func checkExpansion(_ bytes: Int) throws(Complaint) {
        guard bytes > StoreLimits.plainBytes, bytes / StoreLimits.expansion > place.fileBytes else { return }
        throw place.complaint(
            "/layers",
            "the values take \(bytes >> 20) MiB, more than \(StoreLimits.expansion) times the file's \(place.fileBytes) bytes",
            "look whether all of them were written; stores of more than \(StoreLimits.plainBytes >> 30) GiB are held to this limit"
        )
    }
}
