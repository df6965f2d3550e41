package import SweepModel
internal import Synchronization

/// The computations of all families of artifacts. Which these are, the catalogue says as well: tests hold one to the other.
package enum ArtifactComputations {
    private static let builtIn: [any ArtifactComputation.Type] = [
        NeighbourArtifact.self, LinearKernel.self, SimilarityRanks.self, CentredDistances.self, CentredRBF.self,
        BasisArtifact.self, FeaturesArtifact.self,
    ]

    private static let known = Mutex(
        Dictionary(uniqueKeysWithValues: builtIn.map { ($0.family, $0 as any ArtifactComputation.Type) }))

    /// The families that have a computation.
    package static var families: Set<String> { known.withLock { Set($0.keys) } }

    /// Adds the computation of a family that was added to the catalogue.
    package static func add(_ computation: any ArtifactComputation.Type) {
        known.withLock { $0[computation.family] = computation }
    }

    /// That of `kind`.
    package static func of(_ kind: ArtifactKind) -> any ArtifactComputation.Type {
        guard let found = known.withLock({ $0[kind.family] }) else {
            preconditionFailure("nothing computes \(kind.family)")
        }
        return found
    }
}
