package import SweepModel

/// What a user may choose of the study.
package struct ColourSettings: Hashable, Sendable {
    /// Cells of the grid along each channel of RGB.
    package var levels = 8
    /// The largest distance of two pixels of a pair.
    package var radius = 4
    /// Pairs of pixels that are drawn.
    package var pairs = 4_000_000
    /// How many colours of the images take part: the most frequent.
    package var colours = 100
    /// What is added to the count of every ordered pair of colours.
    package var smoothing = 0.5
    /// Random starts of each scaling.
    package var fits = 10
    package var permutations = 1000
    package var seed: UInt64 = 0

    package init() {}

    /// Throws where the study cannot be made so.
    package func check() throws(Complaint) {
        func refuse(_ what: String, _ option: String, _ advice: String) -> Complaint {
            Complaint(.request, what, at: option, advice: advice)
        }
        guard (2...16).contains(levels) else {
            throw refuse("a grid has 2 to 16 levels a channel, not \(levels)", "--levels", "name another number")
        }
        guard (1...64).contains(radius) else {
            throw refuse("pixels of a pair are 1 to 64 apart, not \(radius)", "--radius", "name another number")
        }
        guard (1000...1_000_000_000).contains(pairs) else {
            throw refuse("1,000 to 1,000,000,000 pairs are drawn, not \(pairs)", "--pairs", "name another number")
        }
        guard (5...500).contains(colours) else {
            throw refuse("5 to 500 colours can be mapped, not \(colours)", "--colours", "name another number")
        }
        guard smoothing >= 0, smoothing.isFinite else {
            throw refuse("nothing negative can be added to counts", "--smoothing", "name 0, or a number such as 0.5")
        }
        guard (1...1000).contains(fits) else {
            throw refuse("a scaling has 1 to 1,000 starts, not \(fits)", "--fits", "name another number")
        }
        guard (1...100_000).contains(permutations) else {
            throw refuse(
                "1 to 100,000 permutations are drawn, not \(permutations)", "--permutations", "name another number")
        }
    }
}
