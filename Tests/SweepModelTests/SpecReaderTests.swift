import Testing

@testable import SweepModel

struct SpecReaderTests {
    private static func read(_ yaml: String?, _ flags: (String, [String])...) throws -> SweepSpec {
        try SpecReader.read(
            document: try yaml.map { try SpecDocument.parse($0, file: "s.yaml") },
            flags: flags.map { (key: $0.0, entry: SpecEntry.flag($0.0, $0.1)) })
    }

    // MARK: Keys

    /// One value of a key, as YAML and as flag texts, and what it makes of a specification.
    struct Setting: Sendable, CustomTestStringConvertible {
        let key: String
        let yaml: String
        let texts: [String]
        let change: @Sendable (inout SweepSpec) -> Void
        var testDescription: String { "\(key): \(yaml)" }
    }

    static let settings: [Setting] = [
        Setting(key: "name", yaml: "emoji 1", texts: ["emoji 1"]) { $0.name = "emoji 1" },
        Setting(key: "x", yaml: "[a.h5, 'b*.h5']", texts: ["a.h5", "b*.h5"]) { $0.x = ["a.h5", "b*.h5"] },
        Setting(key: "x", yaml: "one.h5", texts: ["one.h5"]) { $0.x = ["one.h5"] },
        Setting(key: "y", yaml: "[c.h5]", texts: ["c.h5"]) { $0.y = ["c.h5"] },
        Setting(key: "metrics", yaml: "[cka, mutual_knn]", texts: ["cka", "mutual_knn"]) {
            $0.metrics = [.cka, .mutualKNN]
        },
        Setting(key: "metrics", yaml: "unbiased_cka", texts: ["unbiased_cka"]) { $0.metrics = [.unbiasedCKA] },
        Setting(key: "metrics", yaml: "[cka, all, cka]", texts: ["cka", "all", "cka"]) {
            $0.metrics = [.cka, .mutualKNN, .unbiasedCKA]
        },
        Setting(key: "k", yaml: "[20, 5, 20]", texts: ["20", "5", "20"]) { $0.k = [5, 20] },
        Setting(key: "k", yaml: "7", texts: ["7"]) { $0.k = [7] },
        Setting(key: "layers", yaml: "all", texts: ["all"]) { $0.layers = .all },
        Setting(key: "layers", yaml: "last", texts: ["last"]) { $0.layers = .last },
        Setting(key: "layers", yaml: "[0, -1]", texts: ["0", "-1"]) { $0.layers = .indices([0, -1]) },
        Setting(key: "concatenate", yaml: "false", texts: ["false"]) { _ in },
        Setting(key: "variant", yaml: "exact", texts: ["exact"]) { _ in },
        Setting(key: "keep_tied", yaml: "true", texts: ["true"]) { $0.keepTied = true },
        Setting(key: "exclude_groups", yaml: "false", texts: ["false"]) { _ in },
        Setting(key: "samples", yaml: "same", texts: ["same"]) { _ in },
        Setting(key: "allow_dataset_mismatch", yaml: "true", texts: ["true"]) { $0.allowDatasetMismatch = true },
        Setting(key: "seed", yaml: "42", texts: ["42"]) { $0.seed = 42 },
        Setting(key: "name_from", yaml: "file", texts: ["file"]) { $0.nameFromFile = true },
        Setting(key: "prepare", yaml: "{clip: 0.5, clip_scope: model, normalize: none}", texts: []) {
            $0.clip = .quantile(0.5)
            $0.normalize = .none
        },
        Setting(key: "prepare", yaml: "{clip: none}", texts: []) { $0.clip = .none },
    ]

    private static func expected(_ setting: Setting) -> SweepSpec {
        var spec = SweepSpec()
        spec.x = ["base.h5"]
        setting.change(&spec)
        return spec
    }

    @Test(arguments: settings) func keyInAFile(_ setting: Setting) throws {
        let base = setting.key == "x" ? "" : "x: base.h5\n"
        #expect(try Self.read("\(base)\(setting.key): \(setting.yaml)\n") == Self.expected(setting))
    }

    @Test(arguments: settings.filter { !$0.texts.isEmpty }) func keyAsAFlag(_ setting: Setting) throws {
        #expect(try Self.read("x: base.h5\n", (setting.key, setting.texts)) == Self.expected(setting))
    }

    @Test(arguments: [
        ("clip", "0.25", SweepSpec.Clip.quantile(0.25)), ("clip", "1", .quantile(1)), ("clip", "none", .none),
    ])
    func clipAsAFlag(_ key: String, _ text: String, _ clip: SweepSpec.Clip) throws {
        #expect(try Self.read("x: a\n", (key, [text])).clip == clip)
    }

    @Test func flagsWinOverTheFile() throws {
        let yaml = """
            x: file.h5
            y: [f1, f2]
            metrics: [cka]
            k: [10, 20]
            prepare: {clip: 0.9, normalize: none}
            layers: last
            keep_tied: true
            allow_dataset_mismatch: true
            seed: 3
            name_from: file
            """
        let spec = try Self.read(
            yaml, ("x", ["flag.h5"]), ("y", ["g"]), ("metrics", ["unbiased_cka"]), ("k", ["3"]), ("clip", ["none"]),
            ("normalize", ["l2"]), ("layers", ["0"]), ("keep_tied", ["false"]), ("allow_dataset_mismatch", ["false"]),
            ("seed", ["0"]), ("name_from", ["model"]))
        var expected = SweepSpec()
        expected.x = ["flag.h5"]
        expected.y = ["g"]
        expected.metrics = [.unbiasedCKA]
        expected.k = [3]
        expected.clip = .none
        expected.layers = .indices([0])
        #expect(spec == expected)
    }

    @Test func flagsAlone() throws { #expect(try Self.read(nil, ("x", ["a", "b"])).x == ["a", "b"]) }

    @Test func defaults() throws {
        let spec = try Self.read("x: a\n")
        #expect(spec.y == nil)
        #expect(spec.metrics == [.mutualKNN])
        #expect(spec.k == [10])
        #expect(spec.clip == .quantile(0.95))
        #expect(spec.normalize == .l2)
        #expect(spec.layers == .all)
    }

    // MARK: Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        let yaml: String
        let what: String
        let place: String
        var advice = ""
        var testDescription: String { yaml }
    }

    @Test(arguments: [
        Refusal(
            yaml: "x: a\nmetric: [cka]\n", what: "unknown key 'metric'", place: "line 2, column 1", advice: "'metrics'"),
        Refusal(yaml: "x: a\nlayer: all\n", what: "unknown key 'layer'", place: "line 2, column 1", advice: "'layers'"),
        Refusal(yaml: "x: a\nfrobnicate: 1\n", what: "'frobnicate'", place: "line 2, column 1", advice: "known are"),
        Refusal(
            yaml: "x: a\nprepare: {clip: 1, normalise: l2}\n", what: "'normalise'", place: "line 2, column 20",
            advice: "'normalize'"),
        Refusal(yaml: "x: a\nprepare: {k: 3}\n", what: "unknown key of 'prepare' 'k'", place: "line 2, column 11"),
        Refusal(yaml: "x: a\nprepare: l2\n", what: "'prepare' is not a mapping", place: "line 2, column 10"),
        Refusal(yaml: "x: {a: b}\n", what: "'x' is a mapping", place: "line 1, column 4"),
        Refusal(yaml: "x: a\nname: [a, b]\n", what: "'name' is a list", place: "line 2, column 7"),
        Refusal(yaml: "x: a\nseed: many\n", what: "'many'", place: "line 2, column 7"),
        Refusal(yaml: "x: a\nseed: -1\n", what: "-1", place: "line 2, column 7"),
        Refusal(yaml: "x: a\nkeep_tied: yes\n", what: "'yes'", place: "line 2, column 12", advice: "true or false"),
        Refusal(yaml: "x: a\nk: 0\n", what: "'k' is 0", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: [5, -3]\n", what: "'k' is -3", place: "line 2, column 8"),
        Refusal(yaml: "x: a\nk: 2.5\n", what: "'2.5'", place: "line 2, column 4"),
        Refusal(
            yaml: "x: a\nk: 1:100\n", what: "the range '1:100'", place: "line 2, column 4", advice: "list the values"),
        Refusal(yaml: "x: a\nk: 99999999999999999999\n", what: "'99999999999999999999'", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: []\n", what: "'k' is empty", place: "line 2, column 4"),
        Refusal(
            yaml: "x: a\nmetrics: [cka, mutual_nn]\n", what: "unknown metric 'mutual_nn'", place: "line 2, column 16",
            advice: "'mutual_knn'"),
        Refusal(
            yaml: "x: a\nmetrics: [procrustes]\n", what: "'procrustes' is not available", place: "line 2, column 11",
            advice: "mutual_knn"),
        Refusal(yaml: "x: a\nmetrics: []\n", what: "'metrics' is empty", place: "line 2, column 10"),
        Refusal(yaml: "x: []\n", what: "'x' is empty", place: "line 1, column 4"),
        Refusal(yaml: "x: a\ny: []\n", what: "'y' is empty", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nlayers: []\n", what: "'layers' is empty", place: "line 2, column 9"),
        Refusal(yaml: "x: a\nlayers: first\n", what: "'first'", place: "line 2, column 9"),
        Refusal(yaml: "x: a\nlayers: [0, last]\n", what: "'last'", place: "line 2, column 13"),
        Refusal(yaml: "x: a\nprepare: {clip: 0}\n", what: "'clip' is '0'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: 1.01}\n", what: "'1.01'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: -0.5}\n", what: "'-0.5'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: nan}\n", what: "'nan'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: strong}\n", what: "'strong'", place: "line 2, column 17"),
        Refusal(
            yaml: "x: a\nprepare: {clip_scope: layer}\n", what: "'layer'", place: "line 2, column 23", advice: "model"),
        Refusal(yaml: "x: a\nprepare: {normalize: l1}\n", what: "'l1'", place: "line 2, column 22", advice: "l2, none"),
        Refusal(yaml: "x: a\nvariant: paper\n", what: "'paper'", place: "line 2, column 10", advice: "exact"),
        Refusal(yaml: "x: a\nsamples: intersect\n", what: "'intersect'", place: "line 2, column 10"),
        Refusal(yaml: "x: a\nconcatenate: true\n", what: "'true'", place: "line 2, column 14"),
        Refusal(yaml: "x: a\nsvcca: {dimensions: [10]}\n", what: "'svcca'", place: "line 2, column 8"),
        Refusal(yaml: "x: a\nname_from: path\n", what: "'path'", place: "line 2, column 12", advice: "model, file"),
    ])
    func refusals(_ refusal: Refusal) throws {
        let found = try #require(#expect(throws: Complaint.self) { _ = try Self.read(refusal.yaml) })
        #expect(found.kind == .request)
        #expect(found.what.contains(refusal.what), "\(found.what)")
        #expect(found.place == "s.yaml, \(refusal.place)")
        #expect(found.advice.contains(refusal.advice), "\(found.advice)")
    }

    @Test func refusedFlagsAreNamed() {
        let found = #expect(throws: Complaint.self) { _ = try Self.read("x: a\nk: 10\n", ("k", ["5", "0"])) }
        #expect(found?.place == "--k")
        #expect(found?.what == "'k' is 0")
    }

    @Test func noStores() {
        let found = #expect(throws: Complaint.self) { _ = try Self.read("name: a\n") }
        #expect(found?.what == "no feature stores are named")
        #expect(found?.place == "x")
    }
}
