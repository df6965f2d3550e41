/// One model of a file of references, as it stands where the path of a store does: `FILE.references#0003` is the model at position 3.
package struct ReferencePath: Hashable, Sendable {
    /// What the names of such files end in.
    package static let suffix = ".references"
    private static let digits = 4

    package let file: String
    package let position: Int

    package init(file: String, position: Int) {
        self.file = file
        self.position = position
    }

    /// What `path` names; nil where that is no model of references.
    package init?(_ path: String) {
        let parts = path.utf8.suffix(Self.digits + 1)
        guard parts.first == UInt8(ascii: "#"), parts.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(String(decoding: parts.dropFirst(), as: UTF8.self))
        else { return nil }
        let file = String(decoding: path.utf8.dropLast(Self.digits + 1), as: UTF8.self)
        guard Self.isFile(file) else { return nil }
        self.init(file: file, position: number)
    }

    /// Whether a file of that name is one of references.
    package static func isFile(_ path: String) -> Bool { path.hasSuffix(suffix) }

    /// Models that one file may have, so that their paths are in the order of their positions.
    package static let mostModels = 10_000

    package var text: String {
        let number = String(position)
        return "\(file)#\(String(repeating: "0", count: max(0, Self.digits - number.count)))\(number)"
    }
}

extension SweepPlan {
    /// Whether a model, a position in `models`, is one of a file of references: its artifacts are there, and nothing of it is computed.
    package func isReference(model: Int) -> Bool { ReferencePath(models[model].path) != nil }
}
