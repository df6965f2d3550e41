/// A sweep as it was submitted: everything that a coordinator needs to go on with it after a crash.
package struct SweepRecord: Hashable, Sendable {
    package let id: SweepID
    package let name: String
    /// The name on the key of whoever submitted it.
    package let owner: String
    /// Sweeps of higher priority go first; equal ones as they came.
    package let priority: Int32
    /// The canonical specification.
    package let spec: String
    /// The version of the numbers that it was planned for.
    package let algorithmVersion: UInt32
    /// Bytes that the largest work item needs of a worker.
    package let workerBytes: UInt64
    /// Whether the sweep ends at the first store that breaks a rule, rather than going on without it.
    package let failsFast: Bool
    /// Seconds since 1970, to be shown and never compared.
    package let submitted: Double
    /// The sweep context in its wire form.
    package let context: [UInt8]
    /// What the client needs to write the results, opaque to the coordinator.
    package let dossier: [UInt8]

    package init(
        id: SweepID, name: String, owner: String, priority: Int32, spec: String, algorithmVersion: UInt32,
        workerBytes: UInt64, failsFast: Bool, submitted: Double, context: [UInt8], dossier: [UInt8]
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.priority = priority
        self.spec = spec
        self.algorithmVersion = algorithmVersion
        self.workerBytes = workerBytes
        self.failsFast = failsFast
        self.submitted = submitted
        self.context = context
        self.dossier = dossier
    }
}
