/// One durable fact about a coordinator's sweeps. Facts applied in order give the state; applying one twice changes nothing.
package enum JournalEntry: Hashable, Sendable {
    case submitted(SweepRecord)
    /// A host with an OpenBLAS core takes part.
    case participant(SweepID, host: String, blasCore: String)
    case survey(SweepID, model: Int, ModelSurvey, seconds: Double)
    case layer(SweepID, layer: Int, LayerSummary, seconds: Double, flops: Double)
    /// Tiles of one block row are scored. Without the bytes on replay. Partial ones were scored without layers that were given up.
    case tiles(SweepID, TileScores, seconds: Double, flops: Double, isPartial: Bool = false)
    /// A work item was given up.
    case failure(SweepID, WorkItem, Complaint)
    /// What was given up is tried again, and partial tiles are scored again. Leases with lower numbers than `fence` are void: who holds
    /// them may know nothing of the layers that were missing.
    case retried(SweepID, fence: UInt64)
    case ended(SweepID, SweepEnding)
    /// Nothing of the sweep is kept.
    case forgotten(SweepID)
    /// Something happened that an operator may want to know.
    case incident(Incident)
}

/// Something that happened, for people and for `platonic events`.
package struct Incident: Hashable, Codable, Sendable {
    /// What kind of thing, in words that do not change: `worker-joined`, `worker-lost`, `attempt-failed` …
    package let kind: String
    package let text: String
    package let isWarning: Bool
    package let sweep: SweepID?
    package let worker: String?
    package let host: String?
    /// How often it happened in a row; repeats are counted and not repeated.
    package var count: Int

    package init(
        _ kind: String, _ text: String, isWarning: Bool = false, sweep: SweepID? = nil, worker: String? = nil,
        host: String? = nil, count: Int = 1
    ) {
        self.kind = kind
        self.text = text
        self.isWarning = isWarning
        self.sweep = sweep
        self.worker = worker
        self.host = host
        self.count = count
    }
}

/// An incident as it was recorded.
package struct RecordedIncident: Hashable, Codable, Sendable {
    /// Counted from 1 in the order of the journal.
    package let number: Int64
    /// Seconds since 1970, to be shown and never compared.
    package let time: Double
    package let incident: Incident

    package init(number: Int64, time: Double, incident: Incident) {
        self.number = number
        self.time = time
        self.incident = incident
    }
}
