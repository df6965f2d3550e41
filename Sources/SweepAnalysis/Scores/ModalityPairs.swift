/// Pairs of models by the modalities of the two: scores within a modality and across two are different questions, and together they show
/// how the models are mixed.
package struct ModalityPairs: Sendable {
    /// "within vision", "language with vision".
    package let name: String
    package let pairs: [ComparedModels.Pair]

    /// Above so many kinds pairs are told apart by whether they are within a modality alone.
    package static let mostKinds = 6

    /// Every kind that occurs among `pairs`, by name of the modalities; a model without one is of a modality of its own.
    package static func kinds(_ compared: ComparedModels, of pairs: [ComparedModels.Pair]) -> [ModalityPairs] {
        let modalities = compared.models.map { $0.modality ?? "unknown modality" }
        var found: [[String]: [ComparedModels.Pair]] = [:]
        for pair in pairs { found[[modalities[pair.first], modalities[pair.second]].sorted(), default: []].append(pair) }
        if found.count <= mostKinds {
            return found.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { both in
                let name = both[0] == both[1] ? "within \(both[0])" : "\(both[0]) with \(both[1])"
                return ModalityPairs(name: name, pairs: found[both] ?? [])
            }
        }
        let isWithin = { (pair: ComparedModels.Pair) in modalities[pair.first] == modalities[pair.second] }
        return [
            ModalityPairs(name: "within a modality", pairs: pairs.filter(isWithin)),
            ModalityPairs(name: "across modalities", pairs: pairs.filter { !isWithin($0) }),
        ].filter { !$0.pairs.isEmpty }
    }
}
