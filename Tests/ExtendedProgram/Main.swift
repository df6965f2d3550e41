import AlignmentMetrics
import Commands
import SweepModel

/// The program with metrics that only tests have: what adding one takes, and that nothing else has to know of it.
@main
enum Main {
    static func main() {
        MetricCatalogue.add(.hitKNN)
        NeighbourScores.add(HitNeighbours.self)
        ArtifactCatalogue.add(.centreDistances)
        MetricCatalogue.add(.centreCorrelation)
        ArtifactComputations.add(CentreDistances.self)
        Platonic.main()
    }
}
