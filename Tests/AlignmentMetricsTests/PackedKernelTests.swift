import Foundation
import LinearAlgebra
import SweepModel
import Testing

@testable import AlignmentMetrics

struct PackedKernelTests {
    @Test(arguments: [2, 12, 40, 1024, 1025, 1100])
    func packedEntriesAreTheCentredProducts(_ n: Int) throws {
        let rows = normals(n, 4, seed: 2).map { $0.map { $0 + 50 } }
        let gram = try #require(artifacts(rows, normalization: .none).gram)
        let means = (0..<4).map { column in rows.reduce(0) { $0 + $1[column] } / Double(n) }
        let centred = rows.map { row in (0..<4).map { row[$0] - means[$0] } }
        let scale = gram.diagonal[0] / PlainMetrics.similarity(centred[0], centred[0])
        #expect(abs(log2(scale).rounded() - log2(scale)) < 1e-9)
        var position = 0
        var squares = 0.0
        var worst = 0.0
        for i in 0..<n {
            worst = max(worst, abs(gram.diagonal[i] - scale * PlainMetrics.similarity(centred[i], centred[i])))
            #expect(PackedKernel.packedOffset(row: i, sampleCount: n) == position)
            for j in (i + 1)..<max(n, i + 1) {
                let value = Double(gram.packed[position])
                worst = max(worst, abs(value - scale * PlainMetrics.similarity(centred[i], centred[j])))
                squares += value * value
                position += 1
            }
        }
        #expect(position == gram.packed.count && position == PackedKernel.packedCount(n))
        #expect(worst < 4e-6)
        #expect(abs(gram.packedSquareSum / squares - 1) < 1e-12)
    }

    @Test(arguments: [1e-30, 1e-8, 1, 1e30])
    func scaleDoesNotMatter(_ scale: Double) throws {
        let rows = normals(30, 6, seed: 3)
        let layers = [artifacts(rows, normalization: .none)]
        let scaled = [artifacts(rows.map { $0.map { $0 * scale } }, normalization: .none)]
        let kernels = try alignment(layers, scaled, sampleCount: 30)
        #expect(abs(kernels.cka[0] - 1) < 1e-6 && abs(kernels.unbiasedCKA[0] - 1) < 1e-6)
    }

    /// Over all permutations of one side, the mean of biased CKA is exactly the product of the factors over n - 1.
    @Test func chanceFactorsGiveTheMeanOverPermutations() throws {
        let (rows, other) = (normals(5, 3, seed: 1), normals(5, 9, seed: 2))
        let fixed = artifacts(rows)
        let moved = permutations(5).map { order in artifacts(order.map { other[$0] }) }
        var sum = 0.0
        for start in stride(from: 0, to: moved.count, by: 60) {
            sum += try alignment([fixed], Array(moved[start..<(start + 60)]), sampleCount: 5).cka.reduce(0, +)
        }
        let factors = try #require(fixed.gram).chanceFactor * #require(moved[0].gram).chanceFactor
        #expect(abs(sum / 120 - factors / 4) < 1e-6)
    }
}
