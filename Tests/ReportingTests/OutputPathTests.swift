import Foundation
import SweepModel
import SweepTestSupport
import Testing

struct OutputPathTests {
    private let folder: TemporaryFolder
    private let real: String

    init() throws {
        folder = try TemporaryFolder()
        real = URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path
    }

    private func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: destination)
    }

    @Test func linksAreWrittenThrough() throws {
        try FileManager.default.createDirectory(atPath: folder.file("there"), withIntermediateDirectories: true)
        try link("folder", to: "there")
        try link("absolute", to: folder.file("folder/r.h5"))
        try link("relative", to: "absolute")
        #expect(try OutputPath.target(of: folder.file("r.h5")) == real + "/r.h5")
        // The link leads to nothing yet: that is what is made.
        #expect(try OutputPath.target(of: folder.file("relative")) == real + "/there/r.h5")
        #expect(try OutputPath.target(of: folder.file("folder/../x")) == real + "/x")
    }

    @Test func loopsAndMissingFoldersLeadNowhere() throws {
        try link("a", to: "b")
        try link("b", to: "a")
        try link("astray", to: "nowhere/r.h5")
        #expect { try OutputPath.target(of: folder.file("a")) } throws: {
            if case OutputPath.Failure.loop = $0 { true } else { false }
        }
        for name in ["astray", "nowhere/r.h5"] {
            #expect { try OutputPath.target(of: folder.file(name)) } throws: {
                if case OutputPath.Failure.noFolder = $0 { true } else { false }
            }
        }
    }

    @Test(arguments: ["", "folder/", ".", ".."]) func whatNamesNoFile(path: String) {
        #expect { try OutputPath.target(of: path) } throws: {
            if case OutputPath.Failure.noName = $0 { true } else { false }
        }
    }
}
