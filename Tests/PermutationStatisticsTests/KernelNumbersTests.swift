import Foundation
import SweepTestSupport
import Testing

@testable import PermutationStatistics

/// A symmetric matrix, row by row.
struct PlainMatrix {
    var rows: [[Double]]
    var n: Int { rows.count }

    init(_ n: Int, _ entry: (Int, Int) -> Double) {
        rows = (0..<n).map { i in (0..<n).map { entry(i, $0) } }
    }

    /// Of inner products.
    init(products features: [[Double]]) {
        self.init(features.count) { i, j in zip(features[i], features[j]).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Of Euclidean distances.
    init(distances features: [[Double]]) {
        self.init(features.count) { i, j in
            zip(features[i], features[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
    }

    /// HKH with H = I - J/n.
    var centred: PlainMatrix {
        let means = rows.map { $0.reduce(0, +) / Double(n) }
        let mean = means.reduce(0, +) / Double(n)
        return PlainMatrix(n) { rows[$0][$1] - means[$0] - means[$1] + mean }
    }

    /// By definition 2 of Székely & Rizzo 2014.
    var uCentred: PlainMatrix {
        let sums = (0..<n).map { i in (0..<n).reduce(0) { $0 + ($1 == i ? 0 : rows[i][$1]) } }
        let total = sums.reduce(0, +)
        let size = Double(n)
        return PlainMatrix(n) { i, j in
            i == j ? 0 : rows[i][j] - (sums[i] + sums[j]) / (size - 2) + total / ((size - 1) * (size - 2))
        }
    }

    /// Average ranks over i < j; the diagonal is 0.
    var ranks: PlainMatrix {
        let values = packed
        let ranks = values.map { value in
            Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
        }
        var position = 0
        var matrix = PlainMatrix(n) { _, _ in 0 }
        for i in 0..<n {
            for j in i + 1..<max(n, i + 1) {
                matrix.rows[i][j] = ranks[position]
                matrix.rows[j][i] = ranks[position]
                position += 1
            }
        }
        return matrix
    }

    var packed: [Double] { (0..<n).flatMap { i in rows[i][(i + 1)...] } }
    var diagonal: [Double] { (0..<n).map { rows[$0][$0] } }

    /// Σ_ij A_ij B_π(i)π(j) over the product of the norms, of π the identity too.
    func cosine(_ other: PlainMatrix, _ permutation: [Int]) -> Double {
        var (product, own, others) = (0.0, 0.0, 0.0)
        for i in 0..<n {
            for j in 0..<n {
                product += rows[i][j] * other.rows[permutation[i]][permutation[j]]
                own += rows[i][j] * rows[i][j]
                others += other.rows[i][j] * other.rows[i][j]
            }
        }
        return product / (own * others).squareRoot()
    }

    func withPacked<Result>(_ body: (PackedPairs) -> Result) -> Result {
        packed.withUnsafeBufferPointer { body(PackedPairs($0, sampleCount: n)) }
    }

    func withFloats<Result>(_ body: (PackedPairs) -> Result) -> Result {
        packed.map { Float($0) }.withUnsafeBufferPointer { body(PackedPairs($0, sampleCount: n)) }
    }
}

/// Rows less their mean.
func centredRows(_ rows: [[Double]]) -> [[Double]] {
    let means = rows[0].indices.map { axis in rows.reduce(0) { $0 + $1[axis] } / Double(rows.count) }
    return rows.map { row in zip(row, means).map { $0 - $1 } }
}

func factor(_ rows: [[Double]]) -> FactorRows {
    FactorRows(sampleCount: rows.count, width: rows[0].count) { range, target in
        for (position, value) in rows[range].joined().enumerated() { target[position] = value }
    }
}

@Suite struct KernelNumbersTests {
    private func features(_ features: Features, _ n: Int) -> ([[Double]], [[Double]]) {
        var generator = SeededGenerator(seed: UInt64(n) + 90)
        return (features.rows(n, 4, &generator), Features.steep.rows(n, 3, &generator))
    }

    /// tr(K_c L_c)/(‖K_c‖‖L_c‖)
    @Test(arguments: Features.allCases, [6, 7]) func centredKernelsAgreeWithEnumeration(_ kind: Features, _ n: Int) {
        let (x, y) = features(kind, n)
        let (k, l) = (PlainMatrix(products: x).centred, PlainMatrix(products: y).centred)
        let expected = EnumeratedMoments(samples: n) { k.cosine(l, $0) }
        let numbers = [k, l].map { kernel in
            kernel.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) }
        }
        #expect(expected.agrees(with: numbers[0].moments(with: numbers[1])))
        // From the U-centred entries and from factors likewise.
        let (u, f) = (
            k.uCentred.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: k.diagonal, areUCentred: true)) },
            try? KernelNumbers.centred(factor(centredRows(x)))
        )
        #expect(expected.agrees(with: u.moments(with: numbers[1])))
        #expect(f.map { expected.agrees(with: numbers[1].moments(with: $0)) } == true)
    }

    /// The same of a kernel that no factor makes.
    @Test(arguments: [6, 7]) func rbfKernelsAgreeWithEnumeration(_ n: Int) {
        let (x, y) = features(.hub, n)
        let matrices = [x, y].map { rows in
            let distances = PlainMatrix(distances: rows)
            return PlainMatrix(n) { exp(-distances.rows[$0][$1] * distances.rows[$0][$1] / 8) }.centred
        }
        let expected = EnumeratedMoments(samples: n) { matrices[0].cosine(matrices[1], $0) }
        let numbers = matrices.map { matrix in
            matrix.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: matrix.diagonal)) }
        }
        let found = numbers[0].moments(with: numbers[1])
        #expect(expected.agrees(with: found), "\(found) for \(expected)")
    }

    /// The cosine of U-centred kernels, and of U-centred distances; its variance does not depend on the data.
    @Test(arguments: Features.allCases, [4, 5, 6, 7]) func uCentredKernelsAgreeWithEnumeration(
        _ kind: Features, _ n: Int
    ) throws {
        let (x, y) = features(kind, n)
        for (plainK, plainL) in [
            (PlainMatrix(products: x), PlainMatrix(products: y)),
            (PlainMatrix(distances: x), PlainMatrix(distances: y)),
        ] {
            let (k, l) = (plainK.uCentred, plainL.uCentred)
            let expected = EnumeratedMoments(samples: n) { k.cosine(l, $0) }
            let numbers = [plainK, l].map { matrix in matrix.withPacked { KernelNumbers.uCentred($0) } }
            let found = numbers[0].moments(with: numbers[1])
            #expect(expected.agrees(with: found), "\(found) for \(expected)")
            #expect(abs(found.sd - (2 / Double(n * (n - 3))).squareRoot()) < 1e-12 && found.mean == 0)
        }
        let byFactor = try [x, y].map { try KernelNumbers.uCentred(factor(centredRows($0))) }
        let (k, l) = (PlainMatrix(products: x).uCentred, PlainMatrix(products: y).uCentred)
        let expected = EnumeratedMoments(samples: n) { k.cosine(l, $0) }
        #expect(expected.agrees(with: byFactor[0].moments(with: byFactor[1])))
    }

    /// Spearman's correlation over i < j with average ranks.
    @Test(arguments: Features.allCases, [6, 7]) func ranksAgreeWithEnumeration(_ kind: Features, _ n: Int) {
        let (x, y) = features(kind, n)
        let matrices = [x, y].map { PlainMatrix(products: $0).ranks }
        let mean = Double(n * (n - 1) / 2 + 1) / 2
        let centred = matrices.map { matrix in
            PlainMatrix(n) { $0 == $1 ? 0 : matrix.rows[$0][$1] - mean }
        }
        let expected = EnumeratedMoments(samples: n) { centred[0].cosine(centred[1], $0) }
        // In any unit, and with or without their mean.
        let a = matrices[0].withPacked { RankNumbers($0) }
        let b = PlainMatrix(n) { centred[1].rows[$0][$1] / 64 }.withPacked { RankNumbers($0) }
        let found = a.moments(with: b)
        #expect(expected.agrees(with: found), "\(found) for \(expected)")
    }

    /// By blocks of every size, whole and ragged, against the sum over all triples.
    @Test func cubeTraceIsTheSumOverTriples() {
        var generator = SeededGenerator(seed: 4)
        let n = 23
        let upper = (0..<n).map { _ in generator.normals(1, n) }
        let shifts = generator.normals(1, n)
        let matrix = PlainMatrix(n) { i, j in upper[min(i, j)][max(i, j)] }
        let shifted = PlainMatrix(n) { i, j in matrix.rows[i][j] + (i == j ? 0 : shifts[i] + shifts[j]) }
        var expected = 0.0
        for i in 0..<n {
            for j in 0..<n {
                for k in 0..<n { expected += shifted.rows[i][j] * shifted.rows[j][k] * shifted.rows[k][i] }
            }
        }
        matrix.withPacked { pairs in
            let entries = ShiftedPairs(pairs, shifts: shifts, diagonal: matrix.diagonal)
            for rows in [1, 5, 8, 22, 23, 256] {
                #expect(abs(CubeTrace.of(entries, blockRows: rows) / expected - 1) < 1e-12)
            }
        }
    }

    /// A factor of more rows than are read at once, and of more columns than rows in a block, gives what its entries give.
    @Test(arguments: [3, 40]) func factorsAgreeWithEntries(_ width: Int) throws {
        var generator = SeededGenerator(seed: UInt64(width))
        let rows = centredRows(Features.steep.rows(600, width, &generator).map { $0.map { abs($0) } })
        let kernel = PlainMatrix(products: rows)
        let pairs = [
            (
                kernel.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) },
                try KernelNumbers.centred(factor(rows))
            ), (kernel.withPacked { KernelNumbers.uCentred($0) }, try KernelNumbers.uCentred(factor(rows))),
        ]
        for (byEntries, byFactor) in pairs {
            let (expected, found) = (byEntries.moments(with: byEntries), byFactor.moments(with: byEntries))
            #expect(abs(expected.mean - found.mean) < 1e-13 && abs(expected.sd / found.sd - 1) < 1e-11)
            #expect(abs(expected.skewness / found.skewness - 1) < 1e-9)
        }
    }

    /// Where a factor's entries would be too many, all but the skewness is known, and so is a kernel of which U-centring leaves nothing.
    @Test func largeFactorsHaveNoSkewness() throws {
        var generator = SeededGenerator(seed: 6)
        let rows = centredRows(Features.steep.rows(30, 4, &generator))
        for (whole, large) in [
            (try KernelNumbers.centred(factor(rows)), try KernelNumbers.centred(factor(rows), mostMultiplications: 0)),
            (
                try KernelNumbers.uCentred(factor(rows)),
                try KernelNumbers.uCentred(factor(rows), mostMultiplications: 0)
            ),
        ] {
            let (expected, found) = (whole.moments(with: whole), large.moments(with: whole))
            #expect(abs(found.mean - expected.mean) < 1e-14 && abs(found.sd / expected.sd - 1) < 1e-12)
            #expect(found.gap == .tooManySamples && expected.gap == nil && found.skewness.isNaN)
        }
        // A simplex: all samples equally similar.
        let even = factor(centredRows((0..<12).map { i in (0..<12).map { $0 == i ? 1 : 0 } }))
        #expect(try KernelNumbers.uCentred(even, mostMultiplications: 0).form == nil)
        #expect(try KernelNumbers.uCentred(even).form == nil)
        #expect(try KernelNumbers.centred(even, mostMultiplications: 0).form != nil)
    }

    /// Entries in float32 change moments by their rounding and no more; in any unit.
    @Test func float32EntriesAndUnits() {
        var generator = SeededGenerator(seed: 8)
        let rows = Features.steep.rows(300, 12, &generator)
        let kernel = PlainMatrix(products: rows).centred
        let unit = 0x1p-180
        let scaled = PlainMatrix(300) { kernel.rows[$0][$1] * unit }
        let exact = kernel.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) }
        let moments = exact.moments(with: exact)
        let rounded = kernel.withFloats { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) }.moments(
            with: exact)
        let small = scaled.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: scaled.diagonal)) }.moments(
            with: exact)
        #expect(abs(rounded.mean / moments.mean - 1) < 1e-6 && abs(rounded.sd / moments.sd - 1) < 1e-6)
        #expect(abs(rounded.skewness - moments.skewness) < 1e-5)
        #expect(abs(small.sd / moments.sd - 1) < 1e-13 && abs(small.skewness - moments.skewness) < 1e-11)
        let (u, uRounded) = (
            kernel.withPacked { KernelNumbers.uCentred($0) }, kernel.withFloats { KernelNumbers.uCentred($0) }
        )
        #expect(abs(u.moments(with: u).skewness - uRounded.moments(with: u).skewness) < 1e-5)
    }

    /// tr Ũ³ as it follows from tr K̂³, of narrow layers, of one far wider than tall, whose kernel is almost its diagonal, and with hubs.
    @Test(arguments: [(Features.steep, 3), (.ordinary, 400), (.hub, 5)])
    func oneProductServesBothAlignments(_ kind: Features, _ width: Int) {
        var generator = SeededGenerator(seed: 12)
        let kernel = PlainMatrix(products: kind.rows(40, width, &generator)).centred
        let alone = kernel.withPacked { KernelNumbers.uCentred($0) }
        let shared = kernel.withPacked {
            KernelNumbers.uCentred($0, of: CentredKernel($0, diagonal: kernel.diagonal))
        }
        let moments = (alone.moments(with: alone), shared.moments(with: shared))
        #expect(moments.0.sd == moments.1.sd)
        #expect(abs(moments.0.skewness - moments.1.skewness) < 1e-10 * abs(moments.0.skewness))
        let rounded = kernel.withFloats {
            KernelNumbers.uCentred($0, of: CentredKernel($0, diagonal: kernel.diagonal))
        }
        #expect(abs(rounded.moments(with: alone).skewness - moments.0.skewness) < 1e-5)
    }

    @Test func gapsSayWhyThereIsNoMoment() throws {
        var generator = SeededGenerator(seed: 1)
        let rows = centredRows(Features.ordinary.rows(20, 3, &generator))
        let kernel = PlainMatrix(products: rows)
        let whole = kernel.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) }
        let large = kernel.withPacked {
            KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal, mostSamples: 19))
        }
        let moments = whole.moments(with: large)
        #expect(moments.gap == .tooManySamples && moments.skewness.isNaN)
        #expect(moments.sd == whole.moments(with: whole).sd && moments.mean == whole.moments(with: whole).mean)
        #expect(whole.moments(with: whole).gap == nil)

        let zero = PlainMatrix(20) { _, _ in 0 }
        let none = zero.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: zero.diagonal)) }
        #expect(none.moments(with: whole).gap == .undefinedScore && none.moments(with: whole).mean.isNaN)
        // All samples equally similar: nothing is left of them but rounding.
        let even = PlainMatrix(20) { $0 == $1 ? 1 : 0.1 }
        #expect(even.withPacked { KernelNumbers.uCentred($0) }.form == nil)
        #expect(even.withPacked { RankNumbers($0) }.form == nil)
        // And once centred a multiple of the centring matrix, which no matching changes.
        let same = even.centred.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: even.centred.diagonal)) }
        let constant = same.moments(with: whole)
        #expect(constant.gap == .constantScore && constant.sd == 0 && constant.skewness.isNaN)
    }

    @Test func numbersSurviveCoding() throws {
        var generator = SeededGenerator(seed: 2)
        let kernel = PlainMatrix(products: Features.ordinary.rows(20, 3, &generator)).centred
        let numbers = kernel.withPacked { KernelNumbers.centred(CentredKernel($0, diagonal: kernel.diagonal)) }
        let read = try JSONDecoder().decode(KernelNumbers.self, from: JSONEncoder().encode(numbers))
        #expect(read == numbers)
    }
}
