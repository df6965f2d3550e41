import CKernels
import SweepTestSupport
import Testing

/// The C kernels against their plain twins.
struct CandidateKernelsTests {
    /// Bounds of `count` samples of one term or two, one row a quantity: offsets, margins, norms, factors, floors, second norms and factors.
    private struct Bounds {
        var rows: [[Float]]
        let hasTwoTerms: Bool

        init(_ count: Int, floor: Float, hasTwoTerms: Bool = false, _ generator: inout SeededGenerator) {
            self.hasTwoTerms = hasTwoTerms
            rows = [1, 1e-3, 1, 0.1, 0.3, 1, 0.2].map { (scale: Float) in
                (0..<count).map { _ in Float(generator.normal()).magnitude * scale }
            }
            rows[4] = rows[4].map { $0 + floor }
        }

        func withSamples<Result>(_ body: (ck_samples) -> Result) -> Result {
            rows[0].withUnsafeBufferPointer { offsets in
                rows[1].withUnsafeBufferPointer { margins in
                    rows[2].withUnsafeBufferPointer { norms in
                        rows[3].withUnsafeBufferPointer { factors in
                            rows[4].withUnsafeBufferPointer { floors in
                                rows[5].withUnsafeBufferPointer { secondNorms in
                                    rows[6].withUnsafeBufferPointer { secondFactors in
                                        body(
                                            ck_samples(
                                                offsets: offsets.baseAddress, margins: margins.baseAddress,
                                                norms: norms.baseAddress, factors: factors.baseAddress,
                                                floors: floors.baseAddress,
                                                second_norms: hasTwoTerms ? secondNorms.baseAddress : nil,
                                                second_factors: hasTwoTerms ? secondFactors.baseAddress : nil))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        /// How far the similarity of sample `i` of these to sample `j` of `other` may be from its value.
        func margin(_ i: Int, _ other: Bounds, _ j: Int) -> Float {
            let first = rows[3][i] * other.rows[2][j]
            return (hasTwoTerms ? first + rows[6][i] * other.rows[5][j] : first) + other.rows[1][j]
        }

        /// Whether `value` may make sample `j` of `other` a neighbour of sample `i` of these.
        func mayReach(_ i: Int, _ value: Float, _ other: Bounds, _ j: Int) -> Bool {
            value + other.rows[0][j] + margin(i, other, j) >= rows[4][i]
        }
    }

    @Test(arguments: [1, 15, 31, 32, 33, 64, 100, 1024], [-9, 1.5, 2.5, 9] as [Float])
    func scansFindWhatReachesTheFloors(_ count: Int, _ floor: Float) {
        for hasTwoTerms in [false, true] { scansFind(count, floor, hasTwoTerms) }
    }

    private func scansFind(_ count: Int, _ floor: Float, _ hasTwoTerms: Bool) {
        var generator = SeededGenerator(seed: UInt64(count))
        let (row, columns) = (
            Bounds(1, floor: floor, hasTwoTerms: hasTwoTerms, &generator),
            Bounds(count, floor: floor, hasTwoTerms: hasTwoTerms, &generator)
        )
        var values = (0..<count).map { _ in Float(generator.normal()) }
        values[count / 2] = -.infinity
        let expected = values.indices.filter { row.mayReach(0, values[$0], columns, $0) }
        let expectedColumns = values.indices.filter { columns.mayReach($0, values[$0], row, 0) }
        var (hits, columnHits) = ([Int32](repeating: -1, count: count), [Int32](repeating: -1, count: count))
        var columnCount = 0
        var (threshold, thresholds) = (Float(0), [Float](repeating: 0, count: count))
        row.withSamples { a in
            columns.withSamples { b in
                ck_thresholds(a, 1, ck_largest_of(b, count), &threshold)
                ck_thresholds(b, count, ck_largest_of(a, 1), &thresholds)
            }
        }
        let found = row.withSamples { a in
            columns.withSamples { ck_scan_row(values, count, a, threshold, $0, &hits) }
        }
        #expect(hits.prefix(found).map { Int($0) } == expected)
        let both = row.withSamples { a in
            columns.withSamples {
                ck_scan_both(values, count, a, threshold, $0, thresholds, &hits, &columnHits, &columnCount)
            }
        }
        #expect(hits.prefix(both).map { Int($0) } == expected)
        #expect(columnHits.prefix(columnCount).map { Int($0) } == expectedColumns)
    }

    /// Whatever reaches a floor, to the last bit, is beyond the threshold, and what is well below it is not.
    @Test(arguments: [false, true])
    func thresholdsKeepWhatReachesTheFloors(_ hasTwoTerms: Bool) {
        var generator = SeededGenerator(seed: 7)
        for floor in [-1e30, -9, 0, 1e-30, 2.5, 1e30] as [Float] {
            let samples = Bounds(40, floor: floor, hasTwoTerms: hasTwoTerms, &generator)
            let others = Bounds(30, floor: 0, hasTwoTerms: hasTwoTerms, &generator)
            var thresholds = [Float](repeating: .nan, count: 40)
            samples.withSamples { a in
                others.withSamples { ck_thresholds(a, 40, ck_largest_of($0, 30), &thresholds) }
            }
            for i in 0..<40 {
                for j in 0..<30 {
                    // The least sum of value and offset that reaches the floor.
                    var score = samples.rows[4][i] - samples.margin(i, others, j)
                    while score + samples.margin(i, others, j) < samples.rows[4][i] { score = score.nextUp }
                    while score.nextDown + samples.margin(i, others, j) >= samples.rows[4][i] { score = score.nextDown }
                    #expect(score >= thresholds[i])
                }
                let largest = [3, 6].reduce(Float(1)) { $0 + samples.rows[$1][i] * 5 }
                #expect(thresholds[i] >= samples.rows[4][i] * (floor < 0 ? 1 + 1e-5 : 1 - 1e-5) - largest)
            }
        }
    }

    /// Rows without a floor are open to everything, and those that were given up to nothing.
    @Test func thresholdsOfRowsWithoutAFloor() {
        var generator = SeededGenerator(seed: 8)
        var samples = Bounds(2, floor: 0, &generator)
        samples.rows[4] = [-.greatestFiniteMagnitude, .infinity]
        let others = Bounds(64, floor: 0, &generator)
        var thresholds: [Float] = [0, 0]
        samples.withSamples { a in others.withSamples { ck_thresholds(a, 2, ck_largest_of($0, 64), &thresholds) } }
        #expect(Float(-1e38) >= thresholds[0] && !(Float.greatestFiniteMagnitude >= thresholds[1]))
        let values = [Float](repeating: 1, count: 64)
        var hits = [Int32](repeating: 0, count: 64)
        let found = samples.withSamples { a in
            others.withSamples { ck_scan_row(values, 64, a, thresholds[0], $0, &hits) }
        }
        #expect(found == 64)
    }

    @Test(arguments: [1, 63, 64, 65, 1000], [64, 128])
    func maximaAreThoseOfEveryGroup(_ count: Int, _ groups: Int) {
        for hasTwoTerms in [false, true] { maxima(count, groups, hasTwoTerms) }
    }

    private func maxima(_ count: Int, _ groups: Int, _ hasTwoTerms: Bool) {
        var generator = SeededGenerator(seed: UInt64(count))
        let (row, columns) = (
            Bounds(1, floor: 0, hasTwoTerms: hasTwoTerms, &generator),
            Bounds(count, floor: 0, hasTwoTerms: hasTwoTerms, &generator)
        )
        let values = (0..<count).map { _ in Float(generator.normal()) }
        var maxima = [Float](repeating: .nan, count: groups)
        row.withSamples { a in columns.withSamples { ck_lower_maxima(values, count, a, $0, groups, &maxima) } }
        for group in 0..<groups {
            let lower = stride(from: group, to: count, by: groups).map {
                values[$0] + columns.rows[0][$0] - row.margin(0, columns, $0)
            }
            #expect(maxima[group] == lower.max() ?? -.greatestFiniteMagnitude)
        }
    }

    @Test(arguments: [1, 2, 3, 10, 64, 257])
    func theRankedValueIsTheSortedElement(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        for distinct in [2, 5, 1000] {
            var values = (0..<count).map { _ in Float(Int.random(in: 0..<distinct, using: &generator)) * 0.37 - 2 }
            if count > 2 { values[count / 2] = -.infinity }
            if count > 3 { values[count / 3] = .greatestFiniteMagnitude }
            let sorted = values.sorted(by: >)
            for rank in 0..<count {
                var shuffled = values.shuffled(using: &generator)
                #expect(ck_ranked(&shuffled, count, rank) == sorted[rank])
            }
        }
    }

    @Test(arguments: [1, 15, 16, 17, 50])
    func mirroringFillsWhatIsBelowTheDiagonal(_ size: Int) {
        let stride = size + 3
        var values = (0..<size * stride).map { Float($0) }
        let before = values
        ck_mirror(&values, size, stride, -7)
        for i in 0..<size {
            for j in 0..<stride {
                let expected = j >= size || j > i ? before[i * stride + j] : j == i ? -7 : before[j * stride + i]
                #expect(values[i * stride + j] == expected)
            }
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 100])
    func squaresAreSummedInEightLanes(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let values = (0..<count).map { _ in Float(generator.normal()) }
        var lanes = [Double](repeating: 0, count: 8)
        for (j, value) in values.enumerated() { lanes[j % 8] += Double(value) * Double(value) }
        #expect(ck_square_sum(values, count) == lanes.reduce(0, +))
    }
}
