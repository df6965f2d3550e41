import Testing

@testable import ContrastiveStudy

struct ContrastiveLossTests {
    private let joint = World.make(.rough, events: 16, seed: 3).joint

    private func scores(_ seed: UInt64) -> PairValues { World.make(.rough, events: 16, seed: seed).pmi }

    /// The derivative is that of the loss, by central differences at every score.
    @Test(arguments: ContrastiveLoss.allCases)
    func slopesAreThoseOfTheLoss(loss: ContrastiveLoss) {
        let at = scores(5)
        var (buffer, slopes) = (at.values, [Double](repeating: 0, count: 256))
        buffer.withUnsafeMutableBufferPointer { scores in
            slopes.withUnsafeMutableBufferPointer {
                _ = loss.differentiate(scores, joint: joint.values, marginals: joint.rowSums, into: $0)
            }
        }
        let step = 1e-4
        for position in slopes.indices {
            var (above, below) = (at, at)
            above.values[position] += step
            below.values[position] -= step
            let slope = (loss.value(above, joint: joint) - loss.value(below, joint: joint)) / (2 * step)
            #expect(abs(slope - slopes[position]) < 1e-9)
        }
    }

    /// At the PMI no slope is left, and any other scores lose.
    @Test(arguments: ContrastiveLoss.allCases)
    func thePMIIsTheMinimum(loss: ContrastiveLoss) {
        let pmi = World.pmi(of: joint)
        let best = loss.value(pmi, joint: joint)
        for seed in UInt64(10)..<14 {
            let other = scores(seed)
            let mixed = PairValues(count: 16) { pmi[$0, $1] + 0.1 * other[$0, $1] }
            #expect(loss.value(mixed, joint: joint) > best)
        }
        // InfoNCE does not see what is added to all scores of a row; binary NCE does.
        let lifted = PairValues(count: 16) { a, b in pmi[a, b] + Double(a) }
        let difference = loss.value(lifted, joint: joint) - best
        #expect(loss == .infoNCE ? abs(difference) < 1e-12 : difference > 0.1)
    }
}
