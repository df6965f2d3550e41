internal import Foundation

/// What the system says of this process.
struct ProcessFacts: Sendable {
    var residentBytes = 0
    var cpuSeconds = 0.0
    var openDescriptors = 0
    var maxDescriptors = 0
    /// Seconds since 1970.
    var startTime = 0.0

    static func read() -> ProcessFacts {
        var facts = ProcessFacts()
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        // After the name, which may have anything in it: the state is the third field.
        let fields = text("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        if fields.count > 21 {
            facts.cpuSeconds = ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / ticks
            facts.residentBytes = (Int(fields[21]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
            facts.startTime = bootTime + (Double(fields[19]) ?? 0) / ticks
        }
        facts.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            facts.maxDescriptors = Int(clamping: limit.rlim_cur)
        }
        return facts
    }

    private static let bootTime: Double = {
        let line = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }()

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
