import Foundation
import Testing

@testable import PermutationStatistics

@Suite struct TailTests {
    @Test func incompleteGammaAgreesWithLongArithmetic() {
        for (a, x, lower, upper) in TailGolden.gamma {
            let (p, q) = (IncompleteGamma.lower(a, x), IncompleteGamma.upper(a, x))
            // What x/a rounds to moves deep tails of large shapes, whatever is done with it.
            let tolerance = a > 1e5 ? 1e-10 : 1e-12
            #expect(abs(p / lower - 1) < tolerance, "P(\(a), \(x)) \(p) for \(lower)")
            #expect(abs(q / upper - 1) < tolerance, "Q(\(a), \(x)) \(q) for \(upper)")
        }
    }

    @Test func pearsonTailAgreesWithLongArithmetic() {
        for (z, skewness, tail) in TailGolden.tails {
            let found = PearsonTail.upper(z, skewness: skewness)
            #expect(abs(found - tail) <= 1e-12 * tail, "z \(z), skewness \(skewness): \(found) for \(tail)")
        }
    }

    /// Both signs are mirror images, and the normal distribution is the limit, from both sides and without a step.
    @Test func signsAndLimits() {
        for z in stride(from: -5, through: 5, by: 0.25) {
            for skewness in [3, 1.5, 0.3, 0.02, 1e-4, 1e-9, 1e-14, 1e-16] {
                let (up, down) = (
                    PearsonTail.upper(z, skewness: skewness), PearsonTail.upper(-z, skewness: -skewness)
                )
                #expect(abs(up + down - 1) < 1e-13, "z \(z), skewness \(skewness)")
            }
            let normal = 0.5 * erfc(z / 2.0.squareRoot())
            let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
            for skewness in [1e-4, 1e-6, 1e-8, 1e-12, 2e-15, 1e-15, 5e-16, 0, -5e-16, -2e-15, -1e-8, -1e-4] {
                // The first term of Edgeworth's series; the second is of the order of the skewness squared.
                let expected = normal + skewness / 6 * (z * z - 1) * density
                #expect(abs(PearsonTail.upper(z, skewness: skewness) - expected) < 4 * skewness * skewness + 4e-16)
            }
        }
        // Beyond the end of the distribution, at -2/γ.
        #expect(PearsonTail.upper(-1.01, skewness: 2) == 1 && PearsonTail.upper(1.01, skewness: -2) == 0)
        // γ = 2 is the exponential distribution.
        #expect(abs(PearsonTail.upper(3, skewness: 2) / exp(-4) - 1) < 1e-13)
        #expect(PearsonTail.upper(.nan, skewness: 0).isNaN && PearsonTail.upper(1, skewness: .nan).isNaN)
        #expect(PearsonTail.upper(.infinity, skewness: 0) == 0)
    }

    /// Tails fall as z grows, whatever branch finds them.
    @Test(arguments: [1.8, 1.2, 0.577, 0.5774, 0.3, 0.01, -0.01, -0.3, -0.5774, -1.2]) func fallsInZ(_ skewness: Double)
    {
        var last = 1.0
        for z in stride(from: -4, through: 12, by: 0.01) {
            let tail = PearsonTail.upper(z, skewness: skewness)
            #expect(tail <= last * (1 + 1e-13) && tail >= 0)
            last = tail
        }
    }

    private func moments(mean: Double = 0.2, sd: Double = 0.1, third: Double?, gap: NullMoments.Gap?) -> NullMoments {
        NullMoments(mean: mean, variance: sd * sd, scale: 0, third: third, gap: gap)
    }

    @Test func scoresAreJudgedByWhatIsKnown() {
        let skewed = moments(third: 1e-3, gap: nil).tail(of: 0.4)
        #expect(abs(skewed.z - 2) < 1e-14 && abs(skewed.adjusted - 0.25) < 1e-15 && skewed.shape == .pearson)
        #expect(abs(skewed.tail / PearsonTail.upper(2, skewness: 1) - 1) < 1e-12 && skewed.p == skewed.tail)
        #expect(!skewed.isBelowFloor)
        // A count is as high or higher from half a step below it.
        let counted = moments(third: 1e-3, gap: nil).tail(of: 0.4, step: 0.02)
        #expect(abs(counted.tail / PearsonTail.upper(1.9, skewness: 1) - 1) < 1e-12 && counted.z == skewed.z)

        let high = moments(third: 1e-3, gap: nil).tail(of: 1)
        #expect(high.isBelowFloor && high.p == 1e-3 && high.tail < 1e-3 && high.tail > 0 && high.adjusted == 1)

        let unknown = moments(third: nil, gap: .unknownSkewness).tail(of: 0.4)
        #expect(unknown.shape == .normal && abs(unknown.tail - 0.5 * erfc(2.0.squareRoot())) < 1e-14)
        // Kernels are never taken for normal.
        let large = moments(third: nil, gap: .tooManySamples).tail(of: 0.4)
        #expect(large.shape == nil && large.tail.isNaN && large.p.isNaN && !large.isBelowFloor && large.z == skewed.z)

        let constant = moments(sd: 0, third: 0, gap: nil).tail(of: 0.2)
        #expect(constant.z.isNaN && constant.tail.isNaN && constant.adjusted == 0)
        #expect(NullMoments.undefined.tail(of: 0.2).z.isNaN && NullMoments.undefined.tail(of: .nan).adjusted.isNaN)
    }
}
