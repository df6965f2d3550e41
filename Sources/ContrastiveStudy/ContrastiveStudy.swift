internal import Foundation

/// Is the minimiser of a contrastive loss a kernel equal to the PMI up to an offset, in every modality (Huh et al. 2024, section 4)?
///
/// Every world is learned from by both losses through three modalities: two bijections of its events, and one that merges every two of them.
package struct ContrastiveStudy: Sendable {
    package let settings: ContrastiveSettings
    /// In the order of `WorldKind`.
    package let worlds: [WorldFindings]
    /// What fewer dimensions cost in the torus.
    package let dimensions: [DimensionFindings]

    /// What was found of one world.
    package struct WorldFindings: Sendable {
        package let world: World
        package let pmi: PairValues
        package let condition: SmoothnessCondition
        /// One for each loss.
        package let learned: [LossFindings]
        /// How alike the first modality by one loss and the second by the other are, at the end.
        package let acrossLosses: KernelAgreement
        /// The share of ordered pairs of events that never happen together.
        package var unseenShare: Double {
            Double(pmi.values.count { !$0.isFinite }) / Double(pmi.values.count)
        }
    }

    /// What one loss learned of a world.
    package struct LossFindings: Sendable {
        package let loss: ContrastiveLoss
        /// Kernels at the end, over events: of both bijective modalities and of the lossy one.
        package let kernels: [PairValues]
        /// The biases of their scores.
        package let biases: [Double]
        /// The first modality's kernel against the PMI.
        package let fit: KernelFit
        /// After each look, the first modality with the second and with the lossy one.
        package let bijective: [KernelAgreement]
        package let lossy: [KernelAgreement]
        /// After each look, the mean score (kernel and bias) of pairs of events that happen together, and of those that never do; NaN without any.
        package let seenScores: [Double]
        package let unseenScores: [Double]
    }

    /// Kernels of one dimension against the PMI, one for each loss.
    package struct DimensionFindings: Sendable {
        package let dimension: Int
        package let fits: [KernelFit]
    }

    /// The modalities, as they are called everywhere.
    package static let modalities = ["first", "second", "lossy"]

    package init(_ settings: ContrastiveSettings) throws {
        self.settings = settings
        worlds = try WorldKind.allCases.map { try Self.findings($0, settings) }
        dimensions = Self.sweep(settings)
    }

    private static func findings(_ kind: WorldKind, _ settings: ContrastiveSettings) throws -> WorldFindings {
        let world = World.make(kind, events: settings.events, seed: seed(settings, "world", kind))
        let observations = [
            Observation.bijection(events: world.count, seed: seed(settings, "first", kind)),
            Observation.bijection(events: world.count, seed: seed(settings, "second", kind)),
            Observation.merging(events: world.count, seed: seed(settings, "lossy", kind)),
        ]
        let pmi = world.pmi
        var learned: [LossFindings] = []
        var last: [[EmbeddingTable]] = []
        for loss in ContrastiveLoss.allCases {
            let training = ContrastiveTraining(
                loss: loss, dimension: min(settings.dimension ?? world.count, world.count), rate: settings.rate,
                looks: settings.looks)
            let tables = zip(observations, modalities).map { observation, name in
                training.tables(
                    of: observation.joint(world), seed: seed(settings, "table \(name) \(loss.rawValue)", kind)
                ).map { $0.ofEvents(observation) }
            }
            let agreements = try settings.looks.indices.map { look in
                try KernelAgreement.of(
                    tables[0][look], with: [tables[1][look], tables[2][look]], neighbours: settings.neighbours)
            }
            let ends = tables.compactMap(\.last)
            last.append(ends)
            let kernels = ends.map(\.kernel)
            learned.append(
                LossFindings(
                    loss: loss, kernels: kernels, biases: ends.map(\.bias), fit: KernelFit(kernels[0], pmi: pmi),
                    bijective: agreements.map { $0[0] }, lossy: agreements.map { $0[1] },
                    seenScores: tables[0].map { meanScore($0) { pmi.values[$0].isFinite } },
                    unseenScores: tables[0].map { meanScore($0) { !pmi.values[$0].isFinite } }))
        }
        let across = try KernelAgreement.of(last[0][0], with: [last[1][1]], neighbours: settings.neighbours)
        return WorldFindings(
            world: world, pmi: pmi, condition: try SmoothnessCondition(pmi), learned: learned, acrossLosses: across[0])
    }

    /// Over the pairs of events at the positions that `isMeant`.
    private static func meanScore(_ table: EmbeddingTable, _ isMeant: (Int) -> Bool) -> Double {
        let kernel = table.kernel.values
        let meant = kernel.indices.filter(isMeant)
        return meant.isEmpty ? .nan : meant.reduce(0) { $0 + kernel[$1] } / Double(meant.count) + table.bias
    }

    /// The torus again in fewer dimensions.
    private static func sweep(_ settings: ContrastiveSettings) -> [DimensionFindings] {
        let world = World.make(.torus, events: settings.events, seed: seed(settings, "world", .torus))
        let pmi = world.pmi
        return [1, 2, 3, 4, 5, 6, 8, 12, 16].filter { $0 <= world.count }.map { dimension in
            let fits = ContrastiveLoss.allCases.compactMap { loss in
                ContrastiveTraining(loss: loss, dimension: dimension, rate: settings.rate, looks: [settings.steps])
                    .tables(of: world.joint, seed: seed(settings, "dimension \(dimension) \(loss.rawValue)", .torus))
                    .last.map { KernelFit($0.kernel, pmi: pmi) }
            }
            return DimensionFindings(dimension: dimension, fits: fits)
        }
    }

    /// A seed for each purpose, that one does not shift another (FNV-1a over the words, from the user's seed).
    private static func seed(_ settings: ContrastiveSettings, _ purpose: String, _ kind: WorldKind) -> UInt64 {
        var hash = 0xCBF2_9CE4_8422_2325 ^ (settings.seed &* 0x9E37_79B9_7F4A_7C15)
        for byte in "\(kind.rawValue) \(purpose)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
