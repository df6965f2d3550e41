package import SweepModel

/// What a file of references was made with and holds, which a sweep has to fit.
package struct ReferenceContents: Codable, Sendable {
    /// The version of the algorithms that made it (`algorithmVersion`).
    package var algorithm: UInt32
    /// The quantile of magnitudes at which values were clipped; nil where they were not.
    package var clip: Double?
    package var clipScope: SweepSpec.ClipScope
    package var normalize: SweepSpec.Normalization
    package var excludesGroups: Bool
    /// The kinds of artifacts of every layer, by name, and the metrics that it was made for, by id.
    package var kinds: [String]
    package var metrics: [String]
    /// The length of neighbour lists and the number of singular vectors; 0 where there are none.
    package var listLength: Int
    package var dimensions: Int
    /// The kernels of OpenBLAS that made what depends on them.
    package var core: String
    /// Its terms, as whoever made it wrote them.
    package var licence: String?
    /// The digest by which the file is known: the SHA-256 of its list of digests. Not in the file.
    package var digest: String?

    package init(
        algorithm: UInt32, clip: SweepSpec.Clip, clipScope: SweepSpec.ClipScope, normalize: SweepSpec.Normalization,
        excludesGroups: Bool, kinds: [String], metrics: [String], listLength: Int, dimensions: Int, core: String,
        licence: String?
    ) {
        self.algorithm = algorithm
        if case .quantile(let quantile) = clip { self.clip = quantile }
        self.clipScope = clipScope
        self.normalize = normalize
        self.excludesGroups = excludesGroups
        self.kinds = kinds
        self.metrics = metrics
        self.listLength = listLength
        self.dimensions = dimensions
        self.core = core
        self.licence = licence
    }

    /// For people.
    package var summary: String {
        let lists = listLength > 0 ? ["neighbour lists of up to \(listLength)"] : []
        let others = kinds.filter { $0 != ArtifactKind.neighbours.name }.map {
            $0 == ArtifactKind.basis.name ? "bases of \(dimensions) dimensions" : $0
        }
        return "\((lists + others).joined(separator: ", ")), for \(metrics.joined(separator: ", ")); \(preparation)"
    }

    /// How rows were prepared, for people.
    package var preparation: String {
        let clipping = clip.map { "clipped at \($0) of each \(clipScope.rawValue)" } ?? "not clipped"
        return "\(clipping), normalised by \(normalize.rawValue)\(excludesGroups ? ", without groups" : "")"
    }
}

/// Everything in a file of references but the artifacts: its member `references.json`.
package struct ReferenceManifest: Codable, Sendable {
    package struct Model: Codable, Sendable {
        /// What the store said of itself, without samples.
        package let store: StoreMetadata
        package let survey: ModelSurvey
        /// One for each layer of the store.
        package let layers: [Layer]

        package init(store: StoreMetadata, survey: ModelSurvey, layers: [Layer]) {
            self.store = store
            self.survey = survey
            self.layers = layers
        }
    }

    package struct Layer: Codable, Sendable {
        package let diagnostics: LayerSummary.Diagnostics
        /// By kind; nothing of a layer whose rows are all the same.
        package let artifacts: [String: Artifact]
        /// What the layer brings to the moments of its scores, by the id of a metric (`LayerSummary.nullNumbers`): it is long to find.
        package let nullNumbers: [String: String]

        package init(
            diagnostics: LayerSummary.Diagnostics, artifacts: [String: Artifact], nullNumbers: [String: String]
        ) {
            self.diagnostics = diagnostics
            self.artifacts = artifacts
            self.nullNumbers = nullNumbers
        }
    }

    package struct Artifact: Codable, Hashable, Sendable {
        /// The name by which artifact directories have it.
        package let name: String
        /// The length of its file.
        package let bytes: Int

        package init(name: String, bytes: Int) {
            self.name = name
            self.bytes = bytes
        }
    }

    static let formatName = "platonic-references"
    static let supportedVersion = 1

    let format: String
    let version: Int
    /// The program that wrote it.
    package let software: String
    package let contents: ReferenceContents
    package let sampleIDs: [String]
    package let models: [Model]

    package init(software: String, contents: ReferenceContents, sampleIDs: [String], models: [Model]) {
        format = Self.formatName
        version = Self.supportedVersion
        self.software = software
        self.contents = contents
        self.sampleIDs = sampleIDs
        self.models = models
    }

    /// All artifacts in the order in which the file has them, each once.
    var artifacts: [Artifact] {
        var seen: Set<Artifact> = []
        return models.flatMap { $0.layers.flatMap { $0.artifacts.sorted { $0.key < $1.key }.map(\.value) } }
            .filter { seen.insert($0).inserted }
    }
}
