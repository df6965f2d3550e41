/// Something that carries bytes at a fixed rate, one after the other in the order in which they come: a link in one direction, a disk.
struct Link {
    /// Seconds for each byte.
    private let pace: Double
    /// When it has carried everything so far, and all messages, in seconds.
    private var free = 0.0
    private var freeOfMessages = 0.0

    /// - Parameter rate: bytes a second.
    init(rate: Double) { pace = 1 / rate }

    /// Takes `bytes` at `now` seconds; when they are through.
    mutating func carry(_ bytes: Int, _ now: Double) -> Double {
        free = max(free, now) + Double(bytes) * pace
        return free
    }

    /// Takes a message, which waits for other messages alone: it goes between the pieces of whatever else is under way, and delays that.
    /// When it is through.
    mutating func slip(_ bytes: Int, _ now: Double) -> Double {
        let seconds = Double(bytes) * pace
        free = max(free, now) + seconds
        freeOfMessages = max(freeOfMessages, now) + seconds
        return freeOfMessages
    }
}
