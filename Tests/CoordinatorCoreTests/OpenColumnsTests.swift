import SweepTestSupport
import Testing

@testable import CoordinatorCore

@Suite("Open columns")
struct OpenColumnsTests {
    @Test func rangesAreMergedAndSorted() {
        let open = OpenColumns([7, 3, 4, 9, 5])
        #expect(open.ranges == [3..<6, 7..<8, 9..<10])
        #expect(open.count == 5 && open.first == 3 && !open.isEmpty)
        #expect(open.contains(5) && !open.contains(6) && !open.contains(8))
    }

    @Test func anEmptyRangeIsNothing() {
        #expect(OpenColumns(4..<4).isEmpty && OpenColumns([]).first == nil)
    }

    @Test func whatIsRemovedIsReturnedOnce() {
        var open = OpenColumns(10..<20)
        #expect(open.remove(10..<12) == [10..<12])
        #expect(open.remove(10..<12) == [])
        #expect(open.remove(15..<17) == [15..<17])
        #expect(open.ranges == [12..<15, 17..<20])
        #expect(open.remove(14..<30) == [14..<15, 17..<20])
        #expect(open.remove(0..<13) == [12..<13])
        #expect(open.ranges == [13..<14])
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func itAgreesWithASet(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var expected = Set(0..<60)
        var open = OpenColumns(0..<60)
        while !expected.isEmpty {
            let first = Int.random(in: 0..<60, using: &generator)
            let columns = first..<min(60, first + Int.random(in: 0...7, using: &generator))
            let removed = open.remove(columns).flatMap(Array.init)
            #expect(removed == expected.intersection(columns).sorted())
            expected.subtract(columns)
            #expect(open.ranges.flatMap(Array.init) == expected.sorted())
            #expect(open.count == expected.count && open.first == expected.min())
        }
    }
}
