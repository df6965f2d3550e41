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
            $0.metrics = [
                .cka, .mutualKNN, .unbiasedCKA, .svcca, .cknna, .cycleKNN, .lcsKNN, .editDistanceKNN, .jaccardKNN, .rsa,
                .distanceCorrelation, .ckaRBF,
            ]
        },
        Setting(key: "k", yaml: "[20, 5, 20]", texts: ["20", "5", "20"]) { $0.k = [5, 20] },
        Setting(key: "metrics", yaml: "[all, procrustes]", texts: ["all", "procrustes"]) {
            $0.metrics = MetricKind.allCases
        },
        Setting(key: "k", yaml: "7", texts: ["7"]) { $0.k = [7] },
        Setting(key: "k", yaml: "1:100", texts: ["1:100"]) { ($0.k, $0.kRanges) = ([], [1...100]) },
        Setting(key: "k", yaml: "[30, '7:7', 5]", texts: ["30", "7:7", "5"]) {
            ($0.k, $0.kRanges) = ([5, 30], [7...7])
        },
        Setting(key: "k", yaml: "['20:30', '1:3']", texts: ["20:30", "1:3"]) {
            ($0.k, $0.kRanges) = ([], [1...3, 20...30])
        },
        Setting(key: "k", yaml: "['5:9', '1:4', '8:12', '2:3']", texts: ["5:9", "1:4", "8:12", "2:3"]) {
            ($0.k, $0.kRanges) = ([], [1...12])
        },
        Setting(key: "k", yaml: "['1:20', '3:4', '22:23']", texts: ["1:20", "3:4", "22:23"]) {
            ($0.k, $0.kRanges) = ([], [1...20, 22...23])
        },
        Setting(key: "svcca", yaml: "{dimensions: [20, 5, 20]}", texts: []) { $0.svccaDimensions = [5, 20] },
        Setting(key: "svcca", yaml: "{dimensions: 1000}", texts: []) { $0.svccaDimensions = [1000] },
        Setting(key: "cka_rbf", yaml: "{bandwidth: [2, 0.5, 2.0]}", texts: []) { $0.rbfBandwidths = [0.5, 2] },
        Setting(key: "concatenate", yaml: "true", texts: ["true"]) { $0.concatenate = true },
        Setting(key: "variant", yaml: "reference", texts: ["reference"]) { $0.variant = .reference },
        Setting(key: "variant", yaml: "paper", texts: ["paper"]) { $0.variant = .paper },
        Setting(key: "exclude_groups", yaml: "true", texts: ["true"]) { $0.excludeGroups = true },
        Setting(key: "samples", yaml: "intersect", texts: ["intersect"]) { $0.samples = .intersect },
        Setting(key: "prepare", yaml: "{clip_scope: layer}", texts: []) { $0.clipScope = .layer },
        Setting(key: "prepare", yaml: "{clip_scope: sample_mean}", texts: []) { $0.clipScope = .sampleMean },
        Setting(key: "layers", yaml: "all", texts: ["all"]) { $0.layers = .all },
        Setting(key: "layers", yaml: "last", texts: ["last"]) { $0.layers = .last },
        Setting(key: "layers", yaml: "[0, -1]", texts: ["0", "-1"]) { $0.layers = .indices([0, -1]) },
        Setting(key: "layers", yaml: "1", texts: ["1"]) { $0.layers = .indices([1]) },
        Setting(key: "layers", yaml: "1.0", texts: ["1.0"]) { $0.layers = .depths([1]) },
        Setting(key: "layers", yaml: "[0.0, 0.5, 1e0]", texts: ["-0.0", ".5", "1.0"]) {
            $0.layers = .depths([0, 0.5, 1])
        },
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

    @Test func nestedKeysAsFlags() throws {
        let spec = try Self.read(
            "x: a\n", ("svcca_dimensions", ["7", "3"]), ("cka_rbf_bandwidth", ["0.25"]), ("clip_scope", ["layer"]),
            ("normalize", ["none"]))
        var expected = SweepSpec()
        expected.x = ["a"]
        expected.svccaDimensions = [3, 7]
        expected.rbfBandwidths = [0.25]
        expected.clipScope = .layer
        expected.normalize = .none
        #expect(spec == expected)
    }

    /// A single k in a range is wanted as a matrix, too.
    @Test func aSingleKInsideARangeStays() throws {
        let spec = try Self.read("x: a\nk: ['1:20', 10]\n")
        #expect(spec.k == [10] && spec.kRanges == [1...20])
    }

    @Test func singleKsOfAFlagReplaceRangesOfTheFile() throws {
        let spec = try Self.read("x: a\nk: ['1:20', 10]\n", ("k", ["3"]))
        #expect(spec.k == [3] && spec.kRanges == [])
    }

    @Test func rangesUpToTheLargestNumber() throws {
        let spec = try Self.read(
            "x: a\nk: ['1:9223372036854775807', '2:3', '9223372036854775807:9223372036854775807']\n")
        #expect(spec.kRanges == [1...Int.max])
    }

    @Test func flagsWinOverTheFile() throws {
        let yaml = """
            x: file.h5
            y: [f1, f2]
            metrics: [cka]
            k: [10, 20]
            prepare: {clip: 0.9, clip_scope: layer, normalize: none}
            svcca: {dimensions: [3]}
            cka_rbf: {bandwidth: 2}
            concatenate: true
            variant: paper
            exclude_groups: true
            samples: intersect
            layers: last
            keep_tied: true
            allow_dataset_mismatch: true
            seed: 3
            name_from: file
            """
        let spec = try Self.read(
            yaml, ("x", ["flag.h5"]), ("y", ["g"]), ("metrics", ["unbiased_cka"]), ("k", ["3"]), ("clip", ["none"]),
            ("normalize", ["l2"]), ("layers", ["0"]), ("keep_tied", ["false"]), ("allow_dataset_mismatch", ["false"]),
            ("seed", ["0"]), ("name_from", ["model"]), ("clip_scope", ["model"]), ("svcca_dimensions", ["10"]),
            ("cka_rbf_bandwidth", ["1"]), ("concatenate", ["false"]), ("variant", ["exact"]),
            ("exclude_groups", ["false"]), ("samples", ["same"]))
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
        Refusal(yaml: "x: a\nk: 5:3\n", what: "'5:3', which is no range", place: "line 2, column 4", advice: "1:100"),
        Refusal(yaml: "x: a\nk: [1, ':']\n", what: "':', which is no range", place: "line 2, column 8"),
        Refusal(yaml: "x: a\nk: '1:'\n", what: "'1:', which is no range", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: ':3'\n", what: "':3', which is no range", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: 1:2:3\n", what: "'1:2:3', which is no range", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: a:b\n", what: "'a:b', which is no range", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: '1: 4'\n", what: "'1: 4', which is no range", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: [3, 0:4]\n", what: "'k' is 0", place: "line 2, column 8"),
        Refusal(yaml: "x: a\nk: -2:4\n", what: "'k' is -2", place: "line 2, column 4"),
        Refusal(
            yaml: "x: a\nk: 1:99999999999999999999\n", what: "which is no range", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: 99999999999999999999\n", what: "'99999999999999999999'", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nk: []\n", what: "'k' is empty", place: "line 2, column 4"),
        Refusal(
            yaml: "x: a\nmetrics: [cka, mutual_nn]\n", what: "unknown metric 'mutual_nn'", place: "line 2, column 16",
            advice: "'mutual_knn'"),
        Refusal(
            yaml: "x: a\nmetrics: [al]\n", what: "unknown metric 'al'", place: "line 2, column 11"),
        Refusal(yaml: "x: a\nmetrics: []\n", what: "'metrics' is empty", place: "line 2, column 10"),
        Refusal(yaml: "x: []\n", what: "'x' is empty", place: "line 1, column 4"),
        Refusal(yaml: "x: a\ny: []\n", what: "'y' is empty", place: "line 2, column 4"),
        Refusal(yaml: "x: a\nlayers: []\n", what: "'layers' is empty", place: "line 2, column 9"),
        Refusal(yaml: "x: a\nlayers: first\n", what: "'first'", place: "line 2, column 9"),
        Refusal(
            yaml: "x: a\nlayers: [0, last]\n", what: "'last'", place: "line 2, column 13",
            advice: "write -1 for the last layer"),
        Refusal(
            yaml: "x: a\nlayers: [0, 0.5, 1]\n", what: "mixes indices (0) with relative depths (0.5)",
            place: "line 2, column 9",
            advice: "0.0, 0.5 and 1.0"),
        Refusal(yaml: "x: a\nlayers: [0.5, 1.5]\n", what: "has 1.5", place: "line 2, column 15", advice: "1.0"),
        Refusal(yaml: "x: a\nlayers: -0.5\n", what: "has -0.5", place: "line 2, column 9"),
        Refusal(yaml: "x: a\nlayers: nan\n", what: "'nan'", place: "line 2, column 9"),
        Refusal(yaml: "x: a\nlayers: 50%\n", what: "'50%'", place: "line 2, column 9", advice: "0.5"),
        Refusal(yaml: "x: a\nprepare: {clip: 0}\n", what: "'clip' is '0'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: 1.01}\n", what: "'1.01'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: -0.5}\n", what: "'-0.5'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: nan}\n", what: "'nan'", place: "line 2, column 17"),
        Refusal(yaml: "x: a\nprepare: {clip: strong}\n", what: "'strong'", place: "line 2, column 17"),
        Refusal(
            yaml: "x: a\nprepare: {clip_scope: layers}\n", what: "'layers'", place: "line 2, column 23",
            advice: "model, layer, sample_mean"),
        Refusal(yaml: "x: a\nprepare: {normalize: l1}\n", what: "'l1'", place: "line 2, column 22", advice: "l2, none"),
        Refusal(
            yaml: "x: a\nvariant: released\n", what: "'released'", place: "line 2, column 10",
            advice: "exact, reference, paper"),
        Refusal(
            yaml: "x: a\nsamples: union\n", what: "'union'", place: "line 2, column 10", advice: "same, intersect"),
        Refusal(yaml: "x: a\nconcatenate: yes\n", what: "'yes'", place: "line 2, column 14", advice: "true or false"),
        Refusal(yaml: "x: a\nexclude_groups: 1\n", what: "'1'", place: "line 2, column 17", advice: "true or false"),
        Refusal(
            yaml: "x: a\nsvcca: {dimension: [10]}\n", what: "unknown key of 'svcca' 'dimension'",
            place: "line 2, column 9", advice: "did you mean 'dimensions'?"),
        Refusal(
            yaml: "x: a\ncka_rbf: {bandwith: [1]}\n", what: "unknown key of 'cka_rbf' 'bandwith'",
            place: "line 2, column 11", advice: "did you mean 'bandwidth'?"),
        Refusal(
            yaml: "x: a\nprepare: {clip_scop: layer}\n", what: "unknown key of 'prepare' 'clip_scop'",
            place: "line 2, column 11", advice: "did you mean 'clip_scope'?"),
        Refusal(yaml: "x: a\nsvcca: [10]\n", what: "'svcca' is not a mapping", place: "line 2, column 8"),
        Refusal(
            yaml: "x: a\nsvcca: 10\n", what: "'svcca' is not a mapping", place: "line 2, column 8",
            advice: "svcca: {dimensions: [10]}"),
        Refusal(
            yaml: "x: a\ncka_rbf: 2\n", what: "'cka_rbf' is not a mapping", place: "line 2, column 10",
            advice: "cka_rbf: {bandwidth: [1.0]}"),
        Refusal(
            yaml: "x: a\nsvcca: {dimensions: [5, 0]}\n", what: "'dimensions' is 0", place: "line 2, column 25"),
        Refusal(yaml: "x: a\nsvcca: {dimensions: 1001}\n", what: "'dimensions' is 1001", place: "line 2, column 21"),
        Refusal(yaml: "x: a\nsvcca: {dimensions: 2.5}\n", what: "'2.5'", place: "line 2, column 21"),
        Refusal(yaml: "x: a\nsvcca: {dimensions: []}\n", what: "'dimensions' is empty", place: "line 2, column 21"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: [1, 0]}\n", what: "'bandwidth' is '0'", place: "line 2, column 26"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: -1}\n", what: "'-1'", place: "line 2, column 22"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: inf}\n", what: "'inf'", place: "line 2, column 22"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: nan}\n", what: "'nan'", place: "line 2, column 22"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: wide}\n", what: "'wide'", place: "line 2, column 22"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: 1e300}\n", what: "'1e300'", place: "line 2, column 22"),
        Refusal(
            yaml: "x: a\ncka_rbf: {bandwidth: 1e-300}\n", what: "'1e-300'", place: "line 2, column 22",
            advice: "from 1e-100 to 1e100"),
        Refusal(yaml: "x: a\ncka_rbf: {bandwidth: []}\n", what: "'bandwidth' is empty", place: "line 2, column 22"),
        Refusal(yaml: "x: a\nclip: 0.9\n", what: "unknown key 'clip'", place: "line 2, column 1"),
        Refusal(yaml: "x: a\nsvcca_dimensions: 3\n", what: "unknown key 'svcca_dimensions'", place: "line 2, column 1"),
        Refusal(yaml: "x: a\nk: {first: 1}\n", what: "'k' is a mapping", place: "line 2, column 4"),
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
