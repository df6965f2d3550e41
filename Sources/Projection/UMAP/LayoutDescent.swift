/// Stochastic gradient descent on the cross entropy of graph and map (McInnes et al. 2018, algorithm 5; umap-learn's
/// `optimize_layout_euclidean`): one thread, edges in the order of the schedule.
package struct LayoutDescent {
    /// n points of the map.
    package private(set) var points: [SIMD2<Float>]
    private let schedule: EdgeSchedule
    private let attraction: ForceTable
    private let repulsion: ForceTable
    private let learningRate: Double
    /// The epochs at which each edge, and its negatives, are due.
    private var nextSample: [Double]
    private var nextNegative: [Double]

    package init(
        points: [SIMD2<Float>], schedule: EdgeSchedule, curve: EmbeddingCurve, learningRate: Double = 1
    ) {
        self.points = points
        self.learningRate = learningRate
        self.schedule = schedule
        attraction = .attraction(curve)
        repulsion = .repulsion(curve)
        nextSample = schedule.periods
        nextNegative = schedule.periods.map(EdgeSchedule.negativePeriod)
    }

    /// Runs `epochs`, of `total` over which the learning rate falls linearly.
    package mutating func run(_ epochs: Range<Int>, of total: Int, negatives: inout some NegativeSource) {
        var due = [Int32](repeating: 0, count: schedule.heads.count)
        for epoch in epochs {
            // umap-learn lowers the rate after an epoch by that epoch's number.
            let rate = Float(learningRate * (1 - Double(max(epoch - 1, 0)) / Double(total)))
            let count = Self.collectDue(nextSample, epoch, &due)
            step(due[..<count], epoch, rate, &negatives)
        }
    }

    /// Writes the edges due to the front of `due`; without a branch per edge, as most of them could not be predicted.
    private static func collectDue(_ nextSample: [Double], _ epoch: Int, _ due: inout [Int32]) -> Int {
        let now = Double(epoch)
        return nextSample.withUnsafeBufferPointer { next in
            due.withUnsafeMutableBufferPointer { due in
                var count = 0
                for edge in 0..<next.count {
                    due[count] = Int32(truncatingIfNeeded: edge)
                    // Bits of now - next: the sign is set where the edge is not yet due.
                    count &+= 1 &- Int(truncatingIfNeeded: (now - next[edge]).bitPattern >> 63)
                }
                return count
            }
        }
    }

    /// One epoch's steps along the edges due, two at a time where that makes no difference.
    private mutating func step(
        _ due: ArraySlice<Int32>, _ epoch: Int, _ rate: Float, _ negatives: inout some NegativeSource
    ) {
        let now = Double(epoch)
        let schedule = schedule
        let samples = PairedSteps.allocate()
        defer { samples.deallocate() }
        attraction.withReader { pull in
            repulsion.withReader { push in
                points.withUnsafeMutableBufferPointer { points in
                    guard let base = points.baseAddress else { return }
                    let steps = PairedSteps(
                        points: base, count: points.count, pull: pull, push: push, rate: rate, samples: samples)
                    nextSample.withUnsafeMutableBufferPointer { nextSample in
                        nextNegative.withUnsafeMutableBufferPointer { nextNegative in
                            var position = due.startIndex
                            while position < due.endIndex {
                                let first = schedule.turn(Int(due[position]), now, nextSample, nextNegative)
                                position += 1
                                guard position < due.endIndex else {
                                    steps.take(first, &negatives)
                                    break
                                }
                                let second = schedule.turn(Int(due[position]), now, nextSample, nextNegative)
                                position += 1
                                steps.take(first, second, &negatives)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension EdgeSchedule {
    private static let negativesPerSample = 5.0

    /// Between the negatives of an edge.
    static func negativePeriod(_ period: Double) -> Double { period / negativesPerSample }

    /// Takes an edge's turn: where it leads, and how many negatives are due.
    @inline(__always)
    fileprivate func turn(
        _ edge: Int, _ now: Double, _ nextSample: UnsafeMutableBufferPointer<Double>,
        _ nextNegative: UnsafeMutableBufferPointer<Double>
    ) -> PairedSteps.Edge {
        let period = periods[edge]
        nextSample[edge] += period
        let negativePeriod = period / Self.negativesPerSample
        let count = max(Int((now - nextNegative[edge]) / negativePeriod), 0)
        nextNegative[edge] += Double(count) * negativePeriod
        return PairedSteps.Edge(head: Int(heads[edge]), tail: Int(tails[edge]), negatives: count)
    }
}
