internal import PermutationStatistics
internal import SweepModel

/// How the neighbours that two layers share depend on samples that belong together, such as several captions of one image.
///
/// Mutual k-NN (Huh et al. 2024, equation 11) among at most c random samples of each group, for several c: once where samples of one group
/// may be each other's neighbours, and once where they may not. With c = 1 both are the same, and what a sweep of one caption an image finds.
package struct SamplesPerGroup: Sendable, Equatable {
    /// The lists of one layer.
    package struct Lists: Sendable {
        /// Neighbours a sample.
        let length: Int
        /// Those of sample i from i * length on, most similar first, of all samples but itself.
        let indices: [Int32]

        package init(length: Int, indices: [Int32]) {
            self.length = length
            self.indices = indices
        }
    }

    /// At most `count` samples of each group.
    package struct Level: Sendable, Equatable {
        package let count: Int
        /// How many samples take part.
        package let samples: Int
        package let together: Score
        package let apart: Score
    }

    /// Mutual k-NN over random choices of the samples. Those whose lists run out before k neighbours are left out of it.
    package struct Score: Sendable, Equatable {
        /// How many of the samples are left out, where most are.
        package let leftOut: Int
        /// The standard deviation is over the choices; nil where lists are too short to tell, or too few samples are left.
        package let value: SampleMean?
        /// What unrelated layers have on average: the mean of k over the samples that may be neighbours; nil where these are fewer than k.
        package let chance: Double?

        /// - Parameters:
        ///   - found: what each choice gave.
        ///   - candidates: how many others may be neighbours of how many of the samples.
        fileprivate init(_ found: [Found], k: Int, candidates: [(samples: Int, others: Int)]) {
            leftOut = found.map(\.leftOut).max() ?? 0
            guard candidates.allSatisfy({ $0.others >= k }) else {
                (value, chance) = (nil, nil)
                return
            }
            let known = found.compactMap(\.score)
            value = known.count == found.count ? SampleMean.of(known).value : nil
            let samples = Dictionary(candidates.map { ($0.others, $0.samples) }, uniquingKeysWith: +)
            let total = samples.values.reduce(0, +)
            chance =
                samples.sorted { $0.key < $1.key }.reduce(0.0) { $0 + Double($1.value * k) / Double($1.key) }
                / Double(max(1, total))
        }
    }

    /// Of one choice of the samples.
    fileprivate struct Found {
        /// Nil where too many are left out.
        let score: Double?
        let leftOut: Int
    }

    /// Shares of k neighbours that are of a sample's own group, with all samples.
    package struct OwnShares: Sendable, Equatable {
        package let first: Double
        package let second: Double
        /// Of the k, those of the own group that are in both lists.
        package let both: Double
        package let chance: Double
    }

    package let k: Int
    package let groupCount: Int
    package let largestGroup: Int
    package let own: OwnShares
    /// By ascending count; the last is of all samples.
    package let levels: [Level]

    /// Random choices of the samples of a group.
    package static let choices = 10
    /// More levels than these are taken at doubled counts.
    private static let mostLevels = 10
    /// A score of which more of the samples, whose lists ran out, would be missing is none.
    private static let mostLeftOut = 0.01
    /// Neighbours in a list, and in all lists of a layer where more would help.
    private static let usualReach = 256
    private static let mostEntries = 1 << 28

    /// - Parameters:
    ///   - first: lists of one layer, of at least k neighbours; longer ones reach lower levels.
    ///   - second: those of the other one.
    ///   - groups: the group of each sample, numbered from 0.
    package init(_ first: Lists, _ second: Lists, groups: [Int32], k: Int) {
        precondition(k <= first.length && k <= second.length, "lists of k neighbours")
        var members: [[Int]] = Array(repeating: [], count: Int(groups.max() ?? -1) + 1)
        for (sample, group) in groups.enumerated() { members[Int(group)].append(sample) }
        let largest = members.map(\.count).max() ?? 0
        self.k = k
        groupCount = members.count
        largestGroup = largest
        own = Self.ownShares(first, second, groups, members, k: k)
        var scores: [Int: [(together: Found, apart: Found)]] = [:]
        let counts = Self.counts(largest)
        for choice in 0..<Self.choices {
            var generator = SplitMix64(seed: UInt64(choice))
            // One order of each group for all levels, so that their difference is not one of other samples.
            var orders = members
            for group in orders.indices { generator.shuffle(&orders[group]) }
            for count in counts where count < largest || choice == 0 {
                scores[count, default: []].append(
                    Self.score(first, second, groups, orders.map { $0.prefix(count) }, k: k))
            }
        }
        levels = counts.map { count in
            let found = scores[count] ?? []
            let sizes = members.map { min(count, $0.count) }
            let total = sizes.reduce(0, +)
            return Level(
                count: count, samples: total,
                together: Score(found.map(\.together), k: k, candidates: [(samples: total, others: total - 1)]),
                apart: Score(found.map(\.apart), k: k, candidates: sizes.map { (samples: $0, others: total - $0) }))
        }
    }

    /// How long lists are best: long enough for all samples with their own groups left out, and for one in many of them.
    package static func reach(k: Int, groupSizes: [Int], samples: Int) -> Int {
        let whole = k + max(0, (groupSizes.max() ?? 1) - 1)
        let isAffordable = samples * whole <= mostEntries
        return min(max(isAffordable ? whole : k, usualReach), samples - 1)
    }

    /// Whether levels of groups of at most `largest` samples have doubled counts.
    package static func areDoubled(_ largest: Int) -> Bool { largest > mostLevels }

    /// 1, 2, … where these are few, else 1, 2, 4, …; the last is the largest group's size.
    private static func counts(_ largest: Int) -> [Int] {
        guard areDoubled(largest) else { return largest > 0 ? Array(1...largest) : [] }
        var counts = [1]
        while let last = counts.last, 2 * last < largest { counts.append(2 * last) }
        return counts + [largest]
    }

    private static func ownShares(
        _ first: Lists, _ second: Lists, _ groups: [Int32], _ members: [[Int]], k: Int
    ) -> OwnShares {
        var counts = (first: 0, second: 0, both: 0)
        for sample in groups.indices {
            func own(_ lists: Lists) -> Set<Int32> {
                Set(
                    lists.indices[sample * lists.length..<sample * lists.length + k].filter {
                        groups[Int($0)] == groups[sample]
                    })
            }
            let (one, other) = (own(first), own(second))
            counts = (
                counts.first + one.count, counts.second + other.count, counts.both + one.intersection(other).count
            )
        }
        let (n, all) = (Double(max(1, groups.count)), Double(max(1, groups.count * k)))
        let pairs = members.reduce(0.0) { $0 + Double($1.count) * Double($1.count - 1) }
        return OwnShares(
            first: Double(counts.first) / all, second: Double(counts.second) / all, both: Double(counts.both) / all,
            chance: pairs / (n * max(1, n - 1)))
    }

    /// Mutual k-NN among the `chosen` of each group.
    private static func score(
        _ first: Lists, _ second: Lists, _ groups: [Int32], _ chosen: [ArraySlice<Int>], k: Int
    ) -> (together: Found, apart: Found) {
        var isChosen = [Bool](repeating: false, count: groups.count)
        for sample in chosen.joined() { isChosen[sample] = true }
        /// The first k neighbours of `sample` that are chosen, of other groups where `apart`; nil where the list ends before.
        func nearest(_ lists: Lists, _ sample: Int, apart: Bool) -> [Int32]? {
            var found: [Int32] = []
            found.reserveCapacity(k)
            for place in sample * lists.length..<(sample + 1) * lists.length {
                let neighbour = lists.indices[place]
                guard isChosen[Int(neighbour)], !apart || groups[Int(neighbour)] != groups[sample] else { continue }
                found.append(neighbour)
                if found.count == k { return found }
            }
            return nil
        }
        func mutual(apart: Bool) -> Found {
            var (shared, complete, total) = (0, 0, 0)
            for sample in chosen.joined() {
                total += 1
                guard let one = nearest(first, sample, apart: apart), let other = nearest(second, sample, apart: apart)
                else { continue }
                complete += 1
                shared += Set(one).intersection(other).count
            }
            let leftOut = total - complete
            let isKnown = complete > 0 && Double(leftOut) <= mostLeftOut * Double(total)
            return Found(score: isKnown ? Double(shared) / Double(complete * k) : nil, leftOut: leftOut)
        }
        return (mutual(apart: false), mutual(apart: true))
    }
}
