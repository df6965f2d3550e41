import CKernels
import SweepTestSupport
import Testing

/// The C kernels against their plain twins.
struct StoredValueKernelsTests {
    @Test(arguments: [0, 1, 3, 4, 5, 31, 64, 1001])
    func theLargestMagnitudeIgnoresTheSign(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let words = (0..<count).map { _ in generator.next() }
        let (halves, singles) = (
            words.map { UInt16(truncatingIfNeeded: $0) }, words.map { UInt32(truncatingIfNeeded: $0) }
        )
        #expect(ck_largest_magnitude16(halves, count) == halves.map { $0 & 0x7FFF }.max() ?? 0)
        #expect(ck_largest_magnitude32(singles, count) == singles.map { $0 & 0x7FFF_FFFF }.max() ?? 0)
        #expect(ck_largest_magnitude64(words, count) == words.map { $0 & 0x7FFF_FFFF_FFFF_FFFF }.max() ?? 0)
    }

    private func sums(_ count: (inout [UInt64]) -> Void) -> [Int: Int] {
        var bins = [UInt64](repeating: 0, count: 4 << 16)
        count(&bins)
        var result: [Int: Int] = [:]
        for (bin, count) in bins.enumerated() where count > 0 { result[bin & 0xFFFF, default: 0] += Int(count) }
        return result
    }

    private func expected(_ patterns: [UInt64], shift: UInt64, prefix: UInt64) -> [Int: Int] {
        var result: [Int: Int] = [:]
        for pattern in patterns where (pattern >> shift) >> 16 == prefix {
            result[Int((pattern >> shift) & 0xFFFF), default: 0] += 1
        }
        return result
    }

    @Test(arguments: [1, 3, 4, 5, 7, 1001])
    func patternsAreCountedByTheirNextBits(_ count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let words = (0..<count).map { i in i % 3 == 0 ? 0x8000_1234_5678_9ABC : generator.next() }
        let halves = words.map { UInt16(truncatingIfNeeded: $0) }
        let singles = words.map { UInt32(truncatingIfNeeded: $0) }
        #expect(
            sums { ck_count_patterns16(halves, count, &$0) }
                == expected(halves.map { UInt64($0 & 0x7FFF) }, shift: 0, prefix: 0))
        for (shift, prefix) in [(16, 0), (0, 0x5678)] as [(UInt32, UInt64)] {
            #expect(
                sums { ck_count_patterns32(singles, count, shift, prefix, &$0) }
                    == expected(singles.map { UInt64($0 & 0x7FFF_FFFF) }, shift: UInt64(shift), prefix: prefix))
        }
        for (shift, prefix) in [(48, 0), (32, 0), (16, 0x1234), (0, 0x1234_5678)] as [(UInt32, UInt64)] {
            let masked = words.map { $0 & 0x7FFF_FFFF_FFFF_FFFF }
            #expect(
                sums { ck_count_patterns64(words, count, shift, prefix, &$0) }
                    == expected(masked, shift: UInt64(shift), prefix: prefix))
        }
    }
}
