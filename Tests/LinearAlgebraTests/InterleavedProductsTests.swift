import SweepTestSupport
import Testing

@testable import LinearAlgebra

/// The kernels in C beside a plain twin: the same bits.
struct InterleavedProductsTests {
    private static let available = InterleavedProducts.Instructions.allCases.filter { $0 <= .best }

    /// `layers` layers of `entries` values, one layer a row.
    private func layers(_ layers: Int, _ entries: Int, seed: UInt64) -> Matrix<Float> {
        var generator = SeededGenerator(seed: seed)
        let result = Matrix<Float>(rows: layers, columns: entries, repeating: 0)
        for index in result.elements.indices { result.elements[index] = Float(generator.normal()) }
        return result
    }

    /// Strips of entries x 32, zero beyond the layers.
    private func interleaved(_ layers: Matrix<Float>, width: Int) -> Matrix<Float> {
        let entries = layers.columns
        let result = Matrix<Float>(rows: width / 32, columns: entries * 32, repeating: 0)
        for e in 0..<entries { for l in 0..<layers.rows { result[l / 32, e * 32 + l % 32] = layers[l, e] } }
        return result
    }

    /// Blocks of entries by themselves, each from its first to its last; fused or not.
    private func twin(_ a: Matrix<Float>, _ r: Int, _ b: Matrix<Float>, _ c: Int, from start: Float, fused: Bool)
        -> Float
    {
        var sum = start
        for first in stride(from: 0, to: a.columns, by: 128) {
            var block: Float = 0
            for e in first..<min(first + 128, a.columns) {
                block = fused ? block.addingProduct(a[r, e], b[c, e]) : block + a[r, e] * b[c, e]
            }
            sum += block
        }
        return sum
    }

    #if arch(x86_64)
        private func isFused(_ instructions: InterleavedProducts.Instructions) -> Bool { instructions != .baseline }
    #else
        private func isFused(_ instructions: InterleavedProducts.Instructions) -> Bool { true }
    #endif

    @Test(arguments: [1, 127, 128, 129, 300, 700], available)
    func sumsHaveTheBitsOfTheTwin(_ entries: Int, _ instructions: InterleavedProducts.Instructions) throws {
        for (rows, columns) in [(1, 1), (7, 33), (8, 32), (9, 31), (64, 64), (63, 9), (33, 64)] {
            let (a, b) = (layers(rows, entries, seed: 1), layers(columns, entries, seed: 2))
            let (width, height) = ((columns + 31) / 32 * 32, (rows + 31) / 32 * 32)
            let (left, right) = (interleaved(a, width: height), interleaved(b, width: width))
            // What is there already is added to.
            let sums = Matrix<Float>(rows: height, columns: width, repeating: 0.3)
            InterleavedProducts.add(
                .init(values: try #require(left.elements.baseAddress), layers: rows),
                .init(values: try #require(right.elements.baseAddress), layers: columns),
                entries: entries, instructions: instructions, to: try #require(sums.elements.baseAddress), stride: width
            )
            left.keepAlive()
            right.keepAlive()
            for r in 0..<rows {
                for c in 0..<columns {
                    let expected = twin(a, r, b, c, from: 0.3, fused: isFused(instructions))
                    #expect(sums[r, c].bitPattern == expected.bitPattern, "\(rows) x \(columns): \(r) \(c)")
                }
            }
        }
    }

    @Test(arguments: available)
    func theUpperHalfAloneHasTheSameBits(_ instructions: InterleavedProducts.Instructions) throws {
        for count in [1, 31, 32, 33, 63, 64] {
            let width = (count + 31) / 32 * 32
            let a = interleaved(layers(count, 200, seed: 3), width: width)
            let (whole, upper) = (
                Matrix<Float>(rows: width, columns: width, repeating: 0),
                Matrix<Float>(rows: width, columns: width, repeating: 0)
            )
            let operand = InterleavedProducts.Operand(
                values: try #require(a.elements.baseAddress), layers: count)
            InterleavedProducts.add(
                operand, operand, entries: 200, instructions: instructions,
                to: try #require(whole.elements.baseAddress), stride: width)
            InterleavedProducts.add(
                operand, operand, entries: 200, upperOnly: true, instructions: instructions,
                to: try #require(upper.elements.baseAddress), stride: width)
            a.keepAlive()
            for r in 0..<count {
                for c in r..<count {
                    #expect(upper[r, c].bitPattern == whole[r, c].bitPattern)
                    #expect(whole[c, r].bitPattern == whole[r, c].bitPattern)
                }
            }
        }
    }

    @Test(arguments: [0, 1, 3, 4, 5, 30, 64])
    func interleavingTransposes(_ entries: Int) throws {
        for width in [32, 64, 96] {
            // Longer rows than are wanted.
            let source = layers(width, entries + 3, seed: 4)
            let result = Matrix<Float>(rows: 1, columns: entries * width + 1, repeating: -1)
            InterleavedProducts.interleave(source, entries: entries, at: try #require(result.elements.baseAddress))
            for e in 0..<entries {
                for l in 0..<width { #expect(result.elements[(l / 32 * entries + e) * 32 + l % 32] == source[l, e]) }
            }
            #expect(result.elements[entries * width] == -1)
        }
    }
}
