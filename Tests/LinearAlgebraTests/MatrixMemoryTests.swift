import Testing

@testable import LinearAlgebra

@Suite struct MatrixMemoryTests {
    private func block(_ bytes: Int) -> UnsafeMutableRawPointer { .allocate(byteCount: bytes, alignment: 64) }

    @Test func aBlockIsTakenByWhoeverWantsItsSize() {
        var idle = IdleBlocks()
        idle.keep(atMost: 10_000)
        let (first, second, other) = (block(3000), block(3000), block(2000))
        for (block, size) in [(first, 3000), (second, 3000), (other, 2000)] { idle.giveBack(block, size) }
        #expect(idle.bytes == 8000)
        #expect(idle.take(1000) == nil && idle.take(2999) == nil)
        let (last, least, none) = (idle.take(3000), idle.take(3000), idle.take(3000))
        #expect(last == second && least == first && none == nil)
        #expect(idle.bytes == 2000)
        last?.deallocate()
        least?.deallocate()
    }

    @Test func theOldestGoWhereTheLimitIsReached() {
        var idle = IdleBlocks()
        idle.giveBack(block(100), 100)
        #expect(idle.bytes == 0, "nothing is kept at first")
        idle.keep(atMost: 1000)
        for size in [400, 500, 300] { idle.giveBack(block(size), size) }
        #expect(idle.bytes == 800)
        let oldest = idle.take(400)
        #expect(oldest == nil)
        idle.giveBack(block(1001), 1001)
        #expect(idle.bytes == 800, "what is larger than the limit takes no other's place")
        idle.keep(atMost: 700)
        #expect(idle.bytes == 300)
        idle.keep(atMost: -1)
        #expect(idle.bytes == 0 && idle.limit == 0)
    }

    @Test func sizesAreFewAndNeverTooSmall() {
        var sizes: Set<Int> = []
        for bytes in stride(from: 1 << 20, through: 4 << 20, by: 999) {
            let size = MatrixMemory.blockSize(bytes)
            #expect(size >= bytes && size <= bytes + bytes / 8 && size.isMultiple(of: 4096))
            #expect(MatrixMemory.blockSize(size) == size)
            sizes.insert(size)
        }
        #expect(sizes.count == 17)
    }

    @Test func largeMatricesAreAligned() {
        for count in [0, 1, 100, 1 << 18, 1 << 20] {
            let matrix = Matrix<Float>(unwrittenRows: 1, columns: count)
            let address = UInt(bitPattern: matrix.elements.baseAddress)
            #expect(address % (count >= 1 << 20 ? 2 << 20 : count >= 1 << 18 ? 4096 : 64) == 0)
            matrix.keepAlive()
        }
    }
}
