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

    /// The id in what sbatch prints, whatever a site's plugins say before or after it: a line that is ID or ID;CLUSTER, as with
    /// --parsable, or else `Submitted batch job ID`. Nil where no line, or more than one, says such a thing.
    package static func submitted(_ text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces }
        let parsable = lines.compactMap { line -> String? in
            let fields = line.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmingSpaces)
            guard isID(fields[0]), fields.count == 1 || fields.count == 2 && isCluster(fields[1]) else { return nil }
            return fields[0]
        }
        let spoken = lines.compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.count >= 4 && words.prefix(3) == ["Submitted", "batch", "job"] && isID(String(words[3]))
                ? String(words[3]) : nil
        }
        // A banner may have a number of its own, and then nobody knows which is the job's.
        for found in [Set(parsable), Set(spoken)] where !found.isEmpty { return found.count == 1 ? found.first : nil }
        return nil
    }

    private static func isCluster(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
    }

    private static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

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

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmingSpaces: String {
        let kept = drop { $0.isWhitespace }
        return String(kept.reversed().drop { $0.isWhitespace }.reversed())
    }
}
