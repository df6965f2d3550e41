/// P(H = 0), P(H = 1), … for how many of the marked members of a population are among `drawn` of them, drawn without replacement: one
/// member after another is marked.
///
/// Only products and sums of probabilities: every one has nearly all its digits, however small it is, and n may be large.
struct HypergeometricRow {
    private let population: Double
    private let drawn: Double
    private var marked = 0.0
    /// P(H = h) for h = 0 … most.
    private(set) var probabilities: [Double]

    /// That of no marked member.
    init(population: Int, drawn: Int, most: Int) {
        precondition(drawn >= 0 && drawn <= population, "no more are drawn than there are")
        self.population = Double(population)
        self.drawn = Double(drawn)
        probabilities = [1] + [Double](repeating: 0, count: most)
    }

    /// Marks one member more: it is among the drawn with the probability that is left to them.
    mutating func mark() {
        precondition(marked < population, "no more are marked than there are")
        let others = population - marked
        for h in stride(from: probabilities.count - 1, through: 0, by: -1) {
            let missed = probabilities[h] * (others - drawn + Double(h))
            let hit = h > 0 ? probabilities[h - 1] * (drawn - Double(h - 1)) : 0
            probabilities[h] = (missed + hit) / others
        }
        marked += 1
    }
}
