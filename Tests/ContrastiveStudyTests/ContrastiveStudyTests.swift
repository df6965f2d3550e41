import SweepModel
import Testing

@testable import ContrastiveStudy

struct ContrastiveStudyTests {
    private static func settings(seed: UInt64 = 0) -> ContrastiveSettings {
        var settings = ContrastiveSettings()
        settings.events = 36
        settings.steps = 1200
        settings.seed = seed
        return settings
    }

    /// What the paper says, in worlds that it speaks of, with another seed than the program's.
    @Test func smoothWorldsAreLearned() throws {
        let study = try ContrastiveStudy(Self.settings(seed: 7))
        for found in study.worlds where found.world.kind.isSmooth {
            for learned in found.learned {
                let (correlation, bijective) = (
                    try #require(learned.fit.correlation), try #require(learned.bijective.last)
                )
                #expect(correlation >= 0.99)
                #expect(bijective.mutualNeighbours >= 0.95 && bijective.cka >= 0.99)
                let lossy = try #require(learned.lossy.last)
                #expect(lossy.mutualNeighbours < 0.7 && lossy.cka < 0.8)
            }
            #expect(found.acrossLosses.mutualNeighbours >= 0.9)
        }
        let torus = study.dimensions.map { $0.fits.compactMap(\.correlation).min() ?? 0 }
        #expect(torus[0] < 0.7 && torus[3] > 0.99, "four numbers hold two circles")
    }

    @Test func theOthersAreNot() throws {
        let study = try ContrastiveStudy(Self.settings())
        for found in study.worlds {
            switch found.world.kind {
            case .rough:
                for learned in found.learned {
                    let correlation = try #require(learned.fit.correlation)
                    #expect(correlation < 0.9)
                }
            case .window:
                for learned in found.learned {
                    #expect(learned.fit.correlation == nil, "one PMI for all pairs that are seen")
                    let middle = learned.unseenScores.count / 2
                    #expect(learned.unseenScores[middle] > learned.unseenScores[learned.unseenScores.count - 1])
                }
            default: #expect(found.unseenShare == 0)
            }
        }
    }

    @Test func aSeedGivesTheSameNumbers() throws {
        var small = Self.settings(seed: 3)
        small.steps = 40
        let (one, two) = (try ContrastiveStudy(small), try ContrastiveStudy(small))
        small.seed = 4
        let other = try ContrastiveStudy(small)
        for (a, b) in zip(one.worlds, two.worlds) {
            #expect(a.learned.map(\.kernels) == b.learned.map(\.kernels))
            #expect(a.learned.map(\.bijective) == b.learned.map(\.bijective))
        }
        #expect(one.worlds[0].learned[0].kernels != other.worlds[0].learned[0].kernels)
    }

    @Test func aFitIsLeastSquares() throws {
        let pmi = PairValues(count: 2, values: [1, -1, -1, 3])
        let fit = KernelFit(PairValues(count: 2, values: [2.5, -1.5, -1.5, 6.5]), pmi: pmi)
        let (scale, offset) = (try #require(fit.scale), try #require(fit.offset))
        let correlation = try #require(fit.correlation)
        #expect(abs(scale - 2) < 1e-12 && abs(offset - 0.5) < 1e-12)
        #expect(abs(correlation - 1) < 1e-12 && fit.pairs == 4)
        let hidden = KernelFit(pmi, pmi: PairValues(count: 2, values: [1, -.infinity, -.infinity, 3]))
        #expect(hidden.pairs == 2)
    }

    @Test(arguments: [
        ("events", 8), ("events", 1000), ("steps", 3), ("k", 0), ("k", 36), ("dimension", 0), ("dimension", 37),
    ])
    func badSettingsAreRefused(what: String, value: Int) throws {
        var settings = Self.settings()
        switch what {
        case "events": settings.events = value
        case "steps": settings.steps = value
        case "k": settings.neighbours = value
        default: settings.dimension = value
        }
        let complaint = #expect(throws: Complaint.self) { try settings.check() }
        #expect(complaint?.kind == .request && complaint?.place == "--\(what)")
    }

    @Test func looksEndWithTheLastStep() {
        var settings = ContrastiveSettings()
        #expect(settings.looks.first == 1 && settings.looks.last == 2000)
        settings.steps = 10
        #expect(settings.looks == [1, 2, 4, 6, 10])
    }
}
