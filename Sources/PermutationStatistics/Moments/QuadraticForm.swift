/// What a matrix A brings to the central moments of T = Σ A_ij B_π(i)π(j) under random permutations π: two vectors, whose products with
/// those of B are E[(T - E T)²] and E[(T - E T)³] (`ArcPatterns`).
///
/// They are of A less the multiple of a constant matrix that makes E T zero. So no moment is the small difference of large ones.
package struct QuadraticForm: Codable, Hashable, Sendable {
    /// n.
    let sampleCount: Int
    let second: [Double]
    /// Empty where it was not computed.
    let third: [Double]

    init(sampleCount: Int, second: [Double], third: [Double]?) {
        self.sampleCount = sampleCount
        self.second = second
        self.third = third ?? []
    }

    /// Whether it can be that of a layer of so many samples, by the patterns of a kind of matrix.
    func fits(sampleCount n: Int, _ pairs: ArcPatterns, _ triples: ArcPatterns) -> Bool {
        sampleCount == n && second.count == pairs.patterns.count
            && (third.isEmpty || third.count == triples.patterns.count)
    }

    /// The moments of (T + constant)·`unit`, whose mean is `mean`.
    func moments(_ other: QuadraticForm, mean: Double, unit: Double = 1) -> NullMoments {
        precondition(sampleCount == other.sampleCount, "layers of one sweep have the same samples")
        let scale = (Self.product(second, second) * Self.product(other.second, other.second)).squareRoot()
        let isKnown = !third.isEmpty && !other.third.isEmpty
        return NullMoments(
            mean: mean, variance: Self.product(second, other.second) * (unit * unit), scale: scale * (unit * unit),
            third: isKnown ? Self.product(third, other.third) * (unit * unit * unit) : nil, gap: .tooManySamples)
    }

    @inline(__always)
    static func product(_ a: [Double], _ b: [Double]) -> Double {
        precondition(a.count == b.count, "vectors of one kind have the same length")
        return a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                var (even, odd) = (0.0, 0.0)
                var position = 0
                while position + 1 < a.count {
                    even += a[position] * b[position]
                    odd += a[position + 1] * b[position + 1]
                    position += 2
                }
                if position < a.count { even += a[position] * b[position] }
                return even + odd
            }
        }
    }
}
