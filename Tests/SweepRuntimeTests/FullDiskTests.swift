import Foundation
import SweepTestSupport
import Testing

/// A file system of a few pages, mounted in a temporary folder.
final class TinyDisk {
    let path: String

    init(in folder: TemporaryFolder, kibibytes: Int) throws {
        path = folder.file("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let status = try Self.call("mount", ["-t", "tmpfs", "-o", "size=\(kibibytes)k", "none", path])
        try #require(status == 0)
    }

    func unmount() { _ = try? Self.call("umount", [path]) }

    /// Whether this user may mount.
    static let isPermitted: Bool = {
        guard geteuid() == 0, let folder = try? TemporaryFolder(), let disk = try? TinyDisk(in: folder, kibibytes: 64)
        else { return false }
        disk.unmount()
        return true
    }()

    private static func call(_ tool: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension ProcessSuite {
    @Suite("Full disks", .serialized, .enabled(if: TinyDisk.isPermitted, "mounting a small disk needs root"))
    struct FullDiskTests {
        @Test func artifactsThatDoNotFitEndTheSweep() throws {
            // Gram matrices of 400 samples take 320 KB each: the disk holds three of eight.
            let fixture = try SweepFixture(models: 4, layers: 2, samples: 400, width: 20)
            let disk = try TinyDisk(in: fixture.folder, kibibytes: 1024)
            defer { disk.unmount() }
            let arguments = fixture.arguments("sweep", artifacts: disk.path) + ["--quiet"]
            let outcome = try PlatonicProgram.run(arguments, in: fixture.folder)
            expectFullDisk(outcome, at: disk.path)
            #expect(!FileManager.default.fileExists(atPath: fixture.output("sweep")))
        }

        /// On the smaller disk the journal does not fit either; what fits of it stays, to go on with.
        @Test(arguments: [32, 256]) func resultsThatDoNotFitLeaveNoFile(kibibytes: Int) throws {
            let fixture = try SweepFixture(models: 4, layers: 4, samples: 60, width: 20)
            let disk = try TinyDisk(in: fixture.folder, kibibytes: kibibytes)
            defer { disk.unmount() }
            var arguments = fixture.arguments("sweep") + ["--quiet"]
            arguments[arguments.count - 2] = disk.path + "/results.h5"
            let outcome = try PlatonicProgram.run(arguments, in: fixture.folder)
            expectFullDisk(outcome, at: disk.path)
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["results.h5.state"])
        }

        /// One complaint, at the end, that says where the disk is full and what to do.
        private func expectFullDisk(_ outcome: RunningProgram.Outcome, at path: String) {
            #expect(outcome.status == 1, "\(outcome.errors)")
            let lines = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("platonic: warning: ") }
            #expect(lines.count == 2, "\(outcome.errors)")
            #expect(lines.first?.hasPrefix("platonic: ") == true)
            #expect(lines.first?.contains("No space left") == true || lines.first?.contains("disk is full") == true)
            #expect(lines.first?.contains(path) == true)
            #expect(lines.last?.contains("free some space") == true)
        }
    }
}
