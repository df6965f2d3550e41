package import SweepModel

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

    /// Groups where there are such, single samples otherwise.
    package init(groups: [Int32]?, sampleCount: Int) {
        self = groups.map { Self(groups: $0) } ?? Self(sampleCount: sampleCount)
    }

    /// Units G that there are, samples or groups, and those g of a subsample.
    package var unitCount: Int { units.count }
    package var drawnUnits: Int { units.count / 2 }

    /// The least number of samples that a subsample can have.
    package func leastSamples(_ design: SubsamplePlan.Design, count: Int) -> Int {
        units.map(\.count).sorted().prefix(design == .parts ? unitCount / count : drawnUnits).reduce(0, +)
    }

    /// √(g/(G - g)): by what the deviation of scores among subsamples is multiplied for that of the score of all samples.
    package var scaling: Double { Self.scaling(drawnUnits, of: unitCount) }
    package static func scaling(_ drawn: Int, of units: Int) -> Double {
        (Double(drawn) / Double(units - drawn)).squareRoot()
    }

    /// Why there are no such subsamples; nil where there are.
    package func defect(_ design: SubsamplePlan.Design, count: Int) -> String? {
        let least = design == .parts ? max(4, count) : 4
        guard unitCount < least else { return nil }
        return "fewer than \(least) \(unitCount == sampleCount ? "samples" : "groups") to draw from"
    }

    /// The subsamples of a plan, in the order of their numbers.
    package func subsamples(_ design: SubsamplePlan.Design, count: Int, seed: UInt64) -> some Sequence<Subsample> {
        let parts = design == .parts ? self.parts(count, seed: seed) : []
        return (0..<count).lazy.map { design == .parts ? parts[$0] : subsample($0, seed: seed) }
    }

    /// So many disjoint parts, which are all samples together, of as many units as can be: part i of P has those from place iG/P on of a random
    /// order of the G units.
    package func parts(_ count: Int, seed: UInt64) -> [Subsample] {
        var generator = SplitMix64(seed: seed, number: 0, use: .parts)
        var order = Array(units.indices)
        generator.shuffle(&order)
        return (0..<count).map { part in
            let places = part * units.count / count..<(part + 1) * units.count / count
            return Subsample(sampleCount: sampleCount, samples: order[places].flatMap { units[$0] }.sorted())
        }
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
