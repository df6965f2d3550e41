internal import Foundation
internal import SweepModel
internal import WorkerScaling

/// Slurm, through the commands that its users have.
struct SlurmQueue {
    let names: SlurmJobNames
    private let environment: [String: String]

    private static let timeout = Duration.seconds(60)

    init(names: SlurmJobNames) {
        self.names = names
        // Options of the job that this runs in, if it does, are not those of the jobs that it submits.
        let kept: Set = ["SLURM_CONF", "SLURM_CLUSTERS", "SLURM_TIME_FORMAT"]
        environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("SLURM_") || kept.contains($0.key)
        }
    }

    /// Every job of these names that is not over, and those that ended of late.
    func jobs() throws(Complaint) -> [WorkerJob] {
        let output = try run([
            "squeue", "--noheader", "--states=all", "--user=\(getuid())", "--name=\(names.ordinary),\(names.standing)",
            "--format=\(SlurmListing.format)",
        ])
        return try SlurmListing.jobs(output, standingName: names.standing)
    }

    /// Submits one job and returns its id.
    func submit(_ submission: SlurmSubmission, isStanding: Bool) throws(Complaint) -> String {
        let words = ["sbatch"] + submission.arguments(name: names.name(isStanding: isStanding))
        let output = try run(words, input: submission.script(isStanding: isStanding))
        guard let id = SlurmListing.submitted(output) else {
            throw Complaint(
                .work, "it does not say which job it has submitted: '\(output.prefix(Self.longestMessage))'",
                at: "sbatch",
                advice: "see what 'sbatch --parsable' prints")
        }
        return id
    }

    /// Cancels those of these jobs that are pending: one that starts at this moment lives.
    func cancelPending(_ ids: [String]) throws(Complaint) { _ = try run(["scancel", "--state=PENDING"] + ids) }

    /// Cancels every pending job of these names.
    func cancelAllPending() throws(Complaint) {
        for name in [names.ordinary, names.standing] {
            _ = try run(["scancel", "--state=PENDING", "--user=\(getuid())", "--name=\(name)"])
        }
    }

    /// Lets the workers of these jobs finish what they are at, and go.
    func drain(_ ids: [String]) throws(Complaint) { _ = try run(["scancel", "--batch", "--signal=TERM"] + ids) }

    /// Ends these jobs.
    func cancel(_ ids: [String]) throws(Complaint) { _ = try run(["scancel"] + ids) }

    /// What a command that failed says, on one line that can be read: the first lines, as far as they go.
    static func said(_ result: ChildCommand.Result) -> String {
        let lines = result.errors.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
        guard !lines.isEmpty else { return "exit status \(result.status)" }
        let line = lines.joined(separator: "; ")
        return line.count > longestMessage ? line.prefix(longestMessage) + "…" : line
    }

    private static let longestMessage = 200

    private func run(_ words: [String], input: String = "") throws(Complaint) -> String {
        let result = try ChildCommand.run(words, input: input, environment: environment, timeout: Self.timeout)
        guard result.status == 0 else {
            throw Complaint(
                .work, Self.said(result), at: words[0],
                advice: "see what is wrong with Slurm, or with its options after the --")
        }
        return result.output
    }
}
