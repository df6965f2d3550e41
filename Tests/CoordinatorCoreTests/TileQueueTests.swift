import SweepModel
import SweepTestSupport
import Testing

@testable import CoordinatorCore

@Suite("Tile queue")
struct TileQueueTests {
    private func queue(rows: Int, columns: Int, symmetric: Bool = false, allReady: Bool = true) -> TileQueue {
        let grid = TileGrid(rows: rows * TileGrid.edge, columns: columns * TileGrid.edge, isSymmetric: symmetric)
        var queue = TileQueue(grid: grid)
        guard allReady else { return queue }
        for row in 0..<grid.blockRows { queue.markRowReady(row) }
        for column in 0..<grid.blockColumns { queue.markColumnReady(column) }
        return queue
    }

    private func drain(_ queue: inout TileQueue, preferring row: Int? = nil) -> [WorkItem] {
        var items: [WorkItem] = []
        while let item = queue.take(preferring: row) { items.append(item) }
        return items
    }

    @Test(arguments: [(1, 1), (3, 5), (2, 63), (2, 64), (2, 65), (3, 129)])
    func everyTileComesOnce(rows: Int, columns: Int) {
        var queue = queue(rows: rows, columns: columns)
        #expect(queue.waitingCount == rows * columns)
        let expected = (0..<rows).flatMap { row in (0..<columns).map { WorkItem.tile(row: row, column: $0) } }
        #expect(drain(&queue) == expected)
        #expect(queue.waitingCount == 0)
    }

    @Test(arguments: [1, 2, 64, 65, 130])
    func aSymmetricGridHoldsTheUpperTriangle(size: Int) {
        var queue = queue(rows: size, columns: size, symmetric: true)
        let items = drain(&queue)
        #expect(items.count == size * (size + 1) / 2 && Set(items).count == items.count)
        #expect(items.allSatisfy { if case .tile(let row, let column) = $0 { column >= row } else { false } })
    }

    @Test func nothingIsTakenBeforeRowAndColumnAreReady() {
        var queue = queue(rows: 2, columns: 2, allReady: false)
        #expect(queue.take(preferring: nil) == nil)
        queue.markRowReady(1)
        #expect(queue.take(preferring: nil) == nil)
        queue.markColumnReady(0)
        #expect(queue.take(preferring: 0) == .tile(row: 1, column: 0))
        #expect(queue.take(preferring: 1) == nil)
        #expect(queue.waitingCount == 3)
    }

    @Test func thePreferredRowGoesFirstThenThoseAfterItAroundTheGrid() {
        var queue = queue(rows: 3, columns: 2)
        let rows = drain(&queue, preferring: 2).map { if case .tile(let row, _) = $0 { row } else { -1 } }
        #expect(rows == [2, 2, 0, 0, 1, 1])
    }

    @Test func aTileThatWasPutBackComesAgain() {
        var queue = queue(rows: 2, columns: 70)
        _ = drain(&queue)
        queue.putBack(row: 1, column: 69)
        #expect(queue.waitingCount == 1)
        #expect(queue.take(preferring: 0) == .tile(row: 1, column: 69))
        #expect(queue.take(preferring: 1) == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func itAgreesWithASetOfTiles(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rows = Int.random(in: 1...5, using: &generator), columns = Int.random(in: 1...140, using: &generator)
        var queue = queue(rows: rows, columns: columns, allReady: false)
        var waiting = Set((0..<rows).flatMap { row in (0..<columns).map { WorkItem.tile(row: row, column: $0) } })
        var taken: Set<WorkItem> = [], readyRows: Set<Int> = [], readyColumns: Set<Int> = []
        func isReady(_ item: WorkItem) -> Bool {
            guard case .tile(let row, let column) = item else { return false }
            return readyRows.contains(row) && readyColumns.contains(column)
        }
        for _ in 0..<600 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                let row = Int.random(in: 0..<rows, using: &generator)
                readyRows.insert(row)
                queue.markRowReady(row)
            case 1, 2:
                let column = Int.random(in: 0..<columns, using: &generator)
                readyColumns.insert(column)
                queue.markColumnReady(column)
            case 3:
                guard case .tile(let row, let column)? = taken.first else { continue }
                taken.remove(.tile(row: row, column: column))
                waiting.insert(.tile(row: row, column: column))
                queue.putBack(row: row, column: column)
            default:
                guard let item = queue.take(preferring: Int.random(in: 0..<rows, using: &generator)) else {
                    #expect(!waiting.contains(where: isReady))
                    continue
                }
                #expect(isReady(item))
                #expect(waiting.remove(item) != nil)
                taken.insert(item)
            }
            #expect(queue.waitingCount == waiting.count)
        }
    }
}
