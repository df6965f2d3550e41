package import SweepModel

/// A sweep that a client wants done.
package struct Submission: Hashable, Sendable {
    package let name: String
    package let priority: Int32
    /// The canonical specification.
    package let spec: String
    /// Bytes that the largest work item needs of a worker.
    package let workerBytes: UInt64
    package let algorithmVersion: UInt32
    package let context: SweepContext
    /// What the client needs to write the results, opaque to the coordinator.
    package let dossier: [UInt8]

    package init(
        name: String, priority: Int32, spec: String, workerBytes: UInt64,
        algorithmVersion: UInt32 = SweepProtocol.algorithmVersion, context: SweepContext, dossier: [UInt8]
    ) {
        self.name = name
        self.priority = priority
        self.spec = spec
        self.workerBytes = workerBytes
        self.algorithmVersion = algorithmVersion
        self.context = context
        self.dossier = dossier
    }
}

/// What a client asks. A request that changes something may be sent again under its number and is done once.
package enum ClientRequest: Hashable, Sendable {
    case submit(Submission)
    /// Of one sweep, or of all.
    case status(SweepID?)
    case cancel(SweepID)
    case retry(SweepID)
    case forget(SweepID)
    /// What was submitted, and everything found but the scores.
    case findings(SweepID)
    /// Scores after `cursor`, as many as fit into a message.
    case scores(SweepID, after: Int64?)
    case workers
    /// What is left to do.
    case backlog
    /// Workers by id, or all of a host: they finish what they hold and get nothing more.
    case drain(String)
    /// Why a work item, a sweep or everything is not running.
    case explain(SweepID?, WorkItem?)
    /// Incidents after a number, oldest first.
    case events(after: Int64)
}

/// What a client is answered.
package enum ClientReply: Hashable, Sendable {
    case accepted(SweepID)
    case done
    case refused(Complaint)
    case statuses([SweepStatus])
    case workers([WorkerStatus])
    case backlog(Backlog)
    case explanation(Explanation)
    case events([RecordedIncident])
    case findings(SweepFindings)
    /// Blocks of scores, and the cursor for those that follow; nil after the last.
    case scores([TileScores], next: Int64?)
}

/// What is known of a sweep beside its scores.
package struct SweepFindings: Hashable, Codable, Sendable {
    package var status: SweepStatus
    package var dossier: [UInt8]
    package var surveys: [ModelSurvey?]
    package var layers: [LayerSummary?]
    package var hosts: [String]
    package var blasCores: [String]
    package var tilesDone: Int
    package var retries: Int
    package var lostWorkers: Int
    package var surveySeconds: Double
    package var layerSeconds: Double
    package var tileSeconds: Double
    package var flops: Double
    package var wallSeconds: Double
    package var failures: [FailedItem]

    package init(
        status: SweepStatus, dossier: [UInt8], surveys: [ModelSurvey?], layers: [LayerSummary?], hosts: [String],
        blasCores: [String], tilesDone: Int, retries: Int, lostWorkers: Int, surveySeconds: Double,
        layerSeconds: Double, tileSeconds: Double, flops: Double, wallSeconds: Double, failures: [FailedItem]
    ) {
        self.status = status
        self.dossier = dossier
        self.surveys = surveys
        self.layers = layers
        self.hosts = hosts
        self.blasCores = blasCores
        self.tilesDone = tilesDone
        self.retries = retries
        self.lostWorkers = lostWorkers
        self.surveySeconds = surveySeconds
        self.layerSeconds = layerSeconds
        self.tileSeconds = tileSeconds
        self.flops = flops
        self.wallSeconds = wallSeconds
        self.failures = failures
    }
}

/// A work item that was given up, and why.
package struct FailedItem: Hashable, Codable, Sendable {
    package let item: WorkItem
    /// The item as a person would name it.
    package let name: String
    package let cause: Complaint

    package init(item: WorkItem, name: String, cause: Complaint) {
        self.item = item
        self.name = name
        self.cause = cause
    }
}
