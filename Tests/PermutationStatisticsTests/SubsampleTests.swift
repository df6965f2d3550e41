import SweepModel
import SweepTestSupport
import Testing

@testable import PermutationStatistics

struct SubsampleTests {
    /// χ² of the 20 halves of six samples with 19 degrees of freedom: 43.8 is its 0.999 quantile.
    @Test func allHalvesAreEquallyLikely() {
        let design = SubsampleDesign(sampleCount: 6)
        var counts: [[Int32]: Int] = [:]
        for number in 0..<20_000 { counts[design.subsample(number, seed: 3).samples, default: 0] += 1 }
        let statistic = counts.values.reduce(0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(counts.count == 20 && statistic < 43.8)
        #expect(counts.keys.allSatisfy { $0 == $0.sorted() && Set($0).count == 3 })
        #expect(design.scaling == 1 && design.defect(.halves, count: 200) == nil)
        #expect(SubsampleDesign(sampleCount: 7).scaling == (3.0 / 4).squareRoot())
        #expect(design.subsample(8, seed: 3) == SubsampleDesign(sampleCount: 6).subsample(8, seed: 3))
    }

    @Test func groupsAreDrawnWhole() {
        let groups: [Int32] = [7, 1, 1, 7, 2, 3, 4, 4, 4, 2]
        let design = SubsampleDesign(groups: groups)
        #expect(design.unitCount == 5 && design.drawnUnits == 2 && design.scaling == (2.0 / 3).squareRoot())
        var seen: Set<Set<Int32>> = []
        for number in 0..<300 {
            let drawn = design.subsample(number, seed: 1)
            let chosen = Set(drawn.samples.map { groups[Int($0)] })
            seen.insert(chosen)
            #expect(chosen.count == 2)
            #expect(drawn.samples == (0..<10).filter { chosen.contains(groups[Int($0)]) })
            #expect(drawn.samples.enumerated().allSatisfy { drawn.positions[Int($1)] == $0 })
            #expect(drawn.positions.count { $0 < 0 } == 10 - drawn.samples.count)
        }
        #expect(seen.count == 10)
        #expect(SubsampleDesign(groups: [1, 1, 2, 3]).defect(.halves, count: 9) == "fewer than 4 groups to draw from")
        #expect(SubsampleDesign(sampleCount: 3).defect(.halves, count: 9) == "fewer than 4 samples to draw from")
    }

    /// Every half of eight samples, from whole lists and from ones that are too short for some.
    @Test func neighboursWithinASubsampleAreTheFirstThatWereDrawn() {
        let (n, m, k) = (8, 4, 2)
        let whole = RandomLists.indices(layers: 3, n: n, k: n - 1, overlap: 0.5, seed: 6)
        var ranOut = 0
        for reach in [7, 4] {
            let layers = whole.map { indices in
                RankedLists(
                    sampleCount: n, reach: reach,
                    indices: (0..<n).flatMap { indices[($0 * (n - 1))..<($0 * (n - 1) + reach)] })
            }
            for bits in 0..<(1 << n) where bits.nonzeroBitCount == m {
                let drawn = Subsample(
                    sampleCount: n, samples: (0..<Int32(n)).filter { bits >> $0 & 1 == 1 })
                let within = layers.map { SubsampledLists($0, in: drawn, k: k) }
                let scores = SubsampledOverlaps(rows: Array(within[..<1]), columns: Array(within[1...]))
                // By definition, over samples of which both lists have k.
                for column in 1...2 {
                    var (common, jaccard, complete) = (0, 0.0, 0)
                    for i in drawn.samples {
                        let lists = [0, column].map { layer in
                            layers[layer].indices[(Int(i) * reach)..<(Int(i) * reach + reach)]
                                .filter { bits >> $0 & 1 == 1 }.prefix(k)
                        }
                        guard lists.allSatisfy({ $0.count == k }) else { continue }
                        let both = Set(lists[0]).intersection(lists[1]).count
                        common += both
                        jaccard += Double(both) / Double(2 * k - both)
                        complete += 1
                    }
                    let (mutual, similarity) = (scores.mutualScores[column - 1], scores.jaccardScores[column - 1])
                    #expect(scores.leftOut[column - 1] == m - complete)
                    ranOut += m - complete
                    guard complete > 0 else {
                        #expect(mutual.isNaN && similarity.isNaN)
                        continue
                    }
                    #expect(mutual == Double(common) / Double(complete * k))
                    #expect(abs(similarity - jaccard / Double(complete)) < 1e-11)
                }
                #expect(within.allSatisfy { $0.ranOutCount == $0.ranOut.count { $0 } && $0.lists.sampleCount == m })
                #expect(reach < 7 || within.allSatisfy { $0.ranOutCount == 0 })
            }
        }
        #expect(ranOut > 0)
    }

    @Test func intervalsAreScaledDeviationsAroundTheScore() {
        let design = SubsampleDesign(sampleCount: 7)
        let found = SubsampleInterval(score: 0.5, replicates: [0.1, 0.2, 0.3, 0.6], scaling: design.scaling)
        // Variance 0.14/3, times 3/4.
        let error = (0.14 / 4).squareRoot()
        #expect(abs(found.standardError - error) < 1e-15)
        #expect(abs(found.upper - (0.5 + 1.959963984540054 * error)) < 1e-14)
        #expect(abs(found.lower - (0.5 - 1.959963984540054 * error)) < 1e-14)
        let narrower = SubsampleInterval(
            score: 0.5, replicates: [0.1, 0.2, 0.3, 0.6], scaling: design.scaling, level: 0.9)
        #expect(abs(narrower.upper - (0.5 + 1.6448536269514722 * error)) < 1e-14)
        #expect(SubsampleInterval(score: 0.5, replicates: [0.1, .nan], scaling: design.scaling).lower.isNaN)
        var spread = ReplicateSpread(cells: 3)
        for scores in [[0.1, 5, 1], [0.2, 5, 2], [0.3, 5, .nan], [0.6, 5, 4]] { spread.add(scores) }
        let errors = spread.deviations.map { $0 * design.scaling }
        #expect(abs(errors[0] - error) < 1e-15 && errors[1] == 0 && errors[2].isNaN)
        #expect(ReplicateSpread(cells: 1).deviations[0].isNaN)
        #expect(SubsampleInterval(score: .nan, replicates: [0.1, 0.2], scaling: design.scaling).standardError.isNaN)
    }

    /// Every unit is in one part, whole, and all orders are as likely.
    @Test func partsAreDisjointAndTogetherAll() {
        let groups: [Int32] = [4, 4, 1, 1, 1, 9, 8, 8, 7, 6, 6, 6, 6]
        for design in [SubsampleDesign(groups: groups), SubsampleDesign(sampleCount: 13)] {
            let parts = design.parts(3, seed: 5)
            #expect(parts.flatMap(\.samples).sorted() == Array(0..<13))
            #expect(parts == Array(design.subsamples(.parts, count: 3, seed: 5)) && parts != design.parts(3, seed: 6))
        }
        let parts = SubsampleDesign(groups: groups).parts(3, seed: 5)
        for group in Set(groups) {
            let own = groups.indices.filter { groups[$0] == group }.map { Int32($0) }
            #expect(parts.count { own.allSatisfy($0.samples.contains) } == 1)
        }
        #expect(SubsampleDesign(sampleCount: 13).parts(3, seed: 5).map(\.samples.count) == [4, 4, 5])
        #expect(SubsampleDesign(sampleCount: 13).leastSamples(.parts, count: 3) == 4)
        #expect(SubsampleDesign(sampleCount: 6).defect(.parts, count: 7) == "fewer than 7 samples to draw from")
        var counts = [Int](repeating: 0, count: 13)
        for seed in 0..<3000 {
            for sample in SubsampleDesign(sampleCount: 13).parts(3, seed: UInt64(seed))[0].samples {
                counts[Int(sample)] += 1
            }
        }
        // 4 of 13 of 3,000: 923, give or take 25.
        #expect(counts.allSatisfy { (800...1050).contains($0) })
    }
}
