/// One job with workers, as sbatch is given it.
package struct SlurmSubmission: Hashable, Sendable {
    package let options: SlurmOptions
    /// The directory for logs, an absolute path.
    package let logs: String
    /// The program and its arguments.
    package let command: [String]
    /// Further arguments by which workers leave that have nothing to do.
    package let leaving: [String]

    package init(options: SlurmOptions, logs: String, command: [String], leaving: [String]) {
        self.options = options
        self.logs = logs
        self.command = command
        self.leaving = leaving
    }

    /// Arguments of sbatch, which reads the script from its standard input. What has to be as it is comes last and wins.
    package func arguments(name: String) -> [String] {
        // A job that was requeued goes on in the same log.
        ["--open-mode=append"] + options.words + [
            "--parsable", "--job-name=\(name)", "--output=\(Self.escaped(logs))/worker-%j.log",
        ]
    }

    /// The log of a job.
    package func log(of job: String) -> String { "\(logs)/worker-\(job).log" }

    /// The script: the shell is replaced by the program, so that signals of the batch system are the program's.
    package func script(isStanding: Bool) -> String {
        let words = command + (isStanding ? [] : leaving)
        return "#!/bin/sh\nexec \(words.map(Self.quoted).joined(separator: " "))\n"
    }

    /// One word for a shell, whatever is in it.
    private static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A path in which sbatch sees no patterns: % is doubled, and a backslash would turn patterns off altogether.
    private static func escaped(_ path: String) -> String {
        path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
    }
}
