internal import SweepModel

/// Do co-occurrence statistics in images, and language models, know how colours lie beside each other (Huh et al. 2024, figure 8 and appendix D)?
package struct ColourStudy: Sendable {
    package let settings: ColourSettings
    package let vision: VisionFindings
    package let models: [ModelFindings]

    /// Features of colour words from one network.
    package struct WordFeatures: Sendable {
        /// The store's path, for complaints.
        package let path: String
        package let model: String
        /// What weights aside is the same network.
        package let network: String
        package let isPretrained: Bool
        /// The words and their colours (n).
        package let words: [String]
        package let colours: [SRGB]
        package let layers: [Layer]

        /// n rows of one width.
        package struct Layer: Sendable {
            package let name: String
            package let features: [Double]

            package init(name: String, features: [Double]) {
                self.name = name
                self.features = features
            }
        }

        package init(
            path: String, model: String, network: String, isPretrained: Bool, words: [String], colours: [SRGB],
            layers: [Layer]
        ) {
            self.path = path
            self.model = model
            self.network = network
            self.isPretrained = isPretrained
            self.words = words
            self.colours = colours
            self.layers = layers
        }
    }

    /// Colours that are laid out by their dissimilarities, beside where people see them.
    package struct Cloud: Sendable {
        package let names: [String]
        package let colours: [SRGB]
        /// Where the colours are in CIELAB.
        package let perception: [CIELAB]
        package let distances: ColourDistances
        package let scaling: SpatialScaling
        /// The map brought onto CIELAB (L*, a*, b*).
        package let alignment: SpatialAlignment
        /// The distances beside those of CIELAB.
        package let comparison: DistanceComparison

        /// ΔE*ab of all pairs.
        package var perceived: ColourDistances { ColourDistances(perception) }
    }

    package struct VisionFindings: Sendable {
        package let counts: ColourCounts
        package let pmi: ColourPMI
        package let cloud: Cloud
        /// The comparison that other smoothing would have given, without permutations.
        package let smoothings: [(smoothing: Double, comparison: DistanceComparison)]
    }

    package struct ModelFindings: Sendable {
        package let features: WordFeatures
        /// Of the last layer.
        package let cloud: Cloud
        /// Every layer beside CIELAB, in order.
        package let layers: [DistanceComparison]
    }

    /// - Parameter counts: how often colours of the images stand beside each other.
    package init(_ counts: ColourCounts, models: [WordFeatures], settings: ColourSettings) throws {
        self.settings = settings
        vision = try Self.vision(counts, settings)
        self.models = try models.map { try Self.findings($0, settings) }
    }

    private static func vision(_ counts: ColourCounts, _ settings: ColourSettings) throws -> VisionFindings {
        let cells = counts.mostFrequent(settings.colours)
        guard cells.count >= 5 else {
            throw Complaint(
                .request, "the images have \(cells.count) colours on this grid, and a map takes 5", at: "--levels",
                advice: "name more levels, or images of more colours")
        }
        let pmi = ColourPMI(counts, cells: cells, smoothing: settings.smoothing)
        let colours = cells.map(counts.grid.centre)
        func distances(_ pmi: ColourPMI) -> ColourDistances {
            ColourDistances(count: cells.count, values: pmi.dissimilarity)
        }
        let cloud = try cloud(
            names: cells.map { name(of: counts.grid.centre(of: $0)) }, colours, distances(pmi), settings, "the images")
        let perceived = cloud.perceived
        let smoothings = [0, 0.5, 1, 10, 100].map { smoothing in
            let other = ColourPMI(counts, cells: cells, smoothing: smoothing)
            return (
                smoothing: smoothing,
                comparison: DistanceComparison(distances(other), perceived, permutations: 0, seed: settings.seed)
            )
        }
        return VisionFindings(counts: counts, pmi: pmi, cloud: cloud, smoothings: smoothings)
    }

    private static func findings(_ features: WordFeatures, _ settings: ColourSettings) throws -> ModelFindings {
        let perceived = ColourDistances(features.colours.map { CIELAB($0) })
        let all = features.layers.map { ColourDistances(features: $0.features, count: features.words.count) }
        guard let last = all.last else {
            throw Complaint(.request, "the store has no layer", at: features.path, advice: "name another store")
        }
        return ModelFindings(
            features: features,
            cloud: try cloud(names: features.words, features.colours, last, settings, features.path),
            layers: all.map {
                DistanceComparison($0, perceived, permutations: settings.permutations, seed: settings.seed)
            })
    }

    private static func cloud(
        names: [String], _ colours: [SRGB], _ distances: ColourDistances, _ settings: ColourSettings, _ place: String
    ) throws -> Cloud {
        guard !distances.isConstant else {
            throw Complaint(
                .request, "all colours are the same there, and none is nearer to another", at: place,
                advice: "name another input")
        }
        let perception = colours.map { CIELAB($0) }
        let scaling = SpatialScaling(distances, fits: settings.fits, seed: settings.seed)
        return Cloud(
            names: names, colours: colours, perception: perception, distances: distances, scaling: scaling,
            alignment: try SpatialAlignment(scaling.points, onto: perception.map(\.point)),
            comparison: DistanceComparison(
                distances, ColourDistances(perception), permutations: settings.permutations, seed: settings.seed))
    }

    /// "#rrggbb" of a colour that has no other name.
    private static func name(of colour: SRGB) -> String {
        let bytes = colour.bytes
        return "#" + [bytes.red, bytes.green, bytes.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
