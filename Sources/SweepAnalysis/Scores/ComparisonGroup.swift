/// Models whose alignment is looked at, and those that it is measured against.
package struct ComparisonGroup: Sendable {
    /// Who the subjects are.
    package enum Subjects: Hashable, Sendable {
        case xModels
        case yModels
        /// The models of one of a symmetric sweep's two modalities.
        case modality(String)
        /// Every model of a symmetric sweep against every other.
        case allModels
    }

    package let subjects: Subjects
    /// Positions in the compared models.
    package let members: [Int]
    package let references: [Int]

    /// The members where they and the references are two sets of models; nil where all are of one.
    package var firstSet: [Int]? { subjects == .allModels ? nil : members }

    /// Each side of a cross sweep; each of the two modalities of a symmetric one, against the other; otherwise all models.
    package static func all(_ compared: ComparedModels, isSymmetric: Bool) -> [ComparisonGroup] {
        guard isSymmetric else {
            return [
                ComparisonGroup(subjects: .xModels, members: compared.xPositions, references: compared.yPositions),
                ComparisonGroup(subjects: .yModels, members: compared.yPositions, references: compared.xPositions),
            ]
        }
        let everyone = Array(compared.models.indices)
        let modalities = Set(compared.models.compactMap(\.modality)).sorted()
        guard modalities.count == 2 else {
            return [ComparisonGroup(subjects: .allModels, members: everyone, references: everyone)]
        }
        let parts = modalities.map { modality in everyone.filter { compared.models[$0].modality == modality } }
        return [0, 1].map { side in
            ComparisonGroup(
                subjects: .modality(modalities[side]), members: parts[side], references: parts[1 - side])
        }
    }
}
