package import SweepModel
package import SweepProtocol

/// Results that have the shape of a work item's and say nothing: for simulations and trials of coordinators, which need what travels and
/// not what it says.
package final class StandInFindings {
    private let plan: SweepPlan
    private let kinds: [ArtifactKind]
    /// Scores by their number of bytes: all of one size are the same, and filling them takes longer than anything else here.
    private var scores: [Int: [UInt8]] = [:]
    private var scoreBytes = 0

    private static let keptBytes = 64 << 20

    package init(_ plan: SweepPlan) {
        self.plan = plan
        kinds = plan.artifactKinds
    }

    /// What a worker would send after `seconds` of work on `part`.
    package func outcome(of part: Lease, seconds: Double) -> LeaseOutcome {
        LeaseOutcome(part: part, result: result(of: part.work), seconds: seconds, flops: 0)
    }

    private func result(of work: LeasedWork) -> LeaseOutcome.Result {
        switch work {
        case .survey(let model):
            .survey(
                ModelSurvey(
                    clipThresholds: [1], layerDigests: plan.models[model].layers.map { Self.digest(of: $0, 0) },
                    warnings: []))
        case .layer(let layer): .layer(summary(of: layer))
        case .step: .step
        case .tiles(let row, let columns): .tiles(scores(row, columns))
        }
    }

    private func summary(of layer: Int) -> LayerSummary {
        let zeros = plan.neighbourCounts.map { _ in 0.0 }
        let names = kinds.enumerated().map { ($1, Self.digest(of: layer, $0 + 1)) }
        return LayerSummary(
            diagnostics: .init(clippedShare: 0, isConstant: false, effectiveRank: 1, meanCosine: 0),
            neighbourhood: plan.longestNeighbourList.map { _ in
                .init(tiedShares: zeros, cycleChances: zeros, largestInDegree: 1)
            },
            chanceFactors: [:], artifacts: Dictionary(uniqueKeysWithValues: names))
    }

    private func scores(_ row: Int, _ columns: Range<Int>) -> [UInt8] {
        let size = columns.reduce(0) {
            $0 + MemoryLayout<Double>.size * plan.tileValueCount(row: row, column: $1)
        }
        if let known = scores[size] { return known }
        let made = [UInt8](repeating: 0, count: size)
        if scoreBytes + size > Self.keptBytes { (scores, scoreBytes) = ([:], 0) }
        scores[size] = made
        scoreBytes += size
        return made
    }

    /// 32 hexadecimal digits, of which each layer has others for each purpose.
    private static func digest(of layer: Int, _ purpose: Int) -> String {
        let digits = String(UInt64(layer) << 8 | UInt64(purpose), radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
