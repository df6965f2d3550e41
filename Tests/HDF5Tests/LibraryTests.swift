import Foundation
import Glibc
import Synchronization
import Testing

@testable import HDF5

struct LibraryTests {
    /// Threads that share a handle, and use files of their own besides, see their own data and their own errors.
    @Test func concurrentUse() throws {
        try withDirectory { directory in
            let shared = directory.file("shared.h5")
            let other = directory.file("other.txt")
            try Data("no HDF5\n".utf8).write(to: URL(fileURLWithPath: other))
            let values = (0..<5000).map { Double($0) }
            let created = try HDF5File.create(shared)
            try created.root().createDataset(
                "a", shape: [100, 50], values: values, chunks: ChunkedStorage(shape: [7, 50], deflate: 1))
            try created.close()
            let dataset = try HDF5File.open(shared).root().dataset("a")
            let wrong = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                for round in 0..<40 {
                    do throws(HDF5Error) {
                        let row = (round * 7 + thread) % 99
                        let rows = try dataset.rows(row..<row + 2, of: 0.0)
                        if rows != Array(values[row * 50..<(row + 2) * 50]) {
                            wrong.withLock { $0.append("row \(row)") }
                        }
                        let path = directory.file("\(thread)-\(round).h5")
                        let file = try HDF5File.create(path)
                        try file.root().setAttribute("thread", to: Int64(thread))
                        try file.close()
                        let value = try HDF5File.open(path).root().attribute("thread")
                        if value != .int64(Int64(thread)) { wrong.withLock { $0.append("attribute") } }
                    } catch {
                        wrong.withLock { $0.append("\(error)") }
                    }
                    let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(other) }
                    if error?.code != .notHDF5 || error?.stack.first?.function != "H5Fopen" {
                        wrong.withLock { $0.append("error \(String(describing: error))") }
                    }
                }
            }
            let problems = wrong.withLock { $0 }
            #expect(problems.isEmpty)
        }
    }

    /// libhdf5 prints its error stack by default, once per thread that does not say otherwise.
    @Test func nothingIsPrinted() throws {
        try withDirectory { directory in
            let path = directory.file("stderr")
            let saved = dup(STDERR_FILENO)
            let capture = open(path, O_WRONLY | O_CREAT, 0o600)
            dup2(capture, STDERR_FILENO)
            defer { close(saved) }
            let other = directory.file("other.txt")
            try Data("no HDF5\n".utf8).write(to: URL(fileURLWithPath: other))
            let error = try onThread {
                failure { () throws(HDF5Error) in _ = try HDF5File.open(other) }
            }
            fflush(nil)
            dup2(saved, STDERR_FILENO)
            close(capture)
            #expect(error?.code == .notHDF5)
            let printed = String(decoding: try contents(path), as: UTF8.self)
            #expect(!printed.contains("HDF5-DIAG"))
        }
    }
}
