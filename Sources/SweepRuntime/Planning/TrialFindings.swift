/// What the work of a sweep took on synthetic stores of one number of samples; seconds of processor time, as on an idle machine.
struct TrialFindings: Codable {
    struct Survey: Codable {
        let bytes: Int
        let seconds: Double
    }

    struct Layer: Codable {
        let width: Int
        let seconds: Double
    }

    struct Tile: Codable {
        /// The position of its `TilePart`.
        let part: Int
        let rows: Int
        let columns: Int
        let width: Int
        /// With artifacts on disk, and with artifacts in memory.
        let cold: Double
        let warm: Double
    }

    let samples: Int
    var surveys: [Survey] = []
    var layers: [Layer] = []
    var tiles: [Tile] = []
    /// By how much a layer takes longer while as many workers as can work at a time do the same.
    var contention = 1.0

    /// Keeps the lesser times of both, which are of the same work.
    mutating func improve(by other: TrialFindings) {
        surveys = zip(surveys, other.surveys).map { Survey(bytes: $0.bytes, seconds: min($0.seconds, $1.seconds)) }
        layers = zip(layers, other.layers).map { Layer(width: $0.width, seconds: min($0.seconds, $1.seconds)) }
    }
}
