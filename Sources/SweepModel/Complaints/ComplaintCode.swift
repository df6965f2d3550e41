extension Complaint {
    /// Why something failed, for programs: sentences name layers and files, and so differ where the cause is one.
    package enum Code: String, CaseIterable, Hashable, Sendable {
        /// What the sentence says, and whatever a newer release has a code for.
        case other
        /// The process ended, or was lost, while it was at the work.
        case workerDied = "worker_died"
        /// The work needs more memory than the worker may use.
        case tooLittleMemory = "too_little_memory"
        /// An artifact is missing, damaged, or cannot be read.
        case badArtifact = "bad_artifact"
        /// An artifact does not get through between coordinator and worker.
        case artifactExchange = "artifact_exchange"
        /// Work or its result has another shape than the sweep.
        case misfit
        /// An error that nobody expected there.
        case unexpected
        /// The process may not have as many files open as it needs.
        case fewDescriptors = "few_descriptors"
    }

    /// What two failures have in common that have one cause.
    package struct Cause: Hashable, Sendable {
        private let kind: Kind
        private let code: Code
        /// What the code leaves open.
        private let words: [String]

        fileprivate init(_ complaint: Complaint) {
            (kind, code) = (complaint.kind, complaint.code)
            words =
                switch code {
                case .other: [complaint.what, complaint.place]
                case .unexpected: [complaint.what]
                case .workerDied, .tooLittleMemory, .badArtifact, .artifactExchange, .misfit, .fewDescriptors: []
                }
        }
    }

    /// By the code, or, where that says nothing, by the sentence and the place.
    package var cause: Cause { Cause(self) }
}

extension Complaint.Code: Codable {
    package init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .other
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
