import SweepModel
import Testing

@testable import PermutationStatistics

struct SamplePermutationTests {
    /// χ² of 24 orders of four samples with 23 degrees of freedom: 49.7 is its 0.999 quantile.
    @Test func allOrdersAreEquallyLikely() {
        let design = PermutationDesign(sampleCount: 4)
        let draws = 24_000
        var counts: [[Int32]: Int] = [:]
        for number in 0..<draws { counts[design.permutation(number, seed: 7).images, default: 0] += 1 }
        #expect(counts.count == 24)
        let expected = Double(draws) / 24
        let statistic = counts.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(statistic < 49.7)
        #expect(abs(design.log2Arrangements - 4.584962500721156) < 1e-14)
        #expect(design.defect == nil && design.fixedSamples == 0)
    }

    /// Numbers that follow each other are unrelated, and so are seeds: one image given that of the permutation before.
    @Test func neighbouringNumbersAndSeedsAreUnrelated() {
        let design = PermutationDesign(sampleCount: 4)
        for step in [(1, UInt64(0)), (0, 1)] {
            var counts: [[Int32]: Int] = [:]
            for number in 0..<16_000 {
                let pair = [
                    design.permutation(number, seed: 5).images[0],
                    design.permutation(number + step.0, seed: 5 + step.1).images[0],
                ]
                counts[pair, default: 0] += 1
            }
            let statistic = counts.values.reduce(0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
            // 15 degrees of freedom, the 0.999 quantile.
            #expect(counts.count == 16 && statistic < 37.7)
        }
    }

    /// The same on every machine: these are in results.
    @Test func permutationsDependOnSeedAndNumberAlone() {
        let design = PermutationDesign(sampleCount: 10)
        #expect(design.permutation(0, seed: 0).images == [1, 0, 7, 3, 4, 6, 2, 5, 9, 8])
        #expect(design.permutation(3, seed: 42).images == [7, 2, 1, 4, 3, 9, 6, 8, 5, 0])
        #expect(design.permutation(3, seed: 42) == PermutationDesign(sampleCount: 10).permutation(3, seed: 42))
        let permutation = design.permutation(1, seed: 1)
        #expect(permutation.inverse.enumerated().allSatisfy { permutation.images[Int($1)] == $0 })
        var streams = [SplitMix64.Use.permutation, .subsample].map { SplitMix64(seed: 1, number: 1, use: $0) }
        #expect(streams[0].next() != streams[1].next())
    }

    /// Groups 0 (two samples), 1 (two), 2 (three), 3 (one), 4 (two), 5 (one).
    @Test func wholeGroupsOfASizeChangePlaces() {
        let groups: [Int32] = [0, 1, 2, 3, 4, 0, 1, 2, 4, 2, 5]
        let design = PermutationDesign(groups: groups)
        #expect(design.fixedSamples == 3)
        #expect(abs(design.log2Arrangements - 3.584962500721156) < 1e-14)
        #expect(design.defect == nil)
        let members = Dictionary(grouping: groups.indices) { groups[$0] }
        var seen: Set<[Int32]> = []
        for number in 0..<200 {
            let images = design.permutation(number, seed: 2).images
            seen.insert(images)
            #expect(images.sorted() == (0..<11).map { Int32($0) })
            for (_, samples) in members {
                let group = groups[Int(images[samples[0]])]
                // The whole other group, its members in their order.
                #expect(samples.map { Int(images[$0]) } == members[group])
            }
        }
        #expect(seen.count == 12)
    }

    @Test func groupsOfOneAreSamples() {
        let single = PermutationDesign(groups: [5, 3, 9, 1, 0])
        for number in 0..<20 {
            #expect(
                single.permutation(number, seed: 1) == PermutationDesign(sampleCount: 5).permutation(number, seed: 1))
        }
    }

    @Test func whereNothingCanBePermutedThereIsAReason() {
        let design = PermutationDesign(groups: [0, 0, 1, 2, 2, 2])
        #expect(design.defect == "no two groups are of one size, so nothing can be permuted")
        #expect(design.permutation(4, seed: 1) == SamplePermutation(identityOf: 6))
        #expect(design.fixedSamples == 6 && design.log2Arrangements == 0)
        #expect(PermutationDesign(sampleCount: 1).defect != nil)
        #expect(PermutationDesign(groups: []).defect != nil)
    }
}
