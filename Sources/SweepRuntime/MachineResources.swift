internal import Foundation

/// What this process may use of the machine.
package enum MachineResources {
    /// The number of cores: the least of the affinity mask, the control group's quota and SLURM_CPUS_PER_TASK.
    package static var cores: Int {
        var limits = [affinityCores, quotaCores].compactMap { $0 }
        if let text = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"], let count = Int(text) {
            limits.append(count)
        }
        return max(1, limits.min() ?? 1)
    }

    /// The memory in bytes that a sweep may use if nobody says otherwise: three quarters of the control group's, or of what is free.
    package static var defaultMemory: Int {
        let available = [groupMemory, freeMemory].compactMap { $0 }.min() ?? 4 << 30
        return available / 4 * 3
    }

    /// This host's name.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var affinityCores: Int? {
        // Foundation counts the affinity mask, not the machine.
        ProcessInfo.processInfo.activeProcessorCount
    }

    private static var quotaCores: Int? {
        let words = firstLine("/sys/fs/cgroup/cpu.max")?.split(separator: " ") ?? []
        guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), period > 0 else {
            return nil
        }
        return Int((quota / period).rounded(.up))
    }

    private static var groupMemory: Int? { firstLine("/sys/fs/cgroup/memory.max").flatMap { Int($0) } }

    private static var freeMemory: Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kibibytes * 1024
    }

    private static func firstLine(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").first.map(String.init)
    }
}
