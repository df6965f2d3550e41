/// What a survey and a layer's summary can say by the plan of their sweep, whoever says it: a worker, or a file that an earlier sweep left.
extension ModelSurvey {
    /// Whether it can be the survey of model `model` of `plan`: a digest for each layer, and thresholds that values can be clipped at, of
    /// which each layer has one.
    package func fits(_ plan: SweepPlan, model: Int) -> Bool {
        let layers = plan.models[model].layers
        guard layerDigests.count == layers.count, clipThresholds.allSatisfy({ $0 >= 0 }) else { return false }
        return clipThresholds.count == 1 || layers.allSatisfy { plan.layers[$0].index < clipThresholds.count }
    }
}

extension LayerSummary {
    /// Whether it can be the summary of a layer of `plan`: everything is there that the metrics need, and every number can be what it
    /// stands for.
    package func fits(_ plan: SweepPlan) -> Bool {
        guard diagnostics.areSound(sampleCount: plan.sampleCount) else { return false }
        if diagnostics.isConstant { return true }
        guard Set(artifacts.keys) == Set(plan.artifactKinds),
            chanceFactors.allSatisfy({ kind, factor in
                artifacts[kind] != nil && Self.isSound(chanceFactor: factor, sampleCount: plan.sampleCount)
            })
        else { return false }
        guard float64Kinds.allSatisfy({ $0.isPairMatrix && artifacts[$0] != nil }) else { return false }
        guard nullNumbers.keys.allSatisfy(Set(plan.metrics.map(\.id)).contains) else { return false }
        guard plan.longestNeighbourList != nil else { return neighbourhood == nil }
        return neighbourhood?.fits(plan) ?? false
    }

    /// Whether tr K/‖K‖ of a kernel over so many samples can be `factor`; it is not a number where the kernel is zero.
    package static func isSound(chanceFactor factor: Double, sampleCount n: Int) -> Bool {
        // By Cauchy and Schwarz it is √n at most, before rounding.
        factor.isNaN || factor.magnitude <= 1.01 * Double(n).squareRoot()
    }
}

extension LayerSummary.Diagnostics {
    /// Whether a layer of so many samples can have them. What is not defined is not a number.
    package func areSound(sampleCount n: Int) -> Bool {
        (clippedShare.isNaN || (0...1).contains(clippedShare))
            && (effectiveRank.isNaN || (0...2 * Double(n)).contains(effectiveRank))
            && (meanCosine.isNaN || meanCosine.magnitude <= 1.01)
    }
}

extension LayerSummary.Neighbourhood {
    fileprivate func fits(_ plan: SweepPlan) -> Bool {
        let ks = plan.neighbourCounts.count
        return tiedShares.count == ks && cycleChances.count == ks
            && (tiedShares + cycleChances).allSatisfy((0...1).contains)
            && (0...plan.sampleCount).contains(largestInDegree)
    }
}
