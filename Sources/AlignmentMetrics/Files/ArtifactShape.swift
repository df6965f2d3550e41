package import ArtifactStore
package import PermutationStatistics
package import SweepModel

/// What the artifacts of one layer have to be by the plan of their sweep.
///
/// A file may say anything: its digests guard against accidents, not against whoever makes them anew. So nothing is sized, indexed or
/// multiplied by a number in a file before it was found to be the plan's, and nothing is decoded that breaks a rule that every honest
/// artifact keeps. What keeps the rules and has other numbers cannot be told from what was computed.
package struct ArtifactShape {
    /// n and d.
    package let sampleCount: Int
    package let width: Int
    /// The length of neighbour lists.
    package let listLength: Int
    /// The most singular vectors.
    package let dimensions: Int
    package let linearForm: LinearKernelForm
    /// Where samples of one group are never neighbours, the group of each.
    package let groups: [Int32]?
    /// Where only some samples have lists, these.
    package let queries: QuerySamples?

    package init(
        sampleCount: Int, width: Int, listLength: Int = 0, dimensions: Int = 0, linearForm: LinearKernelForm = .entries,
        groups: [Int32]? = nil, queries: QuerySamples? = nil
    ) {
        self.sampleCount = sampleCount
        self.width = width
        self.listLength = listLength
        self.dimensions = dimensions
        self.linearForm = linearForm
        self.groups = groups
        self.queries = queries
    }

    /// The same with lists of another length.
    package func with(listLength: Int) -> ArtifactShape {
        ArtifactShape(
            sampleCount: sampleCount, width: width, listLength: listLength, dimensions: dimensions,
            linearForm: linearForm, groups: groups, queries: queries)
    }

    /// The galleries in which each of these has one.
    var galleryCount: Int { queries?.galleries.count ?? 1 }

    /// Samples that have lists.
    package var listedSamples: Int { queries?.samples.count ?? sampleCount }

    /// d of a kernel of `kind` that is kept by its factor; nil where entries are kept.
    func factorWidth(_ kind: ArtifactKind) -> Int? {
        kind.definition.source == .linearKernel && linearForm == .factor ? width : nil
    }

    /// The columns of centred features, which are wider than tall only up to a rotation.
    var featureColumns: Int { min(sampleCount, width) }

    /// Whether `file` holds the layer's artifact of `kind`: all of it is read, as those read it who need it.
    package func holds(_ kind: ArtifactKind, _ file: ArtifactFile) -> Bool {
        (try? ArtifactComputations.of(kind).holds(kind, file, self)) ?? false
    }
}
