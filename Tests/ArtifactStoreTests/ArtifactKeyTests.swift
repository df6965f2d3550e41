import Testing

@testable import ArtifactStore

struct ArtifactKeyTests {
    @Test func nameIsAFileName() {
        let name = key(1).name
        #expect(name.utf8.count == 32)
        #expect(name.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        #expect(name == key(1).name)
    }

    @Test func everyPartMatters() {
        let keys = [
            ArtifactKey(kind: "gram", parts: [("clip", "1"), ("n", "2")]),
            ArtifactKey(kind: "neighbours", parts: [("clip", "1"), ("n", "2")]),
            ArtifactKey(kind: "gram", parts: [("clip", "2"), ("n", "2")]),
            ArtifactKey(kind: "gram", parts: [("clap", "1"), ("n", "2")]),
            ArtifactKey(kind: "gram", parts: [("n", "2"), ("clip", "1")]),
            ArtifactKey(kind: "gram", parts: [("clip", "1")]),
        ]
        #expect(Set(keys.map(\.name)).count == keys.count)
        #expect(keys[0].text == "kind=gram\nclip=1\nn=2")
    }
}
