import ArgumentParser
import Foundation
import SweepModel

/// The specification of a sweep: a YAML file, and a flag for every key of it. Flags win.
struct SpecOptions: ParsableArguments {
    @Argument(
        help: "A sweep specification in YAML (Schemas/sweep-spec.schema.json).",
        completion: .file(extensions: ["yaml", "yml"]))
    var spec: String?

    @OptionGroup(title: "What is compared") var stores: StoreOptions
    @OptionGroup(title: "Metrics") var measures: MetricOptions
    @OptionGroup(title: "Preparation") var preparation: PreparationOptions
    @OptionGroup(title: "Significance") var calibration: CalibrationOptions
    @OptionGroup(title: "Intervals, splits and galleries") var intervals: IntervalOptions

    @Option(help: "The sweep's name (default: sweep).")
    var name: String?

    @Option(help: "The seed of everything random (default: 0).")
    var seed: String?

    /// Throws where stores stand in the place of a specification, as they do behind a forgotten --x.
    static func checkIsNoStore(_ path: String) throws(Complaint) {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        let isStore = [".h5", ".hdf5", ReferencePath.suffix].contains { path.hasSuffix($0) }
        guard (exists && isDirectory.boolValue) || isStore else { return }
        let what = exists && isDirectory.boolValue ? "it is a directory" : "it is named like a feature store"
        throw Complaint(
            .request, "\(what), and a specification in YAML goes here", at: path,
            advice: "feature stores are named with --x: --x \(path)")
    }

    /// The checked specification. Warns of what is given and has no effect.
    func read() throws -> SweepSpec {
        var document: SpecEntry?
        if let spec {
            try Self.checkIsNoStore(spec)
            guard let data = FileManager.default.contents(atPath: spec), let text = String(bytes: data, encoding: .utf8)
            else {
                throw Complaint(
                    .request, "the specification cannot be read", at: spec, advice: "name a readable YAML file")
            }
            document = try SpecDocument.parse(text, file: spec)
        }
        let own = [SpecFlag("name", name), SpecFlag("seed", seed)]
        let flags = (stores.flags + measures.flags + preparation.flags + calibration.flags + intervals.flags + own)
            .filter {
                !$0.texts.isEmpty
            }
        let entries = flags.map { (key: $0.key, entry: SpecEntry.flag($0.name, $0.texts)) }
        let read = try SpecReader.read(document: document, flags: entries)
        for unused in SpecReader.unused(in: read, document: document, flags: entries) { Console.warn(unused) }
        return read
    }
}

/// A key of a specification as it is given on the command line.
struct SpecFlag {
    let key: String
    /// Without its dashes.
    let name: String
    let texts: [String]

    /// - Parameter name: that of the flag, where it is not the key's with dashes.
    init(_ key: String, as name: String? = nil, _ texts: [String]) {
        self.key = key
        self.name = name ?? key.split(separator: "_").joined(separator: "-")
        self.texts = texts
    }

    init(_ key: String, _ isSet: Bool) { self.init(key, isSet ? ["true"] : []) }
    init(_ key: String, _ text: String?) { self.init(key, [text].compactMap(\.self)) }
}
