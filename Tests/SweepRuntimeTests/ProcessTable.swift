import Foundation

/// A process as /proc knows it; its start time tells it from a later one of the same id.
struct ProcessEntry: Hashable {
    let processID: Int32
    let parent: Int32
    let startTime: UInt64

    /// The process of that id; nil if it has ended, reaped or not.
    init?(_ processID: Int32) {
        guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let parent = Int32(fields[1]),
            let startTime = UInt64(fields[19])
        else { return nil }
        self.processID = processID
        self.parent = parent
        self.startTime = startTime
    }

    var isAlive: Bool { ProcessEntry(processID)?.startTime == startTime }

    /// The worker processes that `parent` has started.
    static func workers(of parent: Int32) -> [ProcessEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap { ProcessEntry($0) }.filter { entry in
            guard entry.parent == parent,
                let line = FileManager.default.contents(atPath: "/proc/\(entry.processID)/cmdline")
            else { return false }
            return line.split(separator: 0).dropFirst().first.map { Array($0) } == Array("worker".utf8)
        }
    }
}
