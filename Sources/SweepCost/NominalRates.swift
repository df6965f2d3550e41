package import SweepModel

extension HostRates {
    /// Rates of an ordinary core, found once by trials of n = 1,024 (Cooper Lake, 2.9 GHz, k = 10): good enough to weigh the stages of a
    /// sweep against each other before anything of it is measured, and for nothing else.
    package static func nominal(for plan: SweepPlan) -> HostRates {
        let kinds = plan.artifactKinds
        let parts = TilePart.parts(of: plan)
        // What is done for every pair of samples: kernels are written, and ranks take sorting.
        let perPair = kinds.reduce(0.0) { $0 + ($1.isPairMatrix ? ($1 == .ranks ? 5e-8 : 1e-8) : 0) }
        let lists = kinds.contains(.neighbours) ? [3e-7] : []
        let basis = kinds.contains(.basis) ? [2e-12] : []
        return HostRates(
            survey: FittedCost(rates: [2e-3, 1.3e-9]),
            layer: FittedCost(rates: [2e-3, 5e-9, 2.5e-11, perPair] + lists + basis),
            tiles: parts.map { nominalTile($0, form: plan.linearKernelForm) },
            loads: parts.map { nominalLoad($0.artifact, form: plan.linearKernelForm) },
            results: FittedCost(rates: [0, 0, 0, 0]), startSeconds: 0, contention: 1, cores: 1)
    }

    private static func nominalTile(_ part: TilePart, form: LinearKernelForm) -> FittedCost {
        switch part.artifact {
        case .neighbours:
            let perList = (part.metrics.map(\.kind) + part.curves.map(\.kind)).map(perNeighbour).max() ?? 0
            return FittedCost(rates: [1e-4, 1e-8, perList * Double(max(part.longestList, 1)), 1e-8])
        case .gram where form == .factor: return FittedCost(rates: [1e-6, 2e-11])
        case .gram, .ranks, .distances, .rbf: return FittedCost(rates: [1e-4, 2.1e-8, 1e-10])
        case .basis: return FittedCost(rates: [1e-4, 1.8e-8, 1e-8])
        case .features: return FittedCost(rates: [1.2e-10, 1e-10])
        }
    }

    /// Seconds for each sample of a layer pair and each place of its list.
    private static func perNeighbour(_ kind: MetricKind) -> Double {
        switch kind {
        case .cknna: 9e-9
        case .editDistanceKNN: 2.6e-9
        case .lcsKNN: 8.5e-10
        case .jaccardKNN: 2e-10
        case .cycleKNN: 1.5e-10
        case .mutualKNN, .cka, .unbiasedCKA, .svcca, .rsa, .distanceCorrelation, .ckaRBF, .procrustes: 6e-11
        }
    }

    private static func nominalLoad(_ artifact: ArtifactKind, form: LinearKernelForm) -> FittedCost {
        switch artifact {
        case .gram where form == .factor: FittedCost(rates: [5e-5, 1e-7])
        case .neighbours, .basis: FittedCost(rates: [5e-5, 7e-8])
        case .gram, .ranks, .distances, .rbf: FittedCost(rates: [5e-5, 2.2e-10])
        case .features: FittedCost(rates: [0, 0])
        }
    }
}
