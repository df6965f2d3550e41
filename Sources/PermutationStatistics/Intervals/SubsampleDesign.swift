internal import Foundation
internal import SweepModel

/// Some of the samples, drawn without replacement.
package struct Subsample: Equatable, Sendable {
    /// Samples n that there are.
    package let sampleCount: Int
    /// Those that were drawn, ascending (m).
    package let samples: [Int32]

    package init(sampleCount: Int, samples: [Int32]) {
        self.sampleCount = sampleCount
        self.samples = samples
    }

    /// Where each sample stands among those that were drawn, -1 for others (n).
    package var positions: [Int32] {
        var result = [Int32](repeating: -1, count: sampleCount)
        for (position, sample) in samples.enumerated() { result[Int(sample)] = Int32(clamping: position) }
        return result
    }
}

/// What subsamples are drawn from: half of the samples, or of the groups, whole and whatever their sizes.
///
/// Drawn without replacement no sample is there twice, which would be its own nearest neighbour. Scores of halves vary about their mean as
/// a score of all samples does about its own, but for a factor that `scaling` has (Politis, Romano & Wolf 1999, chapter 2).
package struct SubsampleDesign: Sendable {
    package let sampleCount: Int
    /// What is drawn: groups x members, by first member.
    private let units: [[Int32]]

    /// Samples that are drawn one by one.
    package init(sampleCount: Int) {
        self.sampleCount = sampleCount
        units = (0..<Int32(clamping: sampleCount)).map { [$0] }
    }

    /// - Parameter groups: the group of each sample (n).
    package init(groups: [Int32]) {
        sampleCount = groups.count
        units = groupMembers(groups)
    }

    /// Units G that there are, samples or groups, and those g of a subsample.
    package var unitCount: Int { units.count }
    package var drawnUnits: Int { units.count / 2 }

    /// √(g/(G - g)): by what the deviation of scores among subsamples is multiplied for that of the score of all samples.
    package var scaling: Double { (Double(drawnUnits) / Double(unitCount - drawnUnits)).squareRoot() }

    /// Why there are no subsamples; nil where there are.
    package var defect: String? {
        unitCount >= 4 ? nil : "fewer than 4 \(unitCount == sampleCount ? "samples" : "groups") to draw from"
    }

    /// Subsample `number` of those of `seed`: the same on every machine, whichever others are asked for. All are equally likely.
    package func subsample(_ number: Int, seed: UInt64) -> Subsample {
        var generator = SplitMix64(seed: seed, number: number, use: .subsample)
        var order = Array(units.indices)
        for place in 0..<drawnUnits {
            order.swapAt(place, place + generator.unbiasedPosition(below: order.count - place))
        }
        return Subsample(sampleCount: sampleCount, samples: order[..<drawnUnits].flatMap { units[$0] }.sorted())
    }
}

/// An interval for the expected score at n samples, from scores of subsamples.
///
/// It is one for a cell, or a difference of cells on the same subsamples, that was chosen beforehand: that a maximum was chosen among
/// layers is not covered. It is conservative: standard errors are up to about 1.7 times too wide. Preparation is held fixed.
package struct SubsampleInterval: Equatable, Sendable {
    /// The score of all samples, in the middle.
    package let score: Double
    /// sd·√(g/(G - g)), sd the deviation (by B - 1) of the subsamples' scores about their mean; NaN if one of these is, or the score.
    package let standardError: Double
    package let lower: Double
    package let upper: Double
    /// Subsamples B.
    package let subsamples: Int

    /// - Parameters:
    ///   - replicates: the scores of B ≥ 2 subsamples, in the order of their numbers.
    ///   - level: the coverage that it is meant to have.
    package init(score: Double, replicates: [Double], design: SubsampleDesign, level: Double = 0.95) {
        precondition(replicates.count >= 2 && level > 0 && level < 1, "scores that may differ")
        let count = Double(replicates.count)
        let mean = replicates.reduce(0, +) / count
        let squares = replicates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.score = score
        standardError = score.isNaN ? .nan : (squares / (count - 1)).squareRoot() * design.scaling
        let width = Self.normalQuantile((1 + level) / 2) * standardError
        lower = score - width
        upper = score + width
        subsamples = replicates.count
    }

    /// The z > 0 with Φ(z) = `probability` > ½: by halving, to the last bits.
    private static func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (0.0, 40.0)
        let tail = 2 * (1 - probability)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if erfc(middle / 2.0.squareRoot()) > tail { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
