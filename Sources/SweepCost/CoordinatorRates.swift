/// What a coordinator's one thread takes for what it hears and says, and its disk to keep it.
package struct CoordinatorRates: Hashable, Codable, Sendable {
    /// Seconds for each message of a worker: received, decided on, answered.
    package var message: Double
    /// Seconds for each tile that a message is about.
    package var tile: Double
    /// Seconds for each layer whose artifacts a worker is told the names of.
    package var name: Double
    /// Seconds for each byte of scores and of artifacts that pass through it.
    package var byte: Double
    /// Seconds until what happened is on disk.
    package var commit: Double

    package init(message: Double, tile: Double, name: Double, byte: Double, commit: Double) {
        self.message = message
        self.tile = tile
        self.name = name
        self.byte = byte
        self.commit = commit
    }
}
