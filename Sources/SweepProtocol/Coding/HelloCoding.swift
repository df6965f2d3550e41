extension WireHello {
    init(_ hello: WorkerHello) throws(ProtocolError) {
        protocolVersion = hello.protocolVersion
        algorithmVersion = hello.algorithmVersion
        host = hello.host
        processID = hello.processID
        blasCore = hello.blasCore
        memoryBytes = hello.memoryBytes
        software = hello.software
        workerID = hello.workerID
        if let left = hello.secondsLeft { secondsLeft = left }
        held = try WireLease.list(hello.held)
        job = hello.job ?? ""
        threads = UInt32(clamping: hello.threads)
        processors = UInt32(clamping: hello.processors)
        // A worker had better hear at once, and not from the coordinator, that it will never be let in.
        _ = try WorkerHello(self)
    }
}

extension WorkerHello {
    /// The hello in `message`. One of another version is read as far as it can be, so that it can be refused.
    init(_ message: WireHello) throws(ProtocolError) {
        let isOurs = message.protocolVersion == SweepProtocol.protocolVersion
        guard !isOurs || (!message.workerID.isEmpty && message.processID >= 0) else {
            throw ProtocolError("a worker has no id, or an impossible process id")
        }
        self.init(
            protocolVersion: message.protocolVersion, algorithmVersion: message.algorithmVersion,
            software: try Checked.name(message.software, "the name of a program"),
            workerID: try Checked.name(message.workerID, "a worker's id"),
            host: try Checked.name(message.host, "a host's name"),
            processID: message.processID, blasCore: try Checked.name(message.blasCore, "the name of a core"),
            memoryBytes: message.memoryBytes,
            secondsLeft: isOurs && message.hasSecondsLeft
                ? try Checked.amount(message.secondsLeft, "a worker's seconds", atMost: ProtocolLimits.seconds) : nil,
            held: isOurs ? try Lease.list(message.held) : [],
            job: message.job.isEmpty ? nil : try Checked.name(message.job, "the name of a job"),
            threads: isOurs ? try Checked.threads(message.threads) : 1,
            processors: isOurs ? try Checked.threads(message.processors) : 1)
    }
}
