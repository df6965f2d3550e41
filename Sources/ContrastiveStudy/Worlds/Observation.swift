internal import Projection

/// What a modality sees of a world: an observation for each event.
package struct Observation: Hashable, Sendable {
    /// How many observations there are.
    package let count: Int
    /// The observation of each event.
    package let ofEvent: [Int]

    /// One for each event, in an order of its own: a bijection.
    package static func bijection(events n: Int, seed: UInt64) -> Observation {
        Observation(count: n, ofEvent: order(n, seed: seed))
    }

    /// One for every two events, which are drawn and look the same from then on: what differs between them is lost.
    package static func merging(events n: Int, seed: UInt64) -> Observation {
        Observation(count: (n + 1) / 2, ofEvent: order(n, seed: seed).map { $0 / 2 })
    }

    /// How often two observations are made together.
    package func joint(_ world: World) -> PairValues {
        var joint = PairValues(count: count) { _, _ in 0 }
        for a in 0..<world.count {
            for b in 0..<world.count { joint[ofEvent[a], ofEvent[b]] += world.joint[a, b] }
        }
        return joint
    }

    /// A random order of 0 ..< n (Fisher & Yates).
    private static func order(_ n: Int, seed: UInt64) -> [Int] {
        var random = RandomStream(seed: seed)
        var order = Array(0..<n)
        for last in stride(from: n - 1, to: 0, by: -1) {
            order.swapAt(last, random.position(below: last + 1))
        }
        return order
    }
}
