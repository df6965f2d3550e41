/// The same networks without training: models with `pretrained` 0 of the `network` of a trained one, made in the same way (`captions`, `pooling` and
/// `prompt` of their stores are the same).
package struct UntrainedTwins: Sendable {
    /// For each of N models the positions of its twins; none for those that are untrained themselves.
    private let twins: [[Int]]
    private let count: Int

    package init(_ compared: ComparedModels) {
        let models = compared.models
        let ways = AnalysedSweep.facetAttributes.filter { $0 != "pretrained" }
        count = models.count
        twins = models.map { model in
            guard model.network != nil, !Self.isUntrained(model) else { return [] }
            return models.indices.filter { other in
                Self.isUntrained(models[other]) && model.sharesNetwork(with: models[other])
                    && ways.allSatisfy { model.attributes[$0] == models[other].attributes[$0] }
            }
        }
    }

    package static func isUntrained(_ model: ScoredModel) -> Bool { model.attributes["pretrained"]?.number == 0 }

    /// Scores of a pair of trained models, each the highest where there are several twins; nil where there is none.
    package struct Controls: Sendable {
        /// With a twin in the place of the first, or the second.
        package let firstUntrained: Double?
        package let secondUntrained: Double?
        package let bothUntrained: Double?

        package var highest: Double? { [firstUntrained, secondUntrained, bothUntrained].compactMap(\.self).max() }
    }

    /// Of the pair of models at these positions.
    /// - Parameter matrix: N x N, symmetric.
    package func controls(_ first: Int, _ second: Int, in matrix: [Double]) -> Controls {
        func highest(_ rows: [Int], _ columns: [Int]) -> Double? {
            rows.flatMap { row in columns.map { matrix[row * count + $0] } }.filter(\.isFinite).max()
        }
        return Controls(
            firstUntrained: highest(twins[first], [second]), secondUntrained: highest([first], twins[second]),
            bothUntrained: highest(twins[first], twins[second]))
    }
}
