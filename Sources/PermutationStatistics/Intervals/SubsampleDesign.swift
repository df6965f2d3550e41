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

    /// The least number of samples that a subsample can have.
    package var leastDrawnSamples: Int { units.map(\.count).sorted().prefix(drawnUnits).reduce(0, +) }

    /// √(g/(G - g)): by what the deviation of scores among subsamples is multiplied for that of the score of all samples.
    package var scaling: Double { Self.scaling(drawnUnits, of: unitCount) }
    package static func scaling(_ drawn: Int, of units: Int) -> Double {
        (Double(drawn) / Double(units - drawn)).squareRoot()
    }

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
