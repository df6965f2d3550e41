extension WireSubmission {
    /// The control frame's part of `submission`; what may be large goes to `bulk`.
    init(_ submission: Submission, bulk: inout BulkWriter) throws(ProtocolError) {
        let context = submission.context.encoded()
        let spec = Array(submission.spec.utf8)
        name = try Checked.text(submission.name, "a sweep's name")
        priority = submission.priority
        workerBytes = submission.workerBytes
        algorithmVersion = submission.algorithmVersion
        specBytes = UInt64(spec.count)
        contextBytes = UInt64(context.count)
        dossierBytes = UInt64(submission.dossier.count)
        for part in [spec, context, submission.dossier] { bulk.append(part) }
    }
}

extension Submission {
    init(_ message: WireSubmission, bulk: inout BulkReader) throws(ProtocolError) {
        let name = try Checked.text(message.name, "a sweep's name")
        guard let spec = String(validating: try bulk.take(message.specBytes), as: UTF8.self) else {
            throw ProtocolError("the specification is no text")
        }
        self.init(
            name: name, priority: message.priority, spec: spec, workerBytes: message.workerBytes,
            algorithmVersion: message.algorithmVersion,
            context: try SweepContext(encoded: try bulk.take(message.contextBytes)),
            dossier: try bulk.take(message.dossierBytes))
    }
}
