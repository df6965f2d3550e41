package import SweepModel

/// Options for sbatch that a user gives, and what follows from them.
package struct SlurmOptions: Hashable, Sendable {
    package let words: [String]

    /// Options that would take a job out of sight, or make several of one.
    private static let reserved = [
        "--job-name": "-J", "--array": "-a", "--output": "-o", "--error": "-e", "--wrap": "", "--wait": "-W",
        "--parsable": "", "--test-only": "", "--clusters": "-M",
    ]

    package init(_ words: [String]) throws(Complaint) {
        self.words = words
        for word in words {
            guard let name = Self.reserved.keys.sorted().first(where: { Self.names(word, $0, Self.reserved[$0] ?? "") })
            else { continue }
            throw Complaint(
                .request, "\(name) is no option for workers' jobs", at: word,
                advice: name == "--output" || name == "--error"
                    ? "say where logs go with --logs, before the --"
                    : "leave it out: names and numbers of jobs are seen to")
        }
        if let word = words.first, !word.hasPrefix("-") {
            throw Complaint(
                .request, "'\(word)' is no option of sbatch", at: "after --",
                advice: "give options only, such as -- --partition=short --time=1:00:00; the script is made here")
        }
    }

    /// Cores of each job, as -c or --cpus-per-task says; nil where nothing does.
    package var cores: Int? {
        value(of: "--cpus-per-task", short: "-c").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The value of an option, the last one where it is given more than once.
    private func value(of name: String, short: String) -> String? {
        var found: String?
        for (index, word) in words.enumerated() {
            if word == name || word == short {
                found = index + 1 < words.count ? words[index + 1] : nil
            } else if word.hasPrefix(name + "=") {
                found = String(word.dropFirst(name.count + 1))
            } else if word.hasPrefix(short), !word.hasPrefix("--") {
                found = String(word.dropFirst(short.count))
            }
        }
        return found
    }

    private static func names(_ word: String, _ name: String, _ short: String) -> Bool {
        if word == name || word.hasPrefix(name + "=") { return true }
        return !short.isEmpty && word.hasPrefix(short) && !word.hasPrefix("--")
    }
}
