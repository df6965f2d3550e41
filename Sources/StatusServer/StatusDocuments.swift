package import SweepModel
package import SweepProtocol

/// How what a coordinator says is written as JSON, as the commands' `--json` does it.
package struct StatusDocuments: Sendable {
    package var version: String
    package var sweeps: @Sendable ([SweepStatus]) throws -> String
    package var sweep: @Sendable (SweepStatus) throws -> String
    package var workers: @Sendable ([WorkerStatus]) throws -> String
    package var incident: @Sendable (RecordedIncident) throws -> String
    package var explanation: @Sendable (Explanation) throws -> String

    package init(
        version: String, sweeps: @escaping @Sendable ([SweepStatus]) throws -> String,
        sweep: @escaping @Sendable (SweepStatus) throws -> String,
        workers: @escaping @Sendable ([WorkerStatus]) throws -> String,
        incident: @escaping @Sendable (RecordedIncident) throws -> String,
        explanation: @escaping @Sendable (Explanation) throws -> String
    ) {
        self.version = version
        self.sweeps = sweeps
        self.sweep = sweep
        self.workers = workers
        self.incident = incident
        self.explanation = explanation
    }
}
