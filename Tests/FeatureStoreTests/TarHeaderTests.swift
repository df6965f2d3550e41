import Foundation
import SweepTestSupport
import Testing

@testable import FeatureStore

struct TarHeaderTests {
    @Test(arguments: [0, 1, 511, 512, 513, 1 << 33 - 1])
    func whatIsWrittenIsRead(_ bytes: Int) throws {
        let header = TarHeader(name: "artifacts/0123", memberBytes: bytes)
        let found = try #require(TarHeader(header.encoded))
        #expect(found.name == "artifacts/0123" && found.memberBytes == bytes)
        #expect(header.spanBytes % 512 == 0 && (512..<1024).contains(header.spanBytes - bytes))
    }

    /// No bit of a head can change and leave it a head of ours.
    @Test func everyBitCounts() {
        let whole = TarHeader(name: "references.json", memberBytes: 4711).encoded
        for place in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[place] ^= 1 << bit
                let found = TarHeader(changed)
                #expect(found == nil, "byte \(place), bit \(bit)")
            }
        }
        #expect(TarHeader([]) == nil && TarHeader([UInt8](repeating: 0, count: 512)) == nil)
    }

    @Test func tarReadsIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.tar"
        let text = Array("hello\n".utf8)
        var bytes = TarHeader(name: "one/two.txt", memberBytes: text.count).encoded + text
        bytes += [UInt8](repeating: 0, count: 512 - text.count + 1024)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/bin/tar")
        tar.arguments = ["-xf", path, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        #expect(FileManager.default.contents(atPath: folder.path + "/one/two.txt").map { Array($0) } == text)
    }
}
