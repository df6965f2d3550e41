internal import ContentHash
internal import HDF5
internal import SweepModel

/// Reads and checks everything in a store but its values.
struct StoreStructure: ~Copyable {
    private let root: HDF5Group
    private let place: StorePlace
    private let attributes: StoreAttributes
    private let isUnlocked: Bool
    private let step: () -> Void
    private var warnings: [String] = []
    private var notes: [String] = []

    private static let supportedVersion: Int64 = 1
    private static let leastSamples = 4

    init(file: borrowing HDF5File, place: StorePlace, step: @escaping () -> Void) throws(Complaint) {
        self.place = place
        self.step = step
        attributes = StoreAttributes(place)
        isUnlocked = file.lockingIgnored
        do {
            root = try file.root()
        } catch {
            throw StoreComplaints.of(error, path: place.path, remote: place.remote)
        }
    }

    consuming func metadata() throws(Complaint) -> StoreMetadata {
        try checkFormat()
        let model = try attributes.name("model", of: root)
        let modality = try attributes.name("modality", of: root)
        let dataset = try attributes.name("dataset", of: root)
        let ids = try sampleIDs()
        step()
        let layers = try StoreLayers(root: root, place: place, sampleCount: ids.count, step: step).layers()
        let (scores, lower) = try scores()
        let other = try otherAttributes()
        let found = warnings + layers.warnings
        return StoreMetadata(
            path: place.path, model: model, modality: modality, dataset: dataset, attributes: other,
            sampleIDs: ids, sampleDigest: ContentDigest(ofIDs: ids),
            sampleGroups: try sampleGroups(sampleCount: ids.count),
            layers: layers.layers, scores: scores, lowerIsBetter: lower,
            fileBytes: place.fileBytes, isUnlocked: isUnlocked, version: place.version,
            warnings: found.isEmpty ? nil : found, notes: notes.isEmpty ? nil : notes,
            sampleInputs: try sampleInputs(sampleCount: ids.count))
    }

    private func checkFormat() throws(Complaint) {
        guard let format = try attributes.value("format", of: root) else {
            throw place.complaint(
                "attribute format", "the file is no feature store: it has no attribute 'format'",
                "write format=\"platonic-features\" and version=1, see Schemas/feature-store.md")
        }
        guard format.text != ResultsFormat.name else {
            throw place.complaint(
                "attribute format", ResultsFormat.complaint,
                "leave it out, or name its directory: results among the stores there are passed over")
        }
        // Some writers pad with spaces whatever padding the type says.
        guard let text = format.text, Self.withoutSpaces(text) == "platonic-features" else {
            throw place.complaint(
                "attribute format", "the format is \(format), not 'platonic-features'", "name a feature store")
        }
        let version = try attributes.value("version", of: root)
        guard let version, version.integer == Self.supportedVersion else {
            let found = version.map { $0.integer.map(String.init) ?? "\($0)" } ?? "missing"
            throw place.complaint(
                "attribute version", "the store's version is \(found); this program reads version 1",
                "write the store as version 1, or use a newer platonic")
        }
    }

    private static func withoutSpaces(_ text: String) -> Substring {
        var text = text[...]
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Every other attribute that can be read. One of a type that no table can hold, such as references, is the store's own business; one
    /// that is too large, or no text, is left out with a warning unless the format gives it a meaning.
    private mutating func otherAttributes() throws(Complaint) -> [String: AttributeValue] {
        var values: [String: AttributeValue] = [:]
        var unread: [String] = []
        for name in try attributes.names(of: root) where name != "format" && name != "version" {
            let value: AttributeValue?
            do throws(HDF5Error) {
                value = try root.attribute(name, byteLimit: StoreLimits.attributeBytes)?.unwrapped
            } catch {
                guard error.code != .invalidText || !ReservedAttributes.contains(name) else {
                    throw StoreComplaints.of(
                        error, path: place.path, object: attributes.object(name), remote: place.remote)
                }
                warnings.append("the attribute '\(name)' is left out: \(error.reason)")
                continue
            }
            guard let value else { continue }
            if ReservedAttributes.contains(name) {
                values[name] = try ReservedAttributes.value(name, value, attributes)
            } else if value.isTabular {
                values[name] = value
            } else if value != .empty {
                unread.append("'\(name)' (\(value))")
            }
        }
        if !unread.isEmpty {
            notes.append("attributes that are neither a text nor one number stay out of results: \(Self.list(unread))")
        }
        return values
    }

    private static func list(_ items: [String]) -> String {
        items.prefix(5).joined(separator: ", ") + (items.count > 5 ? " and \(items.count - 5) more" : "")
    }

    private func sampleIDs() throws(Complaint) -> [String] {
        let object = "/samples/ids"
        let limits = TextLimits(
            count: StoreLimits.samples, length: StoreLimits.idBytes, bytes: StoreLimits.allIDBytes)
        let ids = try place.reading(object) { () throws(HDF5Error) -> [String] in
            try root.group("samples").dataset("ids").readTextList(limits, step: step)
        }
        guard ids.count >= Self.leastSamples else {
            throw place.complaint(
                object, "there are \(ids.count) samples, and metrics need at least 4", "use more samples")
        }
        var seen: [ExactText: Int] = [:]
        seen.reserveCapacity(ids.count)
        for (position, id) in ids.enumerated() {
            if let first = seen.updateValue(position, forKey: ExactText(id)) {
                throw place.complaint(
                    object, "the sample id '\(id)' occurs twice, at \(first) and \(position)", "make the ids unique")
            }
        }
        return ids
    }

    private static let inputDigits = 32

    /// The digests of the samples' inputs, where the store has any.
    private func sampleInputs(sampleCount: Int) throws(Complaint) -> [String]? {
        let object = "/samples/digest"
        let samples = try place.reading("/samples") { () throws(HDF5Error) -> HDF5Group in try root.group("samples") }
        guard try place.reading(object, { () throws(HDF5Error) in try samples.kind(of: "digest") }) != nil else {
            return nil
        }
        let limits = TextLimits(
            count: StoreLimits.samples, length: Self.inputDigits, bytes: StoreLimits.samples * Self.inputDigits)
        let inputs = try place.reading(object) { () throws(HDF5Error) in
            try samples.dataset("digest").readTextList(limits, step: step)
        }
        let isSound =
            inputs.count == sampleCount
            && inputs.allSatisfy { input in
                input.utf8.count == Self.inputDigits
                    && input.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
                    }
            }
        guard isSound else {
            throw place.complaint(
                object, "there are not \(sampleCount) digests of 32 hexadecimal digits in lower case",
                "write one digest of each sample's input, or leave the dataset out")
        }
        return inputs
    }

    private func sampleGroups(sampleCount: Int) throws(Complaint) -> [Int64]? {
        let object = "/samples/groups"
        let samples = try place.reading("/samples") { () throws(HDF5Error) -> HDF5Group in try root.group("samples") }
        guard try place.reading(object, { () throws(HDF5Error) in try samples.kind(of: "groups") }) != nil else {
            return nil
        }
        let groups = try place.reading(object) { () throws(HDF5Error) -> [Int64] in
            let dataset = try samples.dataset("groups")
            _ = try dataset.storedExtent(partLimit: StoreLimits.chunks)
            return try dataset.readInt64s(limit: StoreLimits.samples)
        }
        guard groups.count == sampleCount else {
            throw place.complaint(
                object, "there are \(groups.count) groups, and \(sampleCount) samples",
                "write one group for each sample")
        }
        return groups
    }

    private mutating func scores() throws(Complaint) -> ([String: Double], [String]) {
        let exists = try place.reading("/scores") { () throws(HDF5Error) in try root.kind(of: "scores") }
        guard exists != nil else { return ([:], []) }
        var scores: [String: Double] = [:]
        var lower: [String] = []
        let group = try place.reading("/scores") { () throws(HDF5Error) -> HDF5Group in try root.group("scores") }
        let attributes = StoreAttributes(place, of: "/scores")
        let children = try place.reading("/scores") { () throws(HDF5Error) in
            try group.childCount() > 0 ? group.childNames() : []
        }
        if !children.isEmpty {
            let names = Self.list(children.map { "'\($0)'" })
            warnings.append("/scores: \(names) is left out: scores are attributes of the group, not datasets in it")
        }
        for name in try attributes.names(of: group) {
            let value = try attributes.value(name, of: group)
            if name == "lower_is_better" {
                guard let texts = value?.texts else {
                    throw place.complaint(
                        attributes.object(name),
                        "'lower_is_better' is \(value.map { "\($0)" } ?? "missing"), not a list of names",
                        "write the names of those scores as strings")
                }
                lower = texts.filter { !$0.isEmpty }
            } else if let number = value?.number {
                scores[name] = number.isInfinite ? .nan : number
                if number.isInfinite {
                    warnings.append("/scores: '\(name)' is \(number), which is no score, and counts as missing")
                }
            } else {
                let found = value.map { "\($0)" } ?? "missing"
                throw place.complaint(
                    attributes.object(name), "the score is \(found), not a number", "write scores as float64 attributes"
                )
            }
        }
        for name in lower where scores[name] == nil {
            let known =
                scores.isEmpty
                ? "there are none" : "there are \(scores.keys.sorted().prefix(5).joined(separator: ", "))"
            warnings.append("/scores: 'lower_is_better' names '\(name)', which is no score (\(known))")
        }
        return (scores, lower)
    }
}
