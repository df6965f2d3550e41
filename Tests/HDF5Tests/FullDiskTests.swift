import Foundation
import Glibc
import Testing

@testable import HDF5

/// Whatever the write that meets the full disk, an error comes out of some call, at the latest out of `close()`.
struct FullDiskTests {
    private static let values = (0..<2000).map { Double($0) }

    /// Writes datasets of every storage, attributes and groups; about 150 kB.
    private static func writeEverything(_ path: String) throws(HDF5Error) {
        let file = try HDF5File.create(path)
        let root = try file.root()
        try root.setAttribute("text", to: String(repeating: "x", count: 3000))
        for index in 0..<4 {
            let group = try root.createGroup("group \(index)")
            try group.createDataset("plain", shape: [2000], values: values)
            try group.createDataset(
                "packed", shape: [2000], values: values,
                chunks: ChunkedStorage(shape: [100], deflate: 1, shuffle: true))
            try group.createDataset("text", shape: [200], strings: (0..<200).map { "string \($0)" })
        }
        try file.close()
    }

    private static func isWhole(_ path: String) throws(HDF5Error) -> Bool {
        let group = try HDF5File.open(path).root().group("group 3")
        let plain = try group.dataset("plain").readDoubles()
        let packed = try group.dataset("packed").readDoubles()
        let text = try group.dataset("text").readStrings()
        return plain == values && packed == values && text.last == "string 199"
    }

    @Test(.enabled(if: SystemCallFault.isAvailable))
    func everyPlaceWhereTheDiskCanEnd() throws {
        try withDirectory { directory in
            try Self.writeEverything(directory.file("whole.h5"))
            let size = try contents(directory.file("whole.h5")).count
            for end in stride(from: 0, to: size, by: size / 60) {
                let path = directory.file("\(end).h5")
                let error = try onThread {
                    #expect(SystemCallFault.install(SystemCallFault.pwrite, error: ENOSPC, fromOffset: UInt32(end)))
                    return failure { () throws(HDF5Error) in try Self.writeEverything(path) }
                }
                guard let error else {
                    let isWhole = try Self.isWhole(path)
                    #expect(isWhole, "no error with \(end) of \(size) bytes")
                    continue
                }
                #expect(error.code == .diskFull, "\(end) of \(size): \(error)")
                #expect(error.reason.hasSuffix("No space left on device"))
            }
            let whole = try Self.isWhole(directory.file("whole.h5"))
            #expect(whole, "failed files leave the library usable")
        }
    }

    @Test(.enabled(if: SystemCallFault.isAvailable)) func fileSizeLimit() throws {
        try withDirectory { directory in
            let error = try onThread {
                #expect(SystemCallFault.install(SystemCallFault.pwrite, error: EFBIG, fromOffset: 4096))
                return failure { () throws(HDF5Error) in try Self.writeEverything(directory.file("a.h5")) }
            }
            #expect(error?.code == .other)
            #expect(error?.description.hasSuffix("File too large") == true)
        }
    }

    @Test(.enabled(if: SystemCallFault.isAvailable)) func firstFailureSticks() throws {
        try withDirectory { directory in
            let codes = try onThread {
                let file = try HDF5File.create(directory.file("a.h5"))
                let root = try file.root()
                #expect(SystemCallFault.install(SystemCallFault.pwrite, error: ENOSPC, fromOffset: 256))
                let write = failure { () throws(HDF5Error) in
                    try root.createDataset("a", shape: [2000], values: Self.values)
                }
                let small = failure { () throws(HDF5Error) in try root.setAttribute("b", to: 1.0) }
                let flush = failure { () throws(HDF5Error) in try file.flush() }
                do throws(HDF5Error) {
                    try file.close()
                    return [write, small, flush, nil].map { $0?.code }
                } catch {
                    return [write, small, flush, error].map { $0?.code }
                }
            }
            #expect(codes == [.diskFull, .diskFull, .diskFull, .diskFull])
        }
    }

    private static func isEmpty(_ fileSystem: String) -> Bool {
        var space = statvfs()
        return statvfs(fileSystem, &space) == 0 && space.f_bfree == space.f_blocks
    }

    private static let mayMount =
        (try? withDirectory { directory in
            defer { umount2(directory.path, Int32(MNT_DETACH)) }
            return mount("none", directory.path, "tmpfs", 0, "size=16k") == 0
        }) ?? false

    @Test(.enabled(if: mayMount), arguments: [16, 64, 112])
    func smallFileSystem(_ kilobytes: Int) throws {
        try withDirectory { directory in
            try #require(mount("none", directory.path, "tmpfs", 0, "size=\(kilobytes)k") == 0)
            defer { umount2(directory.path, Int32(MNT_DETACH)) }
            let path = directory.file("a.h5")
            let error = failure { () throws(HDF5Error) in try Self.writeEverything(path) }
            #expect(error?.code == .diskFull)
            unlink(path)
            // A process that another test is starting shares every descriptor until it has become its program: milliseconds.
            let deadline = ContinuousClock.now + .seconds(10)
            while !Self.isEmpty(directory.path), ContinuousClock.now < deadline { usleep(1000) }
            #expect(Self.isEmpty(directory.path), "a failed file holds no space once removed")
            let small = failure { () throws(HDF5Error) in
                let file = try HDF5File.create(path)
                try file.root().setAttribute("fits", to: 1.0)
                try file.close()
            }
            #expect(small == nil)
        }
    }
}
