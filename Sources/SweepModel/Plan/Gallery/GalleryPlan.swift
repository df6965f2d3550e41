/// The sizes of galleries whose expected scores a sweep finds (Schemas/metrics.md, *Gallery curves*).
package struct GalleryPlan: Hashable, Codable, Sendable {
    /// Samples m of each gallery, ascending.
    package let sizes: [Int]
    /// The metrics that have curves: positions in `SweepPlan.metrics`, ascending.
    package let metrics: [Int]
    /// How far neighbour lists go.
    package let reach: Int

    package init(sizes: [Int], metrics: [Int], reach: Int) {
        self.sizes = sizes
        self.metrics = metrics
        self.reach = reach
    }

    /// So many sizes are asked for at most.
    package static let mostSizes = 64
    /// Lists go no further: tables of probabilities take the third power of it. What that leaves out is bounded and said.
    package static let longestReach = 256

    /// (n/m)(k + 4√k): about how far lists have to go for galleries of m of n samples.
    package static func reach(k: Int, size m: Int, of n: Int) -> Int {
        Int((Double(n) / Double(m) * (Double(k) + 4 * Double(k).squareRoot())).rounded(.up))
    }

    /// n, n/2, n/4 and so on, as far as lists reach, ascending.
    /// - Parameter least: where lists are found in smaller galleries as well, the samples that one of those has at least.
    package static func halves(of n: Int, k: Int, least: Int? = nil) -> [Int] {
        let halves = sequence(first: n) { $0 / 2 }
        var gallery = n
        return halves.prefix { size in
            guard size > k + 1 else { return false }
            if let least { gallery = QueryPlan.smaller(than: gallery, for: size, k: k, least: least) ?? gallery }
            return min(reach(k: k, size: size, of: gallery), gallery - 1) <= longestReach
        }.reversed()
    }

    /// The number of neighbours that is the same share of a gallery of m as k is of all n.
    package static func proportional(k: Int, size m: Int, of n: Int) -> Int {
        max(1, Int((Double(k) * Double(m) / Double(n)).rounded()))
    }
}

extension GalleryPlan {
    /// Seconds of an ordinary core for the galleries of a tile of so many pairs of models: a table of probabilities for each size and number of
    /// neighbours, and each pair's lists gone through by it.
    package func seconds(of plan: SweepPlan, modelPairs: Int) -> Double {
        let places = Double(reach)
        return metrics.reduce(0) { sum, position in
            let k = plan.metrics[position].k ?? 1
            let ks = sizes.flatMap { [k, Self.proportional(k: k, size: $0, of: plan.sampleCount)] }
            return sum
                + ks.reduce(0) { sum, k in
                    sum + 1e-10 * Double(k * k) * places * places * places
                        + 1.5e-10 * places * places * Double(plan.listedSamples * modelPairs)
                }
        }
    }
}
