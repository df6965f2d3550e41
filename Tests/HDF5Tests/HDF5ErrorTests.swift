import Foundation
import Glibc
import Testing

@testable import HDF5

struct HDF5ErrorTests {
    private func error(_ code: HDF5Error.Code, _ messages: [String]) -> HDF5Error {
        let stack = messages.map { HDF5Error.StackFrame(function: "H5F", message: $0) }
        return HDF5Error(code: code, operation: "write the file", path: "a.h5", stack: stack)
    }

    @Test func reasonIsTheSystemsWordWhereverItStands() {
        let write = """
            file write failed: time = Mon Nov 23 20:59:52 2026, filename = 'a.h5', file descriptor = 3, errno = 28, \
            error message = 'No space left on device', buf = 0x55664bd10318, total write size = 1988
            """
        let lock = "unable to lock file, errno = 11, error message = 'Resource temporarily unavailable'"
        let stack = ["outer", write, "flush again"]
        #expect(error(.diskFull, stack).reason == "file write failed: No space left on device")
        #expect(error(.locked, [lock]).reason == "unable to lock file: Resource temporarily unavailable")
        #expect(error(.other, ["outer", "inner"]).reason == "inner")
        #expect(error(.other, []).reason == "libhdf5 gave no reason")
    }

    @Test func descriptionNamesOperationFileAndReason() {
        #expect(error(.other, ["inner"]).description == "cannot write the file (a.h5): inner")
        #expect(error(.locked, ["x"]).description == "cannot write the file (a.h5): locked by another process")
    }

    @Test func stackIsCapturedAtTheFailingCall() throws {
        try withDirectory { directory in
            let path = directory.file("text.h5")
            try Data("text".utf8).write(to: URL(fileURLWithPath: path))
            let first = failure { () throws(HDF5Error) in _ = try HDF5File.open(path) }
            _ = failure { () throws(HDF5Error) in _ = try HDF5File.open(directory.file("absent.h5")) }
            let stack = try #require(first?.stack)
            #expect(stack.count > 1)
            #expect(stack.first?.function == "H5Fopen")
            #expect(stack.last?.message == "file signature not found")
            #expect(first?.description.contains("\n") == false)
        }
    }
}
