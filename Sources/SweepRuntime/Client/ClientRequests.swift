package import SweepModel
package import SweepProtocol

/// Single questions, with answers of their own type.
extension CoordinatorClient {
    /// Hands a sweep in.
    package mutating func submit(_ submission: Submission) throws -> SweepID {
        guard case .accepted(let id) = try request(.submit(submission)) else { throw misunderstood("submit") }
        return id
    }

    /// Asks for a change: `cancel`, `retry`, `forget` or `drain`.
    package mutating func change(_ change: ClientRequest) throws {
        guard case .done = try request(change) else { throw misunderstood("a change") }
    }

    /// Every sweep that the coordinator knows.
    package mutating func statuses() throws -> [SweepStatus] {
        guard case .statuses(let statuses) = try request(.status(nil)) else { throw misunderstood("status") }
        return statuses
    }

    /// One sweep.
    package mutating func status(of id: SweepID) throws -> SweepStatus {
        guard case .statuses(let statuses) = try request(.status(id)), let status = statuses.first, status.id == id
        else { throw misunderstood("status") }
        return status
    }

    /// Every worker that is registered.
    package mutating func workers() throws -> [WorkerStatus] {
        guard case .workers(let workers) = try request(.workers) else { throw misunderstood("workers") }
        return workers
    }

    /// What is left to do in all sweeps.
    package mutating func backlog() throws -> Backlog {
        guard case .backlog(let backlog) = try request(.backlog) else { throw misunderstood("backlog") }
        return backlog
    }

    /// Why something is not running.
    package mutating func explain(_ id: SweepID?, _ item: WorkItem?) throws -> Explanation {
        guard case .explanation(let explanation) = try request(.explain(id, item)) else {
            throw misunderstood("explain")
        }
        return explanation
    }

    /// Some of the incidents after `number`, oldest first; empty where there are none.
    package mutating func events(after number: Int64) throws -> [RecordedIncident] {
        guard case .events(let events) = try request(.events(after: number)) else { throw misunderstood("events") }
        // Whoever goes on after the last of them must get ahead.
        return events.filter { $0.number > number }
    }

    /// What is known of a sweep beside its scores.
    package mutating func findings(of id: SweepID) throws -> SweepFindings {
        guard case .findings(let findings) = try request(.findings(id)) else { throw misunderstood("findings") }
        return findings
    }

    /// Every block of scores that the coordinator has of a sweep, one after the other.
    package mutating func fetchScores(_ id: SweepID, _ body: (TileScores) throws -> Void) throws {
        var cursor: Int64?
        repeat {
            guard case .scores(let blocks, let next) = try request(.scores(id, after: cursor)),
                next == nil || cursor == nil || next ?? 0 > cursor ?? 0
            else { throw misunderstood("scores") }
            for block in blocks { try body(block) }
            cursor = next
        } while cursor != nil
    }

    private func misunderstood(_ question: String) -> Complaint {
        Complaint(
            .work, "the coordinator answered something else than was asked", at: question,
            advice: "use the same release of platonic on both sides")
    }
}
