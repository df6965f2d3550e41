import Foundation
import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Whatever product candidates come from: it is bounded, and the lists have the same bytes.
struct ProductFormTests {
    /// Rows that are hard on one form of the product or the other.
    private enum Kind: CaseIterable {
        case shared, saturated, outliers, groups, ties, duplicated, constantColumns, zeros, tiny, large, mixed, offset

        func rows(_ n: Int, _ d: Int, _ generator: inout SeededGenerator) -> [[Double]] {
            var rows = (0..<n).map { _ in (0..<d).map { _ in generator.normal() } }
            let directions = (0..<3).map { _ in (0..<d).map { _ in generator.normal() } }
            switch self {
            case .shared, .groups:
                for i in 0..<n {
                    for direction in directions {
                        let weight = generator.normal()
                        for j in 0..<d { rows[i][j] += weight * direction[j] }
                    }
                }
            case .saturated: rows = rows.map { $0.map { $0 < 0 ? -1 : 1 } }
            case .outliers: for i in 0..<n { rows[i][i % 7 == 0 ? 0 : d / 2] *= 1000 }
            case .ties: rows = rows.map { $0.map { ($0 * 2).rounded() / 2 } }
            case .duplicated: rows = (0..<n).map { rows[$0 / 3] }
            case .constantColumns: for i in 0..<n { for j in 0..<d where j % 3 != 1 { rows[i][j] = 0.3 } }
            case .zeros: for i in 0..<n where i % 5 == 0 { rows[i] = rows[i].map { _ in 0 } }
            case .tiny: rows = rows.map { $0.map { $0 * 1e-30 } }
            case .large: rows = rows.map { $0.map { $0 * 1e25 } }
            case .mixed:
                for i in 0..<n {
                    let unit = Double(sign: .plus, exponent: -(i % 60), significand: 1)
                    rows[i] = rows[i].map { $0 * unit }
                }
            case .offset:
                for i in 0..<n { for j in 0..<d { rows[i][j] = rows[i][j] * 1e-3 + 100 * directions[0][j] } }
            }
            return rows
        }
    }

    private struct Case: CustomTestStringConvertible {
        let seed: Int
        let kind: Kind
        let n: Int
        let d: Int
        let k: Int
        let precision: Precision
        let normalization: SweepSpec.Normalization
        let threads: Int
        let memoryBytes: Int

        init(_ seed: Int, n: Int? = nil, d: Int? = nil) {
            var generator = SeededGenerator(seed: UInt64(seed))
            self.seed = seed
            kind = Kind.allCases[seed % Kind.allCases.count]
            // Evenly on a scale of logarithms, and no more than about 300,000 values.
            func size(_ range: ClosedRange<Double>) -> Int {
                Int(exp2(Double.random(in: range, using: &generator)).rounded())
            }
            let count = n ?? size(2...11.55)
            self.n = count
            self.d = d ?? min(size(0...12.29), max(1, 300_000 / count))
            k = min([1, 3, 10, 40].randomElement(using: &generator) ?? 1, count - 1)
            let fits: [Precision] = kind == .tiny || kind == .large ? [.float32, .float64] : Precision.allCases
            precision = fits.randomElement(using: &generator) ?? .float64
            normalization = Bool.random(using: &generator) ? .l2 : .none
            threads = Int.random(in: 1...3, using: &generator)
            memoryBytes = Bool.random(using: &generator) ? 4 << 30 : 1
        }

        var testDescription: String {
            "\(seed): \(kind), \(n) x \(d), k = \(k), \(precision), \(normalization), \(threads) threads"
        }

        var stored: StoredMatrix {
            var generator = SeededGenerator(seed: UInt64(seed) + 1000)
            return precision.stored(kind.rows(n, d, &generator))
        }

        var groups: [Int32]? { kind == .groups && n > 3 * k + 3 ? (0..<n).map { Int32($0 % (n / 3)) } : nil }

        var listLength: Int { groups == nil ? k : min(k, n - 5) }

        func made(_ form: ProductForm?) throws -> LayerArtifacts {
            try LayerArtifacts(
                of: [LayerPart(stored, threshold: kind == .saturated ? 0.5 : .infinity)], normalization: normalization,
                request: ArtifactRequest([.neighbours], neighbourCount: listLength, groups: groups),
                resources: LayerResources(threads: ThreadTeam(threads), memoryBytes: memoryBytes, productForm: form))
        }
    }

    /// Layers of all sizes and kinds; `PLATONIC_FORM_CASES=10000` tries so many.
    private static let cases = ProcessInfo.processInfo.environment["PLATONIC_FORM_CASES"].flatMap { Int($0) } ?? 504

    @Test(arguments: stride(from: 0, to: cases, by: 12).map { $0..<$0 + 12 })
    func listsAreTheSameInEveryForm(_ seeds: Range<Int>) throws {
        for seed in seeds {
            let one = Case(seed)
            let expected = try one.made(.float32)
            for form in [.integers, .spreadIntegers, nil] as [ProductForm?] {
                let found = try one.made(form)
                #expect(found.neighbours == expected.neighbours, "\(one.testDescription)")
                let (rank, other) = (found.diagnostics.effectiveRank, expected.diagnostics.effectiveRank)
                #expect(rank.isNaN == other.isNaN)
                // Of a few dozen samples no product in integers is ever chosen: rounding does not average out.
                if one.kind == .shared, one.d > 8, form == nil || one.n >= CandidateProduct.fewestSamples {
                    #expect(abs(rank / other - 1) < 1e-3, "\(one.testDescription)")
                }
            }
        }
    }

    /// More blocks than one, and one of a few rows.
    @Test(arguments: Array(Kind.allCases.indices))
    func listsOfManySamplesAreTheSame(_ seed: Int) throws {
        let one = Case(seed, n: seed % 2 == 0 ? 3000 : 2051, d: 24)
        let expected = try one.made(.float32).neighbours
        for form in [.integers, .spreadIntegers, nil] as [ProductForm?] {
            #expect(try one.made(form).neighbours == expected, "\(one.testDescription)")
        }
    }
}
