import Testing

@testable import SweepModel

@Suite("Settings without effect")
struct UnusedSettingsTests {
    private func unused(_ flags: [(String, [String])], file: String? = nil) throws -> [String] {
        let document = try file.map { try SpecDocument.parse($0, file: "s.yaml") }
        let entries = (flags + [("x", ["a.h5"])]).map { (key: $0.0, entry: SpecEntry.flag($0.0, $0.1)) }
        let spec = try SpecReader.read(document: document, flags: entries)
        return SpecReader.unused(in: spec, document: document, flags: entries)
    }

    @Test func whatIsUsedIsNotSaid() throws {
        #expect(
            try unused([("metrics", ["all"]), ("k", ["5"]), ("svcca_dimensions", ["3"]), ("cka_rbf_bandwidth", ["2"])])
                .isEmpty)
        #expect(try unused([("metrics", ["cka"]), ("clip_scope", ["layer"])]).isEmpty)
        #expect(try unused([("metrics", ["cka"]), ("variant", ["reference"])]).isEmpty)
        #expect(try unused([("metrics", ["cknna", "cka"]), ("variant", ["paper"])]).isEmpty)
        #expect(try unused([], file: "metrics: [cka]\nkeep_tied: false\n").isEmpty)
    }

    @Test(arguments: [
        ("k", "2000", "cka has no neighbours"), ("svcca_dimensions", "3", "svcca is not among the metrics (cka)"),
        ("cka_rbf_bandwidth", "2", "cka_rbf is not among"), ("keep_tied", "true", "no neighbours"),
        ("exclude_groups", "true", "no neighbours"), ("variant", "paper", "no variant 'paper'"),
    ])
    func whatBelongsToOtherMetricsIsSaid(key: String, value: String, why: String) throws {
        let found = try unused([("metrics", ["cka"]), (key, [value])])
        #expect(found.count == 1 && found[0].hasPrefix("--\(key) is not used: ") && found[0].contains(why), "\(found)")
    }

    @Test func aFileSaysWhere() throws {
        let found = try unused(
            [], file: "metrics: [rsa]\nk: [5]\nsvcca: {dimensions: [3]}\nprepare: {clip: none, clip_scope: layer}\n")
        #expect(
            found == [
                "'k' (s.yaml, line 2, column 1) is not used: rsa has no neighbours",
                "'svcca' (s.yaml, line 3, column 1) is not used: svcca is not among the metrics (rsa)",
                "'clip_scope' (s.yaml, line 4, column 23) is not used: nothing is clipped",
            ])
    }
}
