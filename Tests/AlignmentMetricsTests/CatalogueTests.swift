import AlignmentMetrics
import SweepModel
import Testing

/// What is declared is computed, and the other way round: floors below cannot name computations.
@Suite("Computations of the catalogue")
struct CatalogueTests {
    @Test func everyNeighbourMetricHasItsScores() {
        #expect(NeighbourScores.kinds == Set(MetricKind.allCases.filter(\.isNeighbourMetric)))
    }

    @Test func whatIsCountedInMasksSaysSo() {
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            #expect((NeighbourScores.counting(kind) != nil) == kind.isCountedInMasks, "\(kind.rawValue)")
        }
    }

    @Test func everyFamilyOfArtifactsHasItsComputation() {
        #expect(ArtifactComputations.families == Set(ArtifactCatalogue.definitions.map(\.family)))
    }

    @Test func artifactsAreMadeInTheCataloguesOrder() {
        let kinds: [ArtifactKind] = [.rbf(bandwidth: 2), .distances, .basis, .rbf(bandwidth: 0.5), .ranks, .neighbours]
        #expect(
            ArtifactCatalogue.ordered(kinds)
                == [.neighbours, .ranks, .distances, .rbf(bandwidth: 0.5), .rbf(bandwidth: 2), .basis])
    }
}
