import SweepTestSupport
import Testing

@testable import PermutationStatistics

extension SubsampledKernel {
    /// The cosine of the matrices of two layers within the same subsample.
    fileprivate func alignment(with other: SubsampledKernel) -> Double {
        func product(_ a: SubsampledKernel, _ b: SubsampledKernel) -> Double {
            2 * zip(a.packed, b.packed).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                + zip(a.diagonal, b.diagonal).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return product(self, other) / (product(self, self) * product(other, other)).squareRoot()
    }
}

struct SubsampledKernelTests {
    private let n = 15
    private let drawn = Subsample(sampleCount: 15, samples: [0, 2, 3, 7, 8, 11, 14])

    /// The Gram matrix of n samples in d features, n x n.
    private func gram(_ d: Int, seed: UInt64) -> [[Double]] {
        var generator = SeededGenerator(seed: seed)
        let rows = (0..<n).map { _ in (0..<d).map { _ in generator.normal() + 0.4 } }
        return rows.map { a in rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
    }

    private func centred(_ matrix: [[Double]]) -> [[Double]] {
        let size = Double(matrix.count)
        let means = matrix.map { $0.reduce(0, +) / size }
        let whole = means.reduce(0, +) / size
        return matrix.indices.map { i in matrix.indices.map { matrix[i][$0] - means[i] - means[$0] + whole } }
    }

    private func within(_ matrix: [[Double]]) -> [[Double]] {
        drawn.samples.map { i in drawn.samples.map { matrix[Int(i)][Int($0)] } }
    }

    /// tr(KHLH).
    private func biased(_ a: [[Double]], _ b: [[Double]]) -> Double {
        zip(centred(a), centred(b)).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// HSIC_u (Song et al. 2012, equation 5), but for its factor.
    private func unbiased(_ a: [[Double]], _ b: [[Double]]) -> Double {
        let m = Double(a.count)
        let hollow = [a, b].map { matrix in
            matrix.indices.map { i in matrix.indices.map { i == $0 ? 0 : matrix[i][$0] } }
        }
        let sums = hollow.map { $0.map { $0.reduce(0, +) } }
        let products = zip(hollow[0], hollow[1]).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
        return products + sums[0].reduce(0, +) * sums[1].reduce(0, +) / ((m - 1) * (m - 2))
            - 2 / (m - 2) * zip(sums[0], sums[1]).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func kernel(_ matrix: [[Double]], _ centring: SubsampledKernel.Centring, single: Bool = false)
        -> SubsampledKernel
    {
        let packed = (0..<n).flatMap { i in matrix[i][(i + 1)...] }
        let diagonal = (0..<n).map { matrix[$0][$0] }
        return single
            ? SubsampledKernel(packed: packed.map { Float($0) }, diagonal: diagonal, in: drawn, centring: centring)
            : SubsampledKernel(packed: packed, diagonal: diagonal, in: drawn, centring: centring)
    }

    /// The kernels of all samples as they are, centred, or with other amounts in rows and columns: all have one score.
    @Test func alignmentsAreThoseOfTheSubsamplesOwnKernels() {
        let (a, b) = (gram(3, seed: 1), gram(5, seed: 2))
        let (p, q) = (within(a), within(b))
        let cka = biased(p, q) / (biased(p, p) * biased(q, q)).squareRoot()
        let own = unbiased(p, q) / (unbiased(p, p) * unbiased(q, q)).squareRoot()
        let amounts = (0..<n).map { Double($0 * $0) / 7 - 1.5 }
        let shifted = a.indices.map { i in a.indices.map { j -> Double in a[i][j] + amounts[i] + amounts[j] } }
        for form in [a, centred(a), shifted] {
            for single in [false, true] {
                let tolerance = single ? 1e-5 : 1e-6
                let (k, l) = (kernel(form, .biased, single: single), kernel(b, .biased))
                #expect(abs(k.alignment(with: l) - cka) < tolerance)
                #expect(abs(k.alignment(with: k) - 1) < 1e-14)
                let (u, v) = (kernel(form, .unbiased, single: single), kernel(centred(b), .unbiased))
                #expect(abs(u.alignment(with: v) - own) < tolerance)
                #expect(k.diagonal.count == 7 && u.diagonal == Array(repeating: 0, count: 7))
                for kernel in [k, u] {
                    let squares = kernel.packed.reduce(0.0) { $0 + Double($1) * Double($1) }
                    #expect(abs(kernel.packedSquareSum - squares) < 1e-6 * squares && kernel.varies)
                }
            }
        }
        #expect(abs(cka - own) > 0.05)
    }

    @Test func kernelsWithoutVariationHaveNoScore() {
        let flat = (0..<n).map { i in (0..<n).map { Double(i + $0) + 0.1 } }
        for centring in [SubsampledKernel.Centring.biased, .unbiased] {
            for single in [false, true] {
                let other = kernel(gram(3, seed: 1), centring)
                #expect(!kernel(flat, centring, single: single).varies && other.varies)
            }
        }
    }
}
