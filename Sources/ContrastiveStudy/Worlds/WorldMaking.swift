internal import Foundation
internal import LinearAlgebra
internal import Projection

extension World {
    /// The world `kind` of `events` events, a torus of as many as make a square; the same for the same seed.
    package static func make(_ kind: WorldKind, events n: Int, seed: UInt64) -> World {
        var random = RandomStream(seed: seed)
        let joint =
            switch kind {
            case .ring: ring(n, &random)
            case .torus: torus(Int(Double(n).squareRoot().rounded()), &random)
            case .graph: heatKernel(of: randomGraph(n, &random))
            case .recurring: recurring(n)
            case .rough: rough(n, &random)
            case .window: window(n)
            }
        return World(kind, joint: joint.normalised)
    }

    /// How far an event may lie from its even place, in steps from one to the next: without it many events would be equally near.
    private static let unevenness = 0.3

    private static func angle(_ position: Int, of count: Int, _ random: inout RandomStream) -> Double {
        2 * .pi * (Double(position) + unevenness * random.uniform()) / Double(count)
    }

    /// exp(κ cos θ), von Mises' density: the PMI has two dimensions and a constant.
    private static func ring(_ n: Int, _ random: inout RandomStream) -> PairValues {
        let angles = (0..<n).map { angle($0, of: n, &random) }
        return PairValues(count: n) { exp(2 * cos(angles[$0] - angles[$1])) }
    }

    private static func torus(_ side: Int, _ random: inout RandomStream) -> PairValues {
        let places = (0..<(side * side)).map { event in
            (angle(event / side, of: side, &random), angle(event % side, of: side, &random))
        }
        return PairValues(count: side * side) { a, b in
            exp(1.5 * (cos(places[a].0 - places[b].0) + cos(places[a].1 - places[b].1)))
        }
    }

    /// The neighbours of each node: a random tree, so that all are connected, and further edges up to three for each node.
    private static func randomGraph(_ n: Int, _ random: inout RandomStream) -> [Set<Int>] {
        var neighbours = [Set<Int>](repeating: [], count: n)
        func connect(_ a: Int, _ b: Int) {
            neighbours[a].insert(b)
            neighbours[b].insert(a)
        }
        for node in 1..<n { connect(node, random.position(below: node)) }
        while neighbours.reduce(0, { $0 + $1.count }) < min(6 * n, n * (n - 1)) {
            let (a, b) = (random.position(below: n), random.position(below: n))
            if a != b { connect(a, b) }
        }
        return neighbours
    }

    /// exp(-tL) at t = 1, L the Laplacian of the graph, by uniformisation (Jensen 1953): Σ_m Poisson(m; q) Q^m with Q = I - L/q, whose entries
    /// are not negative, so that nothing cancels and every entry is positive. Rows sum to 1, and all events are alike likely.
    private static func heatKernel(of neighbours: [Set<Int>]) -> PairValues {
        let n = neighbours.count
        let rate = Double(neighbours.map(\.count).max() ?? 1)
        let step = PairValues(count: n) { i, j in
            i == j ? 1 - Double(neighbours[i].count) / rate : (neighbours[i].contains(j) ? 1 / rate : 0)
        }
        var power = PairValues(count: n) { $0 == $1 ? 1 : 0 }
        var weight = exp(-rate)
        var sum = PairValues(count: n, values: power.values.map { $0 * weight })
        // Far in the tail of the Poisson distribution.
        for m in 1...(Int(rate) + 60 + 12 * Int(rate.squareRoot())) {
            var next = [Double](repeating: 0, count: n * n)
            Products.plain(power.values, step.values, rows: n, columns: n, depth: n, into: &next)
            power.values = next
            weight *= rate / Double(m)
            for position in next.indices { sum.values[position] += weight * next[position] }
        }
        // Rounding alone makes it differ from symmetry.
        return PairValues(count: n) { (sum[$0, $1] + sum[$1, $0]) / 2 }
    }

    /// Half on the diagonal, and the rest so nearly even that the condition of proposition F.1 holds with half of what it leaves.
    private static func recurring(_ n: Int) -> PairValues {
        let spread = log(Double(n) + 1) / Double(2 * n)
        let contrast = tanh(spread / 2)
        let evens = 1 / Double(n * n)
        return PairValues(count: n) { a, b in
            let angle = 2 * .pi * Double(a - b) / Double(n)
            return (a == b ? 1 / Double(n) : 0) + evens * (1 + contrast * cos(angle))
        }
    }

    private static func rough(_ n: Int, _ random: inout RandomStream) -> PairValues {
        var affinities = PairValues(count: n) { _, _ in 0 }
        for a in 0..<n {
            for b in a..<n {
                affinities[a, b] = exp(random.normal())
                affinities[b, a] = affinities[a, b]
            }
        }
        return affinities
    }

    private static func window(_ n: Int) -> PairValues {
        let reach = max(1, n / 16)
        return PairValues(count: n) { a, b in
            let gap = abs(a - b)
            return min(gap, n - gap) <= reach ? 1 : 0
        }
    }
}
