import Testing

@testable import SweepModel

struct SpecWriterTests {
    private func reread(_ spec: SweepSpec) throws -> SweepSpec {
        try SpecReader.read(document: try SpecDocument.parse(spec.canonicalYAML, file: "s.yaml"), flags: [])
    }

    private static let specs: [SweepSpec] = {
        var rectangular = SweepSpec()
        rectangular.name = "emoji"
        rectangular.x = ["a/*.h5", "b"]
        rectangular.y = ["c.h5"]
        rectangular.metrics = [.unbiasedCKA, .mutualKNN, .cka]
        rectangular.k = [1, 10, 100]
        rectangular.clip = .none
        rectangular.normalize = .none
        rectangular.layers = .last
        rectangular.keepTied = true
        rectangular.allowDatasetMismatch = true
        rectangular.nameFromFile = true
        rectangular.seed = 9_007_199_254_740_993
        var small = SweepSpec()
        small.x = ["x"]
        small.clip = .quantile(1e-7)
        small.layers = .indices([3, -1, 0])
        var plain = SweepSpec()
        plain.x = ["x"]
        plain.clip = .quantile(0.1 + 0.2)
        var everything = SweepSpec()
        everything.x = ["x"]
        everything.metrics = MetricKind.allCases
        everything.k = [3, 50]
        everything.kRanges = [1...1, 5...20, 40...1_000_000]
        everything.svccaDimensions = [1, 10, 1000]
        everything.rbfBandwidths = [1e-7, 0.1 + 0.2, 1, 1e21]
        everything.clipScope = .sampleMean
        everything.concatenate = true
        everything.variant = .reference
        everything.excludeGroups = true
        everything.samples = .intersect
        var curves = SweepSpec()
        curves.x = ["x"]
        curves.k = []
        curves.kRanges = [2...9]
        curves.clipScope = .layer
        curves.variant = .paper
        curves.layers = .depths([0, 1e-7, 0.1 + 0.2, 1])
        return [rectangular, small, plain, everything, curves]
    }()

    @Test(arguments: specs) func roundTrip(_ spec: SweepSpec) throws {
        #expect(try reread(spec) == spec)
        #expect(try reread(spec).canonicalYAML == spec.canonicalYAML)
    }

    @Test(arguments: [
        "quote \" inside", "'single'", "back\\slash \\n \\x41", "two\nlines\n", "\ttab\r\n", " spaces at both ends ",
        "",
        "# no comment", "key: value", "[a, b]", "{a: b}", "*alias", "&anchor", "!tag", "%directive", "- item", "null",
        "true",
        "1e5", "~", "---", "...", "\u{1}\u{1F}\u{7F}\u{80}\u{9F}", "next\u{85}line", "line\u{2028}separator\u{2029}end",
        "byte order \u{FEFF} mark", "\u{FFFE}\u{FFFF}", "emoji 😀 é 日本", "\u{A0}",
        String(repeating: "long ", count: 400),
    ])
    func hostileTexts(_ text: String) throws {
        var spec = SweepSpec()
        spec.name = text
        spec.x = [text, "b"]
        spec.y = ["c", text]
        let found = try reread(spec)
        #expect(Array(found.name.unicodeScalars) == Array(text.unicodeScalars))
        #expect(found == spec)
    }

    /// No path and no text of a results file can have a NUL.
    @Test(arguments: ["name", "x", "metrics", "layers"]) func aNulIsRefused(_ key: String) throws {
        let document = try SpecDocument.parse("\(key): [\"a\\0b\"]", file: "spec")
        let complaint = #expect(throws: Complaint.self) { try SpecReader.read(document: document, flags: []) }
        #expect(complaint?.what.contains("contains a NUL") == true, "\(complaint?.what ?? "")")
    }

    @Test func everyKeyIsThere() {
        var spec = SweepSpec()
        spec.x = ["a"]
        let keys = spec.canonicalYAML.split(separator: "\n").compactMap {
            $0.split(separator: ":").first.map(String.init)
        }
        #expect(
            keys == [
                "name", "x", "metrics", "k", "svcca", "cka_rbf", "prepare", "layers", "concatenate", "variant",
                "keep_tied",
                "exclude_groups",
                "samples", "allow_dataset_mismatch", "name_from", "seed",
            ])
    }
}
