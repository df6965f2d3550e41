import CHDF5
import Foundation
import Glibc
import Synchronization
import Testing

@testable import HDF5

struct HDF5FileTests {
    private func writeSample(_ path: String) throws(HDF5Error) {
        let file = try HDF5File.create(path)
        let root = try file.root()
        try root.setAttribute("format", to: "sample")
        let layers = try root.createGroup("layers")
        try layers.createDataset("0", shape: [40, 30], values: (0..<1200).map { Double($0) })
        try layers.createDataset("1", shape: [100], strings: (0..<100).map { "sample \($0)" })
        try file.close()
    }

    @Test func missingFile() throws {
        try withDirectory { directory in
            let path = directory.file("absent.h5")
            let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(path) }
            #expect(error?.code == .notFound)
            #expect(error?.path == path)
            #expect(error?.reason == "unable to open file: No such file or directory")
            #expect(error?.stack.map(\.function) == ["open"])
        }
    }

    @Test(arguments: [Data(), Data("name,value\n".utf8), Data(repeating: 0, count: 5000)])
    func notHDF5(_ bytes: Data) throws {
        try withDirectory { directory in
            let path = directory.file("text.h5")
            try bytes.write(to: URL(fileURLWithPath: path))
            let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(path) }
            #expect(error?.code == .notHDF5)
            #expect(error?.description.hasSuffix("not an HDF5 file") == true)
        }
    }

    @Test func directoryIsNoFile() throws {
        try withDirectory { directory in
            let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(directory.path) }
            #expect(error != nil)
        }
    }

    @Test(arguments: [true, false]) func cutAnywhereIsTruncated(inOurFormat: Bool) throws {
        try withDirectory { directory in
            let path = directory.file("whole.h5")
            if inOurFormat {
                try writeSample(path)
            } else {
                ForeignFile.write(path) {
                    let (stored, memory) = (Stored.float64, Native.double)
                    let values = [Double](repeating: 1, count: 2000)
                    ForeignFile.dataset($0, "a", shape: [2000], stored: stored, memory: memory, values)
                }
            }
            let whole = try contents(path)
            let cut = directory.file("cut.h5")
            let lengths = Array(8..<120) + Array(stride(from: 120, to: whole.count, by: 997)) + [whole.count - 1]
            for length in lengths {
                try whole.prefix(length).write(to: URL(fileURLWithPath: cut))
                let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(cut) }
                #expect(error?.code == .truncated, "\(length) of \(whole.count) bytes: \(String(describing: error))")
            }
        }
    }

    @Test func unreadable() throws {
        try withDirectory { directory in
            let path = directory.file("secret.h5")
            try writeSample(path)
            chmod(path, 0)
            let error = try onThread {
                // The administrator may read anything, but not with the file system identity of somebody else.
                if geteuid() == 0 { try #require(setFileSystemUser(65534)) }
                return failure { () throws(HDF5Error) in _ = try HDF5File.open(path) }
            }
            #expect(error?.code == .permissionDenied)
            #expect(error?.reason == "unable to open file: Permission denied")
        }
    }

    /// Changes whom the kernel takes this thread for when it opens files.
    private func setFileSystemUser(_ user: uid_t) -> Bool {
        guard let symbol = dlsym(nil, "setfsuid") else { return false }
        _ = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)(user)
        return true
    }

    @Test func lockedByAWriter() throws {
        try withDirectory { directory in
            let path = directory.file("busy.h5")
            try writeSample(path)
            let descriptor = Glibc.open(path, O_RDWR)
            defer { Glibc.close(descriptor) }
            #expect(flock(descriptor, LOCK_EX) == 0)
            let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(path) }
            #expect(error?.code == .locked)
            #expect(flock(descriptor, LOCK_UN) == 0)
            let file = try HDF5File.open(path)
            let lockingIgnored = file.lockingIgnored
            #expect(!lockingIgnored)
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == -1, "an open file holds a shared lock")
        }
    }

    /// A child has all descriptors of its parent until its own program begins, and with them the locks of files that are closed meanwhile.
    @Test func childrenThatBeginDelayNobodyForGood() throws {
        try withDirectory { directory in
            let isOver = Mutex(false)
            let problems = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { thread in
                if thread == 0 {
                    while !isOver.withLock({ $0 }) {
                        var process: pid_t = 0
                        var words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
                        defer { free(words[0]) }
                        if posix_spawn(&process, "/bin/true", nil, nil, &words, nil) == 0 { waitpid(process, nil, 0) }
                    }
                    return
                }
                for round in 0..<200 {
                    do throws(HDF5Error) {
                        let path = directory.file("\(round).h5")
                        try HDF5File.create(path).close()
                        try HDF5File.update(path).close()
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                }
                isOver.withLock { $0 = true }
            }
            #expect(problems.withLock { $0 } == [])
        }
    }

    @Test func descriptorStaysOutOfChildren() throws {
        try withDirectory { directory in
            let path = directory.file("file.h5")
            try writeSample(path)
            let file = try HDF5File.open(path)
            let held = (3..<256).filter { descriptor in
                let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
                return link.map { $0.hasSuffix(directory.file("file.h5")) } ?? false
            }
            #expect(held.count == 1)
            for descriptor in held { #expect(fcntl(Int32(descriptor), F_GETFD) & FD_CLOEXEC != 0) }
            _ = consume file
        }
    }

    @Test(.enabled(if: SystemCallFault.isAvailable), arguments: [ENOSYS, EOPNOTSUPP, ENOLCK])
    func fileSystemWithoutLocks(_ code: Int32) throws {
        try withDirectory { directory in
            let flags = try onThread {
                #expect(SystemCallFault.install(SystemCallFault.flock, error: code))
                let written = try HDF5File.create(directory.file("a.h5"))
                let whenWritten = written.lockingIgnored
                try written.root().setAttribute("a", to: 1.5)
                try written.close()
                let read = try HDF5File.open(directory.file("a.h5"))
                let value = try read.root().attribute("a")
                #expect(value == .float64(1.5))
                return [whenWritten, read.lockingIgnored]
            }
            #expect(flags == [true, true])
        }
    }

    @Test func createRefusesAnExistingFile() throws {
        try withDirectory { directory in
            let path = directory.file("a.h5")
            try writeSample(path)
            let before = try contents(path)
            let error = failure { () throws(HDF5Error) in _ = try HDF5File.create(path) }
            #expect(error?.code == .alreadyExists)
            #expect(try contents(path) == before)
            let elsewhere = directory.file("no/such/directory.h5")
            let missing = failure { () throws(HDF5Error) in _ = try HDF5File.create(elsewhere) }
            #expect(missing?.code == .notFound)
        }
    }

    @Test func handlesOutliveTheFileTheyWereReadFrom() throws {
        func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
            try HDF5File.open(path).root().dataset("layers/0")
        }
        try withDirectory { directory in
            try writeSample(directory.file("a.h5"))
            let layer = try dataset(directory.file("a.h5"))
            let row = try layer.rows(39..<40, of: 0.0)
            #expect(row.last == 1199)
        }
    }

    @Test func closingAFileTakesItsHandlesAlong() throws {
        try withDirectory { directory in
            let file = try HDF5File.create(directory.file("a.h5"))
            let root = try file.root()
            try file.close()
            let error = failure { () throws(HDF5Error) in try root.setAttribute("late", to: 1.0) }
            #expect(error != nil)
            let descriptor = Glibc.open(directory.file("a.h5"), O_RDWR)
            defer { Glibc.close(descriptor) }
            // A process that another test starts meanwhile has a copy of each descriptor until it becomes its program.
            let isFree = (0..<500).contains { _ in
                if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
                usleep(10_000)
                return false
            }
            #expect(isFree, "nothing holds the lock")
        }
    }

    @Test func sameDataGivesSameBytes() throws {
        try withDirectory { directory in
            func write(_ name: String) throws(HDF5Error) {
                try writeSample(directory.file(name))
            }
            try write("a.h5")
            // The format keeps times in whole seconds.
            var now = time(nil)
            let start = now
            while now == start {
                usleep(20_000)
                now = time(nil)
            }
            try write("b.h5")
            #expect(try contents(directory.file("a.h5")) == contents(directory.file("b.h5")))
        }
    }
}
