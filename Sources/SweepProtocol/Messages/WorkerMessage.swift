package import SweepModel

/// How a worker introduces itself.
package struct WorkerHello: Hashable, Sendable {
    package var protocolVersion: UInt32
    package var algorithmVersion: UInt32
    /// The name and version of the program.
    package var software: String
    /// Unique to the process, and the same after every reconnection.
    package var workerID: String
    package var host: String
    package var processID: Int64
    /// The core that OpenBLAS chose its kernels for.
    package var blasCore: String
    package var memoryBytes: UInt64
    /// Seconds until it has to be gone; nil where nothing limits it.
    package var secondsLeft: Double?
    /// What it runs, has queued, or has finished and not seen acknowledged; of a run of tiles what is left of it.
    package var held: [Lease]
    /// The batch system's id of the job that it runs in; nil where there is none.
    package var job: String?
    /// How many threads of its own it works with, and how many it could run at a time: its share of the host's cores.
    package var threads: Int
    package var processors: Int

    package init(
        protocolVersion: UInt32 = SweepProtocol.protocolVersion,
        algorithmVersion: UInt32 = SweepProtocol.algorithmVersion, software: String, workerID: String, host: String,
        processID: Int64, blasCore: String, memoryBytes: UInt64, secondsLeft: Double? = nil, held: [Lease] = [],
        job: String? = nil, threads: Int = 1, processors: Int = 1
    ) {
        self.protocolVersion = protocolVersion
        self.algorithmVersion = algorithmVersion
        self.software = software
        self.workerID = workerID
        self.host = host
        self.processID = processID
        self.blasCore = blasCore
        self.memoryBytes = memoryBytes
        self.secondsLeft = secondsLeft
        self.held = held
        self.job = job
        self.threads = threads
        self.processors = processors
    }
}

/// What a worker says.
package enum WorkerMessage: Hashable, Sendable {
    /// First on every connection, and again until it is answered.
    case hello(WorkerHello)
    /// A sign of life: how many steps its compute thread has made, and the numbers of the leases that it holds.
    case heartbeat(progress: UInt64, held: [UInt64])
    /// Results, each sent again until it is acknowledged.
    case outcomes([LeaseOutcome])
    /// It cannot work on a sweep, whatever the item.
    case unfit(SweepID, Complaint)
    /// It finishes the tile that it is at, hands back everything else and takes nothing more.
    case leaving(executing: UInt64?)
    /// About artifacts, from a worker that does not see the coordinator's directory.
    case artifact(ArtifactMessage)
    /// It is gone and holds nothing.
    case goodbye
}

/// A message that does not parse, or says what cannot be.
package struct ProtocolError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
