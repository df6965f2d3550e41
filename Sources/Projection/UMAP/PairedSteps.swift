/// Steps of the descent along edges. Each step waits for the one before it only where they share a point; two that do not are taken
/// at once, in one vector; the bits are the same.
struct PairedSteps {
    /// An edge whose turn it is.
    struct Edge {
        let head: Int
        let tail: Int
        let negatives: Int
    }

    private static let capacity = 64

    private let points: UnsafeMutablePointer<SIMD2<Float>>
    private let count: Int
    private let pull: ForceTable.Reader
    private let push: ForceTable.Reader
    private let rate: Float
    /// Per negative sample its point, and above it 32 bits that are all 0 where it is the head itself, or none; the first edge's
    /// samples, then the second's.
    private let samples: UnsafeMutablePointer<UInt64>

    /// Room for the samples of two edges.
    static func allocate() -> UnsafeMutablePointer<UInt64> { .allocate(capacity: 2 * capacity) }

    /// - Parameter samples: from `allocate`.
    init(
        points: UnsafeMutablePointer<SIMD2<Float>>, count: Int, pull: ForceTable.Reader, push: ForceTable.Reader,
        rate: Float, samples: UnsafeMutablePointer<UInt64>
    ) {
        self.points = points
        self.count = count
        self.pull = pull
        self.push = push
        self.rate = rate
        self.samples = samples
    }

    /// The step along one edge.
    @inline(__always)
    func take(_ edge: Edge, _ source: inout some NegativeSource) {
        var point = attract(edge)
        for _ in 0..<edge.negatives { point = repel(point, edge.head, source.next(below: count)) }
        points[edge.head] = point
    }

    /// The steps along two edges, as if one was taken after the other.
    @inline(__always)
    func take(_ first: Edge, _ second: Edge, _ source: inout some NegativeSource) {
        let rounds = max(first.negatives, second.negatives)
        guard rounds <= Self.capacity else {
            take(first, &source)
            take(second, &source)
            return
        }
        // What the second step reads of the first's head, or moves before the first has read it, makes it wait.
        var isShared = second.head == first.head || second.tail == first.head
        let (own, others) = (samples, samples + Self.capacity)
        for round in 0..<first.negatives {
            let other = source.next(below: count)
            isShared = other == second.tail || isShared
            own[round] = Self.sample(other, first.head)
        }
        for round in 0..<second.negatives {
            let other = source.next(below: count)
            isShared = other == first.head || isShared
            others[round] = Self.sample(other, second.head)
        }
        if isShared {
            takeInTurn(first, second)
        } else {
            for round in first.negatives..<rounds { own[round] = Self.sample(first.head, first.head) }
            for round in second.negatives..<rounds { others[round] = Self.sample(second.head, second.head) }
            takeAtOnce(first, second, rounds)
        }
    }

    @inline(__always)
    private static func sample(_ other: Int, _ head: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: other) | (other == head ? 0 : 0xFFFF_FFFF_0000_0000)
    }

    @inline(__always)
    private static func point(_ sample: UInt64) -> Int { Int(truncatingIfNeeded: sample & 0xFFFF_FFFF) }

    private func takeInTurn(_ first: Edge, _ second: Edge) {
        var point = attract(first)
        for round in 0..<first.negatives { point = repel(point, first.head, Self.point(samples[round])) }
        points[first.head] = point
        point = attract(second)
        for round in 0..<second.negatives {
            point = repel(point, second.head, Self.point(samples[Self.capacity + round]))
        }
        points[second.head] = point
    }

    @inline(__always)
    private func takeAtOnce(_ first: Edge, _ second: Edge, _ rounds: Int) {
        let (a, b) = (attract(first), attract(second))
        // Coordinates by axis, a lane an edge, so that squared distances need no shuffles.
        var (x, y) = (SIMD2(a.x, b.x), SIMD2(a.y, b.y))
        for round in 0..<rounds {
            let (one, two) = (samples[round], samples[Self.capacity + round])
            let (p, q) = (points[Self.point(one)], points[Self.point(two)])
            let (dx, dy) = (x - SIMD2(p.x, q.x), y - SIMD2(p.y, q.y))
            let force = push(dx * dx + dy * dy)
            let rates = SIMD2(
                Float(bitPattern: rate.bitPattern & UInt32(truncatingIfNeeded: one >> 32)),
                Float(bitPattern: rate.bitPattern & UInt32(truncatingIfNeeded: two >> 32)))
            x += rates * Self.clipped(force * dx)
            y += rates * Self.clipped(force * dy)
        }
        points[first.head] = SIMD2(x.x, y.x)
        points[second.head] = SIMD2(x.y, y.y)
    }

    /// Pulls both ends together; returns where the head is then, not yet stored.
    @inline(__always)
    private func attract(_ edge: Edge) -> SIMD2<Float> {
        let point = points[edge.head]
        let difference = point - points[edge.tail]
        let move = rate * Self.clipped(pull(Self.squared(difference)) * difference)
        points[edge.tail] -= move
        return point + move
    }

    /// Pushes the point of `head` away from `other`; from itself, which is in memory where it was before, not at all.
    @inline(__always)
    private func repel(_ point: SIMD2<Float>, _ head: Int, _ other: Int) -> SIMD2<Float> {
        let difference = point - points[other]
        let move = Self.clipped(push(Self.squared(difference)) * difference)
        return point + (other == head ? 0 : rate) * move
    }

    @inline(__always)
    private static func squared(_ v: SIMD2<Float>) -> Float { v.x * v.x + v.y * v.y }

    /// Each component within ±4; without branches, which moves of near points would mispredict.
    @inline(__always)
    private static func clipped(_ v: SIMD2<Float>) -> SIMD2<Float> {
        let below = v.replacing(with: 4, where: v .> 4)
        return below.replacing(with: -4, where: below .< -4)
    }
}
