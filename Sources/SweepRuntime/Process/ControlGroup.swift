internal import Foundation

/// What the control groups of a process allow it, of either version: each group and all that it is in have a say.
struct ControlGroup {
    /// Where the file systems of control groups are mounted.
    let root: String
    /// What is in /proc/self/cgroup: `0::/PATH` for version 2, `NUMBER:CONTROLLERS:/PATH` for version 1.
    let membership: String

    static var own: ControlGroup {
        ControlGroup(
            root: "/sys/fs/cgroup",
            membership: (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? "")
    }

    /// Bytes of memory; nil where nothing limits it.
    var memory: Int? {
        let unified = folders("").compactMap { line("\($0)/memory.max").flatMap { Int($0) } }
        let first = folders("memory").compactMap { line("\($0)/memory.limit_in_bytes").flatMap { Int($0) } }
        // Version 1 writes a number that no machine has where there is no limit.
        return (unified + first).filter { $0 > 0 && $0 < 1 << 60 }.min()
    }

    /// Cores' worth of time, rounded up; nil where nothing limits it.
    var cores: Int? {
        let unified = folders("").compactMap { folder -> Int? in
            let words = line("\(folder)/cpu.max")?.split(separator: " ") ?? []
            return words.count == 2 ? share(words[0], words[1]) : nil
        }
        let first = folders("cpu").compactMap { folder -> Int? in
            guard let quota = line("\(folder)/cpu.cfs_quota_us"), let period = line("\(folder)/cpu.cfs_period_us")
            else {
                return nil
            }
            return share(quota[...], period[...])
        }
        return (unified + first).min()
    }

    private func share(_ quota: Substring, _ period: Substring) -> Int? {
        guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0 else { return nil }
        return max(1, Int(min(quota / period, 1e6).rounded(.up)))
    }

    /// The folder of the process's group and those above it; of version 2 where no controller is named.
    private func folders(_ controller: String) -> [String] {
        var found: Set<String> = []
        for text in membership.split(separator: "\n") {
            let fields = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",").map(String.init)
            guard controller.isEmpty ? controllers.isEmpty : controllers.contains(controller) else { continue }
            let mounts = controller.isEmpty ? [root] : ["\(root)/\(controller)", "\(root)/\(fields[1])"]
            var parts = fields[2].split(separator: "/")
            // Seen from within a namespace a group can lie outside.
            if parts.contains("..") { parts = [] }
            for count in 0...parts.count {
                for mount in mounts {
                    found.insert(([mount] + parts.prefix(count).map(String.init)).joined(separator: "/"))
                }
            }
        }
        if controller.isEmpty { found.insert(root) }
        return found.sorted()
    }

    private func line(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").first.map(String.init)
    }
}
