import Testing

@testable import SweepModel

struct SpecDocumentTests {
    private func complaint(_ yaml: String) -> Complaint? {
        #expect(throws: Complaint.self) { _ = try SpecDocument.parse(yaml, file: "spec.yaml") }
    }

    @Test func entriesKnowTheirPlaces() throws {
        let document = try SpecDocument.parse("name: emoji\nprepare:\n  clip: 0.9\nk: [10,\n    20]\n", file: "s.yaml")
        guard case .mapping(let pairs) = document.value else {
            Issue.record("a mapping was expected")
            return
        }
        #expect(pairs.map(\.key) == ["name", "prepare", "k"])
        #expect(
            pairs.map(\.keyPlace) == [
                "s.yaml, line 1, column 1", "s.yaml, line 2, column 1", "s.yaml, line 4, column 1",
            ])
        #expect(pairs[0].entry.place == "s.yaml, line 1, column 7")
        guard case .mapping(let prepare) = pairs[1].entry.value, case .sequence(let counts) = pairs[2].entry.value
        else {
            Issue.record("a mapping and a sequence were expected")
            return
        }
        #expect(prepare.map(\.keyPlace) == ["s.yaml, line 3, column 3"])
        #expect(counts.map(\.place) == ["s.yaml, line 4, column 5", "s.yaml, line 5, column 5"])
    }

    @Test(arguments: ["", "# only a comment\n", "[a, b]", "just text", "- x\n- y\n"])
    func documentsThatAreNoMapping(_ yaml: String) {
        let found = complaint(yaml)
        #expect(found?.what == "the specification is not a mapping of keys to values")
        #expect(found?.place == "spec.yaml")
        #expect(found?.kind == .request)
    }

    @Test(arguments: [
        ("x: [a.h5\nname: b\n", "line 2"), ("x: 'a.h5\n", "line 2"), ("x: a: b\n", "line 1"), ("\tx: a\n", "line 1"),
        ("x: a\n y: b\n", "line 2"),
    ])
    func brokenYAML(_ yaml: String, _ line: String) {
        let found = complaint(yaml)
        #expect(found?.what.hasPrefix("the specification is not valid YAML: ") == true)
        #expect(found?.place.hasPrefix("spec.yaml, \(line), column ") == true, "\(found?.place ?? "")")
        #expect(found?.what.contains("\n") == false)
    }

    @Test func keysThatOccurTwice() {
        let found = complaint("x: a.h5\nk: 10\nx: b.h5\n")
        #expect(found?.what.contains("'x' occurs twice") == true, "\(found?.what ?? "")")
        #expect(found?.place.hasPrefix("spec.yaml") == true)
        #expect(complaint("x: a.h5\nprepare: {clip: 1, clip: none}\n")?.what.contains("'clip' occurs twice") == true)
    }

    @Test func keysThatAreNotWords() {
        let found = complaint("x: a.h5\n[a, b]: c\n")
        #expect(found?.what == "a key is not a plain word")
        #expect(found?.place == "spec.yaml, line 2, column 1")
    }

    @Test(arguments: [
        "x: &stores [a.h5]\ny: *stores\n", "x: [&a a.h5, *a]\n", "prepare: &p {clip: 1}\nother: *p\n",
        "x: &a a.h5\ny: &a b.h5\nname: *a\n",
    ])
    func aliases(_ yaml: String) {
        let found = complaint(yaml)
        #expect(found?.what.contains("alias") == true)
        #expect(found?.place.hasPrefix("spec.yaml, line 1, column ") == true)
    }

    @Test(.timeLimit(.minutes(1))) func aliasesThatMultiplyAreRefusedAtOnce() {
        var yaml = "a0: &a0 [x, x]\n"
        for level in 1...60 { yaml += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(complaint(yaml)?.what.contains("alias") == true)
    }

    @Test func secondDocument() { #expect(complaint("x: a.h5\n---\nx: b.h5\n") != nil) }
}
