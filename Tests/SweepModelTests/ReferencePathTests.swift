import Testing

@testable import SweepModel

struct ReferencePathTests {
    @Test func aPathNamesAModelOfAFile() throws {
        let path = try #require(ReferencePath("/some where/prh.references#0042"))
        #expect(path.file == "/some where/prh.references" && path.position == 42)
        #expect(path.text == "/some where/prh.references#0042")
        #expect(ReferencePath(file: "/a.references", position: 9999).text == "/a.references#9999")
    }

    @Test(arguments: [
        "/a.h5", "/a.references", "/a.h5#0001", "/a.references#1", "/a.references#00001", "/a.references#+001",
        "/a.references#٠٠٠١", "#0001", "", "/a.references#0001.h5",
    ])
    func otherPathsDoNot(_ path: String) {
        #expect(ReferencePath(path) == nil)
    }

    /// Stores are in the order of their paths, and so are models of one file.
    @Test func pathsAreInTheOrderOfPositions() {
        let paths = [0, 7, 10, 99, 100, 9999].map { ReferencePath(file: "/a.references", position: $0).text }
        #expect(paths == paths.sorted())
    }
}
