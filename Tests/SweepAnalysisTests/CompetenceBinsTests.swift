import Testing

@testable import SweepAnalysis

struct CompetenceBinsTests {
    @Test func aTaskIsSolvedAtFourFifthsOfTheBest() {
        let models = side(
            ["a", "b", "c", "d"],
            scores: ["vtab:one": [1, 0.8, 0.79, .nan], "vtab:two": [10, 12.5, 12.6, .nan], "other": [1, 1, 1, 1]],
            lower: ["vtab:two"])
        let shares = SolvedTasks.shares(ComparedModels(scored(models, [])))
        #expect(same(shares ?? [], [1, 1, 0, .nan]))
        #expect(SolvedTasks.shares(ComparedModels(scored(side(["a"], scores: ["other": [1]]), []))) == nil)
    }

    @Test func pairsAcrossBinsDoNotCount() throws {
        let low: [Double] = [0.25, 0.25, 0.25, -9, -9, -9]
        let high: [Double] = [-9, -9, -9, 0.75, 0.75, 0.75]
        let rows = [low, low, low, high, high, high]
        let models = side((0..<6).map { "m\($0)" }, scores: ["s": [1, 2, 3, 4, 5, 6]])
        let section = try #require(CompetenceBins.all(ComparedSweep(scored(models, [scored("m", rows)]))).first)
        #expect(section.bins.map { $0.alignment.value?.mean } == [0.25, 0.75])
        #expect(section.bins.map(\.alignment.n) == [3, 3] && section.bins.map(\.lower) == [1, 4])
        #expect(section.bins.map { $0.alignment.value?.standardError } == [0, 0])
    }

    @Test func missingPairsLowerTheirNumber() throws {
        var rows = [[Double]](repeating: [Double](repeating: 0.5, count: 7), count: 7)
        (rows[0][1], rows[1][0]) = (.nan, .nan)
        let models = side((0..<7).map { "m\($0)" }, scores: ["s": [1, 2, 2, 2, 5, 6, 7]])
        let bin = try #require(CompetenceBins.all(ComparedSweep(scored(models, [scored("m", rows)]))).first?.bins.first)
        #expect(bin.alignment.n == 5 && bin.alignment.value?.modelCount == 4)
    }

    /// Pairs within a modality score 0.8, pairs across 0.2, whatever the score that models are binned by.
    @Test func binsAreWithinAModality() {
        let names = (0..<14).map { "m\($0)" }
        let modalities = names.indices.map { $0 % 2 == 0 ? "vision" : "language" }
        let rows = names.indices.map { i in names.indices.map { (i + $0) % 2 == 0 ? 0.8 : 0.2 } }
        let models = side(names, attributes: ["modality": modalities], scores: ["s": names.indices.map(Double.init)])
        let all = CompetenceBins.all(ComparedSweep(scored(models, [scored("m", rows)])))
        #expect(all.map(\.modality) == ["language", "vision"])
        for section in all {
            #expect(section.bins.map(\.models.count) == [3, 4] && section.reason == nil)
            #expect(section.bins.allSatisfy { abs(($0.alignment.value?.mean ?? 0) - 0.8) < 1e-12 })
            let members = Set(section.bins.flatMap(\.models))
            #expect(members == Set(names.indices.filter { modalities[$0] == section.modality }.map { names[$0] }))
        }
    }

    @Test func oneBinSaysNothing() {
        func section(_ values: [Double]) -> CompetenceBins? {
            let names = values.indices.map { "m\($0)" }
            let rows = names.map { _ in names.map { _ in 0.5 } }
            return CompetenceBins.all(ComparedSweep(scored(side(names, scores: ["s": values]), [scored("m", rows)])))
                .first
        }
        #expect(
            section([1, 2, 3, 4, 5])?.bins.isEmpty == true
                && section([1, 2, 3, 4, 5])?.reason?.contains("fewer than 6") == true)
        #expect(section([1, 1, 1, 1, 1, 1, 2])?.reason == "so many models have the same score that they leave one bin")
        #expect(section([1, 2, 3, 4, 5, 6])?.bins.count == 2)
        // Two sides of one modality each are never compared within it.
        let vision = side((0..<6).map { "v\($0)" }, scores: ["s": [1, 2, 3, 4, 5, 6]])
        let cross = CompetenceBins.all(
            ComparedSweep(scored(vision, side(["l"]), [scored("m", (0..<6).map { _ in [0.5] })])))
        #expect(
            cross.first?.bins.isEmpty == true
                && cross.first?.reason == "the sweep does not compare these models with each other")
    }

    @Test func aModelInEveryPairHasNoIntervalUnlessItIsHeldFixed() {
        let pairs = [ComparedModels.Pair(first: 0, second: 1), .init(first: 0, second: 2), .init(first: 0, second: 3)]
        let compared = ComparedModels(scored(side(["a", "b", "c", "d"]), []))
        let matrix = [Double](repeating: 0.5, count: 16)
        let found = PairMean.of(pairs, matrix: matrix, compared)
        #expect(found.n == 3 && found.interval.reason == "one model, or its network, is in every pair")
        let fixed = PairMean.of(pairs, matrix: matrix, compared, subjects: [0])
        #expect(fixed.interval.n == 3 && fixed.interval.value?.degreesOfFreedom == 2)
    }

    /// Twins score 0.9 with each other, everything else 0.5.
    @Test func pairsOfOneNetworkAreLeftOut() throws {
        let names = (0..<8).map { "m\($0)" }
        func sections(_ networks: [String]) -> [CompetenceBins] {
            let rows = networks.map { a in networks.map { a == $0 ? 0.9 : 0.5 } }
            let models = side(
                names, attributes: ["network": networks], scores: ["s": (0..<8).map(Double.init)])
            return CompetenceBins.all(ComparedSweep(scored(models, [scored("m", rows)])))
        }
        let bins = try #require(sections(["a", "a", "b", "c", "d", "d", "d", "d"]).first?.bins)
        #expect(bins.map(\.models.count) == [4, 4] && bins.map(\.alignment.n) == [5, 0])
        #expect(bins[0].alignment.value?.mean == 0.5 && bins[0].alignment.interval.n == 3)
        #expect(bins[1].alignment.reason == "there is no pair")
        let none = try #require(sections(["a", "a", "a", "a", "d", "d", "d", "d"]).first)
        #expect(none.bins.isEmpty && none.reason == "no bin has models of two networks")
    }

    /// Models of x and of y are two sets. A mean of x_i - y_j has the interval of Welch's test:
    /// `scipy.stats.ttest_ind(x, y, equal_var=False).confidence_interval()`.
    @Test func binsOfACrossSweepHaveTwoSides() throws {
        let (x, y): ([Double], [Double]) = ([1, 4, 2, 8, 5, 7, 0, 0, 0], [3, 9, 2.5, 1, 0])
        let sweep = scored(
            side(x.indices.map { "x\($0)" }, scores: ["s": [0, 0, 0, 0, 0, 0, 1, 2, 3]]),
            side(y.indices.map { "y\($0)" }, scores: ["s": [0, 0, 0, 0, 4]]),
            [scored("m", x.map { a in y.map { a - $0 } })])
        let bins = try #require(CompetenceBins.all(ComparedSweep(sweep)).first?.bins)
        #expect(bins.map(\.models.count) == [10, 4] && bins.map(\.alignment.n) == [24, 3])
        let interval = try #require(bins[0].alignment.interval.value)
        #expect(close(interval.degreesOfFreedom, 5.382799130177439))
        #expect(close(interval.lower, -4.623070608088931) && close(interval.upper, 5.873070608088931))
        // The one model of y is held fixed.
        #expect(bins[1].alignment.interval.value?.degreesOfFreedom == 2)
    }

    @Test func whatTiesDoToBinsIsSaid() {
        func section(_ values: [Double]) -> CompetenceBins? {
            let names = values.indices.map { "m\($0)" }
            let rows = names.map { _ in names.map { _ in 0.5 } }
            return CompetenceBins.all(ComparedSweep(scored(side(names, scores: ["s": values]), [scored("m", rows)])))
                .first
        }
        #expect(section((0..<11).map(Double.init))?.unevenness == nil)
        #expect(
            section([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6])?.unevenness
                == "models with equal values are never parted: bins hold 6, 3, 3 models, not 3, 3, 3, 3")
        #expect(section([0, 0, 0, 1, 2, 3])?.unevenness == nil)
    }
}
