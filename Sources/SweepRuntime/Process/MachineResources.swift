internal import Foundation

/// What this process may use of the machine.
package enum MachineResources {
    /// The number of cores: the least of the affinity mask, the control groups' quota and what Slurm has given the task or, where it
    /// does not say, the job on this node.
    package static var cores: Int { cores(ProcessInfo.processInfo.environment, .own) }

    /// Threads for each of `workers` processes: the cores that would be idle otherwise share the work on large layers.
    package static func threads(workers: Int) -> Int { max(1, cores / max(1, workers)) }

    /// The memory in bytes that a sweep may use if nobody says otherwise: three quarters of the least of the control groups' limit, what
    /// Slurm has given the job on this node and what is free.
    package static var defaultMemory: Int {
        let limits = [ControlGroup.own.memory, slurmMemory(ProcessInfo.processInfo.environment), freeMemory]
        return (limits.compactMap { $0 }.min() ?? 4 << 30) / 4 * 3
    }

    /// This host's name.
    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func cores(_ environment: [String: String], _ group: ControlGroup) -> Int {
        // Foundation counts the affinity mask, not the machine.
        let limits = [ProcessInfo.processInfo.activeProcessorCount, group.cores, slurmCores(environment)]
        return max(1, limits.compactMap { $0 }.min() ?? 1)
    }

    static func slurmCores(_ environment: [String: String]) -> Int? {
        positive(environment["SLURM_CPUS_PER_TASK"]) ?? positive(environment["SLURM_CPUS_ON_NODE"])
    }

    /// In bytes; nil where Slurm does not account for memory, or gives all that the node has.
    static func slurmMemory(_ environment: [String: String]) -> Int? {
        let perNode = positive(environment["SLURM_MEM_PER_NODE"])
        let perCore = positive(environment["SLURM_MEM_PER_CPU"]).map { each in
            each * (positive(environment["SLURM_CPUS_ON_NODE"]) ?? 1)
        }
        return [perNode, perCore].compactMap { $0 }.min().map { $0 << 20 }
    }

    /// A number of cores or megabytes.
    private static func positive(_ text: String?) -> Int? {
        text.flatMap { Int($0) }.flatMap { (1...1 << 30).contains($0) ? $0 : nil }
    }

    private static var freeMemory: Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kibibytes * 1024
    }
}
