package import SweepModel

/// What a command did that changes something, for programs.
package enum ChangeJSON {
    package static func text(_ change: String, sweep: SweepID) throws -> String {
        try SafeJSON.document(Document(done: change, sweep: sweep.number, worker: nil))
    }

    package static func text(_ change: String, worker: String) throws -> String {
        try SafeJSON.document(Document(done: change, sweep: nil, worker: worker))
    }

    private struct Document: Encodable {
        let done: String
        let sweep: UInt32?
        let worker: String?
    }
}
