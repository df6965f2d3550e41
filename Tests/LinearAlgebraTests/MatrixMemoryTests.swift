import Testing

@testable import LinearAlgebra

@Suite struct MatrixMemoryTests {
    @Test func pagesServeAnyShape() {
        var free = FreeExtents(count: 100)
        let blocks = (0..<5).map { _ in free.take(8) }
        #expect(blocks == [0, 8, 16, 24, 32] && free.pagedCount == 0)
        for first in [8, 24, 16] { free.giveBack(first..<first + 8) }
        #expect(free.pagedCount == 24)
        // Three blocks of 8 are two of 12.
        #expect(free.take(12) == 8 && free.take(12) == 20 && free.pagedCount == 0)
        #expect(free.take(12) == 40)
    }

    @Test func theSmallestExtentWithPagesIsTaken() {
        var free = FreeExtents(count: 100)
        for size in [10, 1, 6, 1, 8, 1] { #expect(free.take(size) != nil) }
        for units in [0..<10, 11..<17, 18..<26] { free.giveBack(units) }
        #expect(free.take(7) == 18)
        #expect(free.take(7) == 0)
        #expect(free.take(7) == 27, "no extent with pages has room")
        #expect(free.pagedCount == 3 + 6 + 1)
        #expect(free.take(67) == nil && free.take(66) == 34)
    }

    @Test func theOldestPagesGo() {
        var free = FreeExtents(count: 60)
        for _ in 0..<6 { #expect(free.take(10) != nil) }
        for first in [20, 0, 40] { free.giveBack(first..<first + 10) }
        #expect(free.dropPages(downTo: 30) == [])
        #expect(free.dropPages(downTo: 26) == [26..<30])
        #expect(free.dropPages(downTo: 15) == [20..<26, 5..<10])
        #expect(free.pagedCount == 15)
        // What was dropped is free all the same, and one with what was dropped beside it.
        #expect(free.take(10) == 40 && free.take(10) == 20)
        free.giveBack(10..<20)
        #expect(free.dropPages(downTo: 0) == [0..<5, 10..<20])
        #expect(free.take(20) == 0)
    }

    @Test func nothingIsEverGivenTwice() {
        var free = FreeExtents(count: 500)
        var taken: [Range<Int>] = []
        var owners = [Int](repeating: -1, count: 500)
        var paged = Set<Int>()
        var state: UInt64 = 3
        func random(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for step in 0..<3000 {
            let size = random(below: 40) + 1
            if random(below: 3) != 0, let first = free.take(size) {
                for unit in first..<first + size {
                    #expect(owners[unit] == -1)
                    owners[unit] = step
                    paged.insert(unit)
                }
                taken.append(first..<first + size)
            } else if !taken.isEmpty {
                let units = taken.remove(at: random(below: taken.count))
                for unit in units { owners[unit] = -1 }
                free.giveBack(units)
                for dropped in free.dropPages(downTo: 60) {
                    for unit in dropped {
                        #expect(owners[unit] == -1 && paged.contains(unit))
                        paged.remove(unit)
                    }
                }
                #expect(free.pagedCount <= 60 && free.pagedCount == paged.count { owners[$0] == -1 })
            }
        }
    }

    @Test func matricesKeepTheirValuesWhileOthersComeAndGo() {
        MatrixMemory.keepIdle(atMost: 64 << 20)
        var kept: [(matrix: Matrix<Float>, value: Float)] = []
        for round in 0..<40 {
            let value = Float(round)
            let matrix = Matrix<Float>(rows: 300 + 37 * (round % 7), columns: 1000, repeating: value)
            #expect(UInt(bitPattern: matrix.elements.baseAddress) % 64 == 0)
            kept.append((matrix, value))
            if round % 3 == 2 { kept.remove(at: round % kept.count) }
            #expect(kept.allSatisfy { kept in kept.matrix.elements.allSatisfy { $0 == kept.value } })
        }
    }
}
