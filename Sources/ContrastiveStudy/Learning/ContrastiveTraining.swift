internal import LinearAlgebra
internal import Projection

/// Trains an embedding table on the expectation of a contrastive loss, every step over all pairs.
package struct ContrastiveTraining: Sendable {
    package var loss: ContrastiveLoss
    /// How many numbers a vector has.
    package var dimension: Int
    package var rate: Double
    /// Steps after which the table is looked at, ascending; training ends with the last.
    package var looks: [Int]

    /// The standard deviation of the numbers that training begins with.
    static let initialSpread = 0.3

    package init(loss: ContrastiveLoss, dimension: Int, rate: Double, looks: [Int]) {
        self.loss = loss
        self.dimension = dimension
        self.rate = rate
        self.looks = looks
    }

    /// The table at every look.
    /// - Parameter joint: P(a, b) of what the modality observes (n x n).
    package func tables(of joint: PairValues, seed: UInt64) -> [EmbeddingTable] {
        let (n, d) = (joint.count, dimension)
        let marginals = joint.rowSums
        var random = RandomStream(seed: seed)
        var table = (0..<(n * d)).map { _ in Self.initialSpread * random.normal() }
        var bias = [0.0]
        var (tableAdam, biasAdam) = (Adam(count: n * d, rate: rate), Adam(count: 1, rate: rate))
        var scores = [Double](repeating: 0, count: n * n)
        var slopes = scores
        var tableSlopes = [Double](repeating: 0, count: n * d)
        var found: [EmbeddingTable] = []
        var done = 0
        for look in looks {
            while done < look {
                Products.transposed(table, table, rows: n, columns: n, depth: d, into: &scores)
                if loss.hasBias { for position in scores.indices { scores[position] += bias[0] } }
                var biasSlope = [0.0]
                scores.withUnsafeMutableBufferPointer { scores in
                    slopes.withUnsafeMutableBufferPointer { slopes in
                        biasSlope[0] = loss.differentiate(
                            scores, joint: joint.values, marginals: marginals, into: slopes)
                        Self.symmetrise(slopes, n)
                    }
                }
                Products.plain(slopes, table, rows: n, columns: d, depth: n, into: &tableSlopes)
                table.withUnsafeMutableBufferPointer { table in
                    tableSlopes.withUnsafeMutableBufferPointer { tableAdam.step(table, $0) }
                }
                if loss.hasBias {
                    bias.withUnsafeMutableBufferPointer { bias in
                        biasSlope.withUnsafeMutableBufferPointer { biasAdam.step(bias, $0) }
                    }
                }
                done += 1
            }
            found.append(EmbeddingTable(count: n, dimension: d, values: table, bias: bias[0]))
        }
        return found
    }

    /// S + Sᵀ in place of S: both vectors of a pair move.
    private static func symmetrise(_ slopes: UnsafeMutableBufferPointer<Double>, _ n: Int) {
        for a in 0..<n {
            for b in 0...a {
                let sum = slopes[a * n + b] + slopes[b * n + a]
                slopes[a * n + b] = sum
                slopes[b * n + a] = sum
            }
        }
    }
}
