/// How much one message may hold; whatever claims more is refused before memory is set aside for it.
package enum ProtocolLimits {
    /// Bytes of the largest frame.
    package static let frameBytes = 1 << 20
    /// Bytes of all frames of a message.
    package static let messageBytes = 1 << 30
    /// Frames of a message: a routing id, the control frame and the bulk frames.
    package static let parts = 2 + bulkBytes / frameBytes
    /// Leases, outcomes, assignments or blocks of scores in a message.
    package static let items = 4096
    /// Bytes in all bulk frames of a message.
    package static let bulkBytes = messageBytes - frameBytes
    /// Bytes of a message's bulk frames that are parsed rather than copied: these take up to eight times the memory.
    package static let parsedBytes = 64 << 20
    /// Bytes of a text in UTF-8, and of a name, an id or a digest.
    package static let textBytes = 1 << 16
    package static let nameBytes = 256
    /// Tiles beside each other, and below each other.
    package static let blocks = 1 << 20
    /// Layers, and models, of a sweep.
    package static let layers = 1 << 22
    /// Steps of a layer.
    package static let steps = 1 << 10
    /// Samples, and features of a layer: squares and products of both, in bytes, are far from overflowing.
    package static let extent = 1 << 28
    /// Bytes of all stores of a sweep.
    package static let storeBytes = 1 << 60
    /// Metrics with their parameters, and numbers of neighbours of all curves together.
    package static let metrics = 1 << 13
    package static let curveValues = 1 << 20
    /// Bytes of what a layer brings to the moments of its scores.
    package static let nullNumberBytes = frameBytes / 2
    /// Bytes of the largest artifact.
    package static let artifactBytes = 1 << 50
    /// Tickets of pieces that are returned in one message.
    package static let tickets = 64
    /// Threads of a process.
    package static let threads = 1 << 12
    /// Seconds of anything: thirty years.
    package static let seconds = 1e9
    /// Floating-point operations of one outcome.
    package static let flops = 1e24
}
