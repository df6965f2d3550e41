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
        let own = compared.models.map { $0.modality ?? "unknown modality" }
        let names = Set(own).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let modalities = own.map { places[$0] ?? 0 }
        // By the lower and the higher of the two, as one number.
        var found: [Int: [ComparedModels.Pair]] = [:]
        for pair in pairs {
            let (a, b) = (modalities[pair.first], modalities[pair.second])
            found[min(a, b) * names.count + max(a, b), default: []].append(pair)
        }
        if found.count <= mostKinds {
            return found.keys.sorted().map { kind in
                let (a, b) = (names[kind / names.count], names[kind % names.count])
                return ModalityPairs(name: a == b ? "within \(a)" : "\(a) with \(b)", pairs: found[kind] ?? [])
            }
        }
        let isWithin = { (pair: ComparedModels.Pair) in modalities[pair.first] == modalities[pair.second] }
        return [
            ModalityPairs(name: "within a modality", pairs: pairs.filter(isWithin)),
            ModalityPairs(name: "across modalities", pairs: pairs.filter { !isWithin($0) }),
        ].filter { !$0.pairs.isEmpty }
    }
}
