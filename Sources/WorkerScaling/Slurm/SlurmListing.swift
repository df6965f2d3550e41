package import SweepModel

/// What squeue prints, read back.
package enum SlurmListing {
    /// For squeue's --format: id, state, name, nodes and reason, which comes last because anything may be in it.
    package static let format = "%A|%T|%j|%N|%r"

    /// The jobs in squeue's output; those of this name are standing ones.
    package static func jobs(_ text: String, standingName: String) throws(Complaint) -> [WorkerJob] {
        var jobs: [WorkerJob] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5, isID(fields[0]) else {
                throw Complaint(
                    .work, "a line that is no job: '\(line.prefix(200))'", at: "squeue",
                    advice: "see what squeue prints with --format='\(format)'")
            }
            let reason = fields[4] == "None" ? "" : fields[4]
            jobs.append(
                WorkerJob(
                    id: fields[0], state: state(fields[1], reason: reason, hadNodes: !fields[3].isEmpty),
                    isStanding: fields[2] == standingName, reason: reason))
        }
        return jobs
    }

    /// The id in what `sbatch --parsable` prints: ID or ID;CLUSTER, after whatever a site's plugins say.
    package static func submitted(_ text: String) -> String? {
        let line = text.split(separator: "\n").last ?? ""
        let id = String(line.prefix { $0 != ";" }).filter { $0 != " " }
        return isID(id) ? id : nil
    }

    private static func isID(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } }

    private static func state(_ word: String, reason: String, hadNodes: Bool) -> WorkerJob.State {
        switch word {
        case "PENDING", "REQUEUE_HOLD", "SPECIAL_EXIT", "REQUEUED", "REQUEUE_FED": .pending
        case "RUNNING", "CONFIGURING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT": .running
        case "COMPLETING": .ending
        case "PREEMPTED", "NODE_FAIL", "REVOKED": .interrupted
        default: .over(ending(word, reason: reason, hadNodes: hadNodes))
        }
    }

    private static func ending(_ word: String, reason: String, hadNodes: Bool) -> String {
        let how = reason.isEmpty ? word : "\(word), \(reason)"
        return hadNodes ? how : "\(how), before it ran"
    }
}
