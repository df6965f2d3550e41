/// Times as Slurm writes them.
package enum SlurmTime {
    /// Seconds in `MM:SS`, `HH:MM:SS` or `D-HH:MM:SS`, which is how squeue shows the time that a job has left; nil for anything
    /// else, such as UNLIMITED.
    package static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let clock = parts.last else { return nil }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false).map { number($0) }
        guard (2...3).contains(fields.count), fields.allSatisfy({ $0 != nil }) else { return nil }
        let days = parts.count == 2 ? number(parts[0]) : 0
        guard let days, parts.count == 1 || fields.count == 3 else { return nil }
        return days * 86_400 + fields.reduce(0) { $0 * 60 + ($1 ?? 0) }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
