/// One side's models and layers, with what their stores say of them.
package struct ScoredSide: Sendable {
    package var models: [ScoredModel]
    package var layers: [ScoredLayer]
    /// Scores by name, one for each model; NaN where a model has none.
    package var scores: [String: [Double]]
    /// The names of scores that are better when lower.
    package var lowerIsBetter: Set<String>

    package init(
        models: [ScoredModel], layers: [ScoredLayer], scores: [String: [Double]] = [:], lowerIsBetter: Set<String> = []
    ) {
        self.models = models
        self.layers = layers
        self.scores = scores
        self.lowerIsBetter = lowerIsBetter
    }

    /// `model:index` of a layer, or `model:all` of all layers side by side.
    package func label(ofLayer position: Int) -> String {
        let layer = layers[position]
        return "\(models[layer.model].name):\(layer.index == ScoredLayer.concatenation ? "all" : "\(layer.index)")"
    }
}

/// A model of a results file.
package struct ScoredModel: Sendable {
    package var name: String
    /// Attributes of its store by name, unknown ones left out.
    package var attributes: [String: ScoredAttribute]

    package init(name: String, attributes: [String: ScoredAttribute] = [:]) {
        self.name = name
        self.attributes = attributes
    }

    /// An attribute's text; nil where it is unknown or empty.
    package func text(_ attribute: String) -> String? {
        guard let text = attributes[attribute]?.text, !text.isEmpty else { return nil }
        return text
    }

    package var modality: String? { text("modality") }
    package var family: String? { text("family") }
    /// Shared by a network's random twin and caption variants.
    package var network: String? { text("network") }
    /// Whether two models are variants of one network.
    package func sharesNetwork(with other: ScoredModel) -> Bool { network != nil && network == other.network }
    /// The number of parameters; nil where it is unknown.
    package var parameters: Double? {
        guard let count = attributes["parameters"]?.number, count.isFinite, count > 0 else { return nil }
        return count
    }
}

/// One value of a store's attribute.
package enum ScoredAttribute: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)

    /// As a person reads it.
    package var text: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        }
    }

    package var number: Double? {
        switch self {
        case .text: nil
        case .integer(let integer): Double(integer)
        case .number(let number): number
        }
    }
}

/// A layer of a results file.
package struct ScoredLayer: Sendable {
    /// The index that stands for all layers of a model side by side.
    package static let concatenation = -2

    /// Position in the side's models.
    package var model: Int
    /// The layer's index in its model, or `concatenation`.
    package var index: Int
    package var name: String
    /// The share of rows with a tie at the boundary of their neighbours; NaN where unknown.
    package var tied: Double
    /// The share of clipped values; NaN where unknown.
    package var clipped: Double
    /// The participation ratio (tr K)²/‖K‖² of the centred Gram matrix; NaN where unknown.
    package var effectiveRank: Double

    package init(
        model: Int, index: Int, name: String, tied: Double = 0, clipped: Double = 0, effectiveRank: Double = .nan
    ) {
        self.model = model
        self.index = index
        self.name = name
        self.tied = tied
        self.clipped = clipped
        self.effectiveRank = effectiveRank
    }
}
