/// What is left to do in all sweeps that are not over, for whoever decides how many workers there should be.
package struct Backlog: Hashable, Codable, Sendable {
    /// Tiles that are neither scored nor given up.
    package var tiles: Int
    /// Work items of all stages: models to survey, layers to prepare (as many steps where workers can share them) and tiles.
    package var items: Int
    /// Predicted seconds of one average worker for all of it; nil while nothing is known to go by.
    package var seconds: Double?
    /// Registered workers that are given work.
    package var workers: Int
    /// Sweeps that are not over.
    package var activeSweeps: Int
    /// Bytes of memory that the most demanding of these sweeps needs of a worker.
    package var workerBytes: UInt64

    package init(
        tiles: Int, items: Int, seconds: Double?, workers: Int, activeSweeps: Int, workerBytes: UInt64
    ) {
        self.tiles = tiles
        self.items = items
        self.seconds = seconds
        self.workers = workers
        self.activeSweeps = activeSweeps
        self.workerBytes = workerBytes
    }

    /// How many workers deserve to exist, so that each has about `target` seconds of work: none where nothing is left, one where
    /// nothing is known yet (its first results tell), and never more than there are work items.
    package func workersWanted(target: Double, limit: Int) -> Int {
        guard items > 0, limit > 0 else { return 0 }
        let most = min(items, limit)
        guard let seconds, seconds.isFinite, target > 0 else { return 1 }
        // Clamped before it becomes an integer: predictions may be absurd.
        return Int(min(max((seconds / target).rounded(.up), 1), Double(most)))
    }
}
