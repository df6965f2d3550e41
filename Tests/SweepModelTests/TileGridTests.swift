import Testing

@testable import SweepModel

struct TileGridTests {
    private static let edges = [1, 63, 64, 65, 129]

    /// How often each cell of the score matrix is covered by the tiles that are computed.
    private func coverage(_ grid: TileGrid) -> (counts: [Int], tiles: Int) {
        var counts = [Int](repeating: 0, count: grid.rows * grid.columns)
        var tiles = 0
        for row in 0..<grid.blockRows {
            for column in grid.firstColumn(ofRow: row)..<grid.blockColumns {
                tiles += 1
                for r in grid.rowRange(row) { for c in grid.columnRange(column) { counts[r * grid.columns + c] += 1 } }
            }
        }
        return (counts, tiles)
    }

    @Test(arguments: edges, edges) func rectangularGrids(_ rows: Int, _ columns: Int) {
        let grid = TileGrid(rows: rows, columns: columns, isSymmetric: false)
        let (counts, tiles) = coverage(grid)
        #expect(counts.allSatisfy { $0 == 1 })
        #expect(tiles == grid.tileCount)
    }

    @Test(arguments: edges) func symmetricGrids(_ layers: Int) {
        let grid = TileGrid(rows: layers, columns: layers, isSymmetric: true)
        let (counts, tiles) = coverage(grid)
        #expect(tiles == grid.tileCount)
        #expect(counts.allSatisfy { $0 <= 1 })
        for r in 0..<layers { for c in r..<layers { #expect(counts[r * layers + c] == 1) } }
    }

    @Test(arguments: zip(edges, [1, 1, 1, 2, 3])) func blocks(_ layers: Int, _ blocks: Int) {
        let symmetric = TileGrid(rows: layers, columns: layers, isSymmetric: true)
        #expect(symmetric.blockRows == blocks)
        #expect(symmetric.blockColumns == blocks)
        #expect(symmetric.tileCount == blocks * (blocks + 1) / 2)
        let rectangular = TileGrid(rows: layers, columns: 200, isSymmetric: false)
        #expect(rectangular.tileCount == blocks * 4)
        #expect(rectangular.columnRange(3) == 192..<200)
    }

    @Test func ranges() {
        let grid = TileGrid(rows: 129, columns: 65, isSymmetric: false)
        #expect((0..<3).map(grid.rowRange) == [0..<64, 64..<128, 128..<129])
        #expect((0..<2).map(grid.columnRange) == [0..<64, 64..<65])
        #expect(grid.firstColumn(ofRow: 2) == 0)
        #expect(TileGrid(rows: 129, columns: 129, isSymmetric: true).firstColumn(ofRow: 2) == 2)
    }
}
