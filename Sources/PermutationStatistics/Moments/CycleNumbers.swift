/// What a layer A brings to the moments of `cycle_knn` with A as the side of x, whose score is the share of samples i that are in the
/// list N_A(j) of some j of N_B(i): where the in-neighbours {j : i ∈ N_A(j)} meet the list of the sample that i is matched with.
///
/// Sample i has d_i of them, so that rows are not distributed alike. Of how the lists of B lie to each other only `PairTypes` matter, and
/// of A the same of in-neighbours beside how many there are: for every type of B the sum over the pairs of A is kept.
package struct CycleNumbers: Codable, Hashable, Sendable {
    package let sampleCount: Int
    package let k: Int
    /// The mean of the score.
    private let mean: Double
    /// Σ p_i(1 - p_i), p_i the probability that sample i is not found.
    private let rowVariance: Double
    /// Of every type of B's pairs the sum over all i ≠ j of the covariance that neither is found (4(k + 1)).
    private let covariances: [Double]

    /// Whether they can be those of a layer of so many samples.
    func fits(sampleCount: Int, k: Int?) -> Bool {
        self.sampleCount == sampleCount && self.k == k && covariances.count == PairTypes.count(k: self.k)
    }

    /// The moments of `cycle_knn` with the layer of these numbers as x and that of `types` as y; in the variant `reference`, which
    /// exchanges them (Schemas/metrics.md, *Variants*), ask those of y with the types of x. There is no closed form of the skewness.
    package func moments(with types: PairTypes) -> NullMoments {
        precondition(sampleCount == types.sampleCount && k == types.k, "scores are of one n and k")
        let n = Double(sampleCount)
        let pairs = QuadraticForm.product(covariances, types.counts) / (n * (n - 1))
        return NullMoments(
            mean: mean, variance: (rowVariance + pairs) / (n * n), scale: rowVariance / (n * n), third: nil,
            gap: .unknownSkewness)
    }

    /// O(nk³) multiplications.
    package init(_ lists: StoredLists, k: Int) {
        let n = lists.sampleCount
        sampleCount = n
        self.k = k
        let sources = ListSources(lists, k: k)
        let degrees = (0..<n).map { sources.count(of: $0) }
        let missed = degrees.map { Self.missed($0, among: n - 1, k) }
        let total = CompensatedSum.of(missed)
        let squares = CompensatedSum.of(missed.lazy.map { $0 * $0 })
        mean = 1 - total / Double(n)
        rowVariance = CompensatedSum.of(missed.lazy.map { $0 * (1 - $0) })
        var sums = MissedPairs(sampleCount: n, k: k, degrees: degrees)
        sums.addPairs(lists, sources)
        let independent = total * total - squares
        covariances = sums.byType.map { $0 - independent }
    }

    /// C(m - d, k)/C(m, k): that none of d samples is among k of `others`.
    private static func missed(_ degree: Int, among others: Int, _ k: Int) -> Double {
        (0..<k).reduce(1.0) { $0 * Double(max(0, others - degree - $1)) / Double(others - $1) }
    }
}

/// Sums over the pairs i ≠ j of a layer A of the probability that neither in-neighbours of i meet the list of u nor those of j that of v.
///
/// Of the N = n - 2 other samples D_j are in-neighbours of j, a_j of these not of i, and s are in-neighbours of one or both;
/// κ_u = k - [v ∈ N(u)] and κ_v are in the lists of u and v, e of them in both. Of the κ_u, which must not meet in-neighbours of i, y may
/// be among the a_j, none of these in both lists; the κ_v - e others of v are anywhere but among the D_j and where those of u are already:
/// Σ_y C(κ_u - e, y) (a_j)_y (N - s)_{κ_u-y} (N - D_j - κ_u + y)_{κ_v-e}/(N)_{κ_u+κ_v-e}, and 0 where j is an in-neighbour of i and v in
/// the list of u, or the other way round. Only the first two factors after the binomial depend on i: they are summed by D_j.
private struct MissedPairs {
    private let n: Int
    private let k: Int
    private let degrees: [Int]
    /// By arcs of A (4), κ_u = k and k - 1, D_j and y (k + 1): Σ (a_j)_y (N - s)_{κ_u-y}/(N)_{κ_u}. Only D_j that some sample can have.
    private var sums: [Double]
    /// Where a D is among those, or -1.
    private let places: [Int]
    /// Those D, ascending.
    private let sizes: [Int]
    /// 1/m for m = 0 … n + k; 0 for 0.
    private let inverses: [Double]
    /// (x)_κ/(N)_κ for κ = k and then k - 1, x = 0 … N.
    private let shares: [[Double]]

    private var others: Int { n - 2 }

    init(sampleCount n: Int, k: Int, degrees: [Int]) {
        (self.n, self.k, self.degrees) = (n, k, degrees)
        var places = [Int](repeating: -1, count: n)
        for degree in degrees {
            places[degree] = 0
            if degree > 0 { places[degree - 1] = 0 }
        }
        sizes = places.indices.filter { places[$0] == 0 }
        for (place, size) in sizes.enumerated() { places[size] = place }
        self.places = places
        sums = [Double](repeating: 0, count: 8 * sizes.count * (k + 1))
        inverses = (0...(n + k)).map { $0 == 0 ? 0 : 1 / Double($0) }
        let others = n - 2
        shares = [k, k - 1].map { drawn in
            (0...max(0, others)).map { x in
                (0..<drawn).reduce(1.0) { $0 * Double(max(0, x - $1)) / Double(max(1, others - $1)) }
            }
        }
    }

    /// Adds all ordered pairs.
    mutating func addPairs(_ lists: StoredLists, _ sources: ListSources) {
        var near = NearbySamples(count: n)
        let members = counts(of: degrees)
        // Pairs that have nothing to do with each other, by their degrees.
        var apart = [Int](repeating: 0, count: sizes.count * sizes.count)
        for i in degrees.indices {
            for size in sizes { apart[places[degrees[i]] * sizes.count + places[size]] += members[size] }
        }
        for i in 0..<n {
            for place in sources.starts[i]..<sources.starts[i + 1] {
                let source = Int(sources.sources[place])
                near.mark(source, .forward)
                for rank in 0..<k { near.addCommon(lists[source, rank]) }
            }
            for rank in 0..<k { near.mark(lists[i, rank], .backward) }
            let row = places[degrees[i]] * sizes.count
            apart[row + places[degrees[i]]] -= 1
            near.takeAll { j, forward, backward, common in
                guard j != i else { return }
                apart[row + places[degrees[j]]] -= 1
                add(
                    1, forward: forward, backward: backward, own: degrees[i] - (forward ? 1 : 0),
                    size: degrees[j] - (backward ? 1 : 0), common: common)
            }
        }
        for own in sizes {
            for size in sizes {
                let count = apart[places[own] * sizes.count + places[size]]
                guard count > 0 else { continue }
                add(Double(count), forward: false, backward: false, own: own, size: size, common: 0)
            }
        }
    }

    private func counts(of degrees: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: n)
        for degree in degrees { counts[degree] += 1 }
        return counts
    }

    /// Adds `count` pairs of which i has `own` in-neighbours and j `size`, themselves left out, and both `common`.
    private mutating func add(_ count: Double, forward: Bool, backward: Bool, own: Int, size: Int, common: Int) {
        let free = others - (own + size - common)
        let exclusive = size - common
        for drawn in [k, k - 1] {
            // Where the list of u has v, i must not need j.
            if drawn < k && forward { continue }
            let least = max(0, drawn - free)
            guard least <= exclusive else { continue }
            let start = position(forward, backward, drawn, size)
            var term = count * first(drawn, free, exclusive, least)
            var y = least
            while true {
                sums[start + y] += term
                guard y < drawn, y < exclusive else { break }
                term *= Double(exclusive - y) * inverses[free - drawn + y + 1]
                y += 1
            }
        }
    }

    /// (a)_y (x)_{κ-y}/(N)_κ at the least y that is possible, x the samples that neither needs.
    private func first(_ drawn: Int, _ free: Int, _ exclusive: Int, _ least: Int) -> Double {
        guard least > 0 else { return shares[k - drawn][free] }
        return (0..<drawn).reduce(1.0) { product, step in
            product * Double(step < least ? exclusive - step : free - (step - least)) / Double(others - step)
        }
    }

    private func position(_ forward: Bool, _ backward: Bool, _ drawn: Int, _ size: Int) -> Int {
        let arcs = (forward ? 2 : 0) + (backward ? 1 : 0)
        return ((arcs * 2 + k - drawn) * sizes.count + places[size]) * (k + 1)
    }

    /// The sums of probabilities of every type of B's pairs (4(k + 1)).
    var byType: [Double] {
        var result = [Double](repeating: 0, count: PairTypes.count(k: k))
        for (forward, backward) in [(false, false), (false, true), (true, false), (true, true)] {
            let ownDrawn = k - (forward ? 1 : 0)
            let otherDrawn = k - (backward ? 1 : 0)
            for size in sizes {
                // Over the arcs of A that do not meet those of B.
                var missed = [Double](repeating: 0, count: k + 1)
                for (own, other) in [(false, false), (false, true), (true, false), (true, true)] {
                    if own && forward || other && backward { continue }
                    let start = position(own, other, ownDrawn, size)
                    for y in 0...ownDrawn { missed[y] += sums[start + y] }
                }
                for y in 0...ownDrawn where missed[y] > 0 {
                    // Times (N - D - κ_u + y)_b/(N - κ_u)_b, b = κ_v - e, as b grows and e falls; and C(κ_u - e, y) from e = κ_u - y down.
                    var term = missed[y]
                    for fresh in 0...otherDrawn {
                        let both = otherDrawn - fresh
                        let exclusive = ownDrawn - both
                        if exclusive >= y {
                            result[PairTypes.position(forward, backward, both, k: k)] += term
                            term *= Double(exclusive + 1) * inverses[exclusive + 1 - y]
                        }
                        let left = others - ownDrawn - fresh
                        term *= left > 0 ? Double(max(0, left - size + y)) * inverses[left] : 0
                    }
                }
            }
        }
        return result
    }
}
