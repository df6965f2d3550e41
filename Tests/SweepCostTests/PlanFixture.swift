import SweepModel

@testable import SweepCost

/// Plans without stores.
enum PlanFixture {
    /// Models of `layers` layers, each `width` wide; with `y` another side of as many layers a model.
    static func plan(
        x: [Int], y: [Int]? = nil, samples: Int = 1000, width: Int = 100,
        metrics: [Metric] = [Metric(kind: .mutualKNN, k: 10)], curves: [MetricCurve] = []
    ) -> SweepPlan {
        let counts = x + (y ?? [])
        return SweepPlan(
            sampleCount: samples,
            models: counts.enumerated().map { position, count in
                (
                    name: "model \(position)", path: "/\(position).h5", bytes: count * samples * width * 2,
                    layers: (0..<count).map { (index: $0, name: "", width: width) }
                )
            },
            xModels: Array(x.indices), yModels: y.map { $0.indices.map { x.count + $0 } }, metrics: metrics,
            curves: curves)
    }

    static let memory = TileMemory(
        blockBytes: [.neighbours: 1000, .gram: 1000], limit: 1 << 20, streamed: [], packedChunk: 16_384)

    /// Each unit of every cost takes a microsecond, but for the constants.
    static func rates(_ plan: SweepPlan, cores: Int = 4) -> HostRates {
        let parts = TilePart.parts(of: plan)
        return HostRates(
            survey: FittedCost(rates: [0.01, 1e-9]), layer: FittedCost(rates: [0.001, 1e-9, 1e-11, 1e-9]),
            tiles: parts.map { _ in FittedCost(rates: [0.001, 1e-9, 1e-9, 0]) },
            loads: parts.map { _ in FittedCost(rates: [0.0005, 1e-9]) },
            results: FittedCost(rates: [0.1, 1e-6, 1e-5, 0]), startSeconds: 0.5, contention: 1, cores: cores)
    }

    static func estimate(_ plan: SweepPlan, workers: Int = 1, known: KnownWork = KnownWork()) -> SweepEstimate {
        SweepEstimate(plan, rates: rates(plan), memory: memory, workers: workers, known: known)
    }
}
