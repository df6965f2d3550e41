package import SweepModel

/// What the coordinator and a worker that does not see its artifact directory say to each other about artifacts.
///
/// Whoever receives a file asks for it piece by piece, so that nobody is sent more than it has room for.
package enum ArtifactMessage: Hashable, Sendable {
    /// The worker has made a file for a layer whose lease it holds.
    case offer(name: String, fileBytes: Int, lease: UInt64)
    /// The piece at `offset` is wanted; `arrived` are the tickets of pieces that came since the last request.
    case request(name: String, offset: Int, arrived: [UInt64])
    case piece(ArtifactPiece)
    case answer(name: String, ArtifactAnswer)
    /// Tickets of the last pieces that came.
    case receipt([UInt64])
}

/// 1 MiB of an artifact's file, or what is left of it.
package struct ArtifactPiece: Hashable, Sendable {
    package let name: String
    package let offset: Int
    /// The length of the whole file.
    package let fileBytes: Int
    /// The two halves of the XXH3 of the piece.
    package let digestHigh: UInt64
    package let digestLow: UInt64
    /// Whoever returns it has read the piece; 0 where nobody asks.
    package let ticket: UInt64
    package let bytes: [UInt8]

    package init(
        name: String, offset: Int, fileBytes: Int, digestHigh: UInt64, digestLow: UInt64, ticket: UInt64,
        bytes: [UInt8]
    ) {
        self.name = name
        self.offset = offset
        self.fileBytes = fileBytes
        self.digestHigh = digestHigh
        self.digestLow = digestLow
        self.ticket = ticket
        self.bytes = bytes
    }

    /// The length of the piece at `offset` of a file of `fileBytes`.
    package static func count(at offset: Int, of fileBytes: Int) -> Int {
        min(ProtocolLimits.frameBytes, fileBytes - offset)
    }
}

/// What the coordinator says of an artifact.
package enum ArtifactAnswer: Hashable, Sendable {
    /// It is in the coordinator's directory, whole.
    case stored
    /// Others are served first.
    case waiting
    /// The coordinator does not have it.
    case absent
    /// It cannot be taken.
    case declined(Complaint)
}
