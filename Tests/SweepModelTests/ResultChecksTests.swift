import Testing

@testable import SweepModel

/// What workers and files say of layers is what can be, or it is not taken.
@Suite("Checks of results")
struct ResultChecksTests {
    private let plan = SweepPlan(
        sampleCount: 16, models: [("a", "/a.h5", 10, [(1, "one", 4), (3, "three", 8)])], xModels: [0], yModels: nil,
        metrics: [Metric(kind: .mutualKNN, k: 3), Metric(kind: .cka)])

    private func summary(
        clipped: Double = 0.05, isConstant: Bool = false, rank: Double = 3, cosine: Double = 0.5, tied: [Double] = [0],
        chances: [Double] = [0.5], degree: Int = 7, factors: [ArtifactKind: Double] = [.gram: 3],
        kinds: [ArtifactKind] = [.neighbours, .gram], hasNeighbours: Bool = true
    ) -> Bool {
        LayerSummary(
            diagnostics: .init(clippedShare: clipped, isConstant: isConstant, effectiveRank: rank, meanCosine: cosine),
            neighbourhood: hasNeighbours
                ? .init(tiedShares: tied, cycleChances: chances, largestInDegree: degree) : nil,
            chanceFactors: factors, artifacts: Dictionary(uniqueKeysWithValues: kinds.map { ($0, "name") })
        ).fits(plan)
    }

    @Test func whatCanBeFits() {
        #expect(summary())
        #expect(summary(rank: .nan, cosine: .nan, factors: [.gram: .nan]), "what is undefined is not a number")
        #expect(summary(isConstant: true, rank: .nan, factors: [:], kinds: [], hasNeighbours: false))
    }

    @Test func whatCannotBeDoesNot() {
        for value in [-0.1, 1.1, .infinity, -.infinity, 1e300] {
            #expect(!summary(clipped: value) && !summary(tied: [value]) && !summary(chances: [value]), "\(value)")
        }
        #expect(!summary(tied: [.nan]) && !summary(chances: [.nan]))
        #expect(!summary(tied: []) && !summary(tied: [0, 0]) && !summary(chances: []))
        #expect(!summary(rank: -1) && !summary(rank: .infinity) && !summary(rank: 40))
        #expect(!summary(cosine: 2) && !summary(cosine: -.infinity))
        #expect(!summary(degree: -1) && !summary(degree: 17) && !summary(degree: .max))
        #expect(
            !summary(factors: [.gram: 5]) && !summary(factors: [.gram: -.infinity]) && !summary(factors: [.ranks: 1]))
        #expect(!summary(kinds: [.gram]) && !summary(kinds: [.neighbours, .gram, .ranks]))
        #expect(!summary(hasNeighbours: false))
        #expect(!summary(clipped: 2, isConstant: true, rank: .nan, kinds: [], hasNeighbours: false))
    }

    @Test func aSurveyHasAThresholdForEachLayer() {
        func fits(_ thresholds: [Double], digests: Int = 2) -> Bool {
            ModelSurvey(
                clipThresholds: thresholds, layerDigests: Array(repeating: "d", count: digests), warnings: []
            ).fits(plan, model: 0)
        }
        // Layers 1 and 3 of a store of four.
        #expect(fits([0.5]) && fits([.infinity]) && fits([1, 2, 3, 4]))
        #expect(!fits([]) && !fits([1, 2, 3]) && !fits([.nan]) && !fits([-1]) && !fits([1, 2, 3, -1]))
        #expect(!fits([1], digests: 1) && !fits([1], digests: 3))
    }
}
