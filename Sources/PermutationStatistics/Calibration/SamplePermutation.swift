internal import Foundation
internal import SweepModel

/// How the samples of one side are matched with those of the other.
package struct SamplePermutation: Equatable, Sendable {
    /// Sample i of the side that stays is matched with sample `images[i]` of the permuted one (n).
    package let images: [Int32]

    /// - Parameter images: each of 0 … n - 1 once.
    package init(images: [Int32]) { self.images = images }

    /// Every sample is matched with itself, as observed.
    package init(identityOf sampleCount: Int) { images = (0..<Int32(clamping: sampleCount)).map { $0 } }

    /// The sample that is matched with each one of the permuted side (n).
    package var inverse: [Int32] {
        var result = [Int32](repeating: 0, count: images.count)
        for (i, image) in images.enumerated() { result[Int(image)] = Int32(clamping: i) }
        return result
    }
}

/// Which permutations a null distribution is over, and the one of each number.
///
/// Without groups all n! are equally likely. With them whole groups change places with others of as many samples, and the members of a
/// group keep their order: the only thing taken for exchangeable under the null is one group for another of its size, as independent
/// draws are, and nothing is assumed of the members among themselves. Permuting members too would need them exchangeable as well, which
/// five captions in a fixed order of annotators, or frames of a film, are not. Where every group is a sample by itself both are the same.
package struct PermutationDesign: Sendable {
    package let sampleCount: Int
    /// Groups that may change places: strata x groups x members, by size and then by first member.
    private let strata: [[[Int32]]]

    /// Samples that are exchangeable one by one.
    package init(sampleCount: Int) {
        self.sampleCount = sampleCount
        strata = [(0..<Int32(clamping: sampleCount)).map { [$0] }]
    }

    /// - Parameter groups: the group of each sample (n).
    package init(groups: [Int32]) {
        sampleCount = groups.count
        strata = Dictionary(grouping: groupMembers(groups), by: \.count).sorted { $0.key < $1.key }.map(\.value)
    }

    /// Groups where there are such, single samples otherwise.
    package init(groups: [Int32]?, sampleCount: Int) {
        self = groups.map { Self(groups: $0) } ?? Self(sampleCount: sampleCount)
    }

    /// How many samples stay where they are under every permutation: those whose group is the only one of its size.
    package var fixedSamples: Int { strata.filter { $0.count == 1 }.reduce(0) { $0 + $1[0].count } }

    /// The logarithm to base 2 of the number of different permutations.
    package var log2Arrangements: Double {
        strata.reduce(0) { sum, groups in (1...max(1, groups.count)).reduce(sum) { $0 + log2(Double($1)) } }
    }

    /// Why there is no null distribution; nil where there is one.
    package var defect: String? {
        guard strata.allSatisfy({ $0.count < 2 }) else { return nil }
        return sampleCount < 2
            ? "fewer than 2 samples have no other order" : "no two groups are of one size, so nothing can be permuted"
    }

    /// Permutation `number` of those of `seed`: the same on every machine, whichever others are asked for. All are equally likely.
    package func permutation(_ number: Int, seed: UInt64) -> SamplePermutation {
        var generator = SplitMix64(seed: seed, number: number, use: .permutation)
        var images = [Int32](repeating: 0, count: sampleCount)
        for groups in strata {
            var order = Array(groups.indices)
            generator.shuffle(&order)
            for (group, other) in zip(groups, order) {
                for (sample, image) in zip(group, groups[other]) { images[Int(sample)] = image }
            }
        }
        return SamplePermutation(images: images)
    }
}
