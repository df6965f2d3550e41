package import SweepModel

/// The parameters of UMAP; the defaults are umap-learn's.
package struct UMAPSettings: Hashable, Sendable {
    /// Neighbours per model, itself included.
    package var neighbours: Int
    package var minDist: Double
    package var spread: Double
    /// nil: 500, or 200 above 10,000 models.
    package var epochs: Int?
    package var seed: UInt64

    package init(
        neighbours: Int = 15, minDist: Double = 0.1, spread: Double = 1, epochs: Int? = nil, seed: UInt64 = 0
    ) {
        self.neighbours = neighbours
        self.minDist = minDist
        self.spread = spread
        self.epochs = epochs
        self.seed = seed
    }

    /// How many epochs a map of `count` models takes.
    package func epochs(for count: Int) -> Int { epochs ?? (count <= 10_000 ? 500 : 200) }

    /// Refuses values that have no meaning.
    package func validate() throws(Complaint) {
        func refuse(_ what: String, _ advice: String) -> Complaint {
            Complaint(.request, what, at: "UMAP settings", advice: advice)
        }
        guard neighbours >= 2 else {
            throw refuse("\(neighbours) neighbours include the model itself only", "take at least 2, 15 as a rule")
        }
        guard spread > 0, spread.isFinite, minDist >= 0, minDist <= spread else {
            throw refuse(
                "a minimal distance of \(minDist) does not fit a spread of \(spread)",
                "take a spread above 0 and a minimal distance from 0 to the spread")
        }
        if let epochs, epochs < 1 { throw refuse("\(epochs) epochs move nothing", "take at least 1, 500 as a rule") }
    }
}
