import Testing

@testable import SweepModel

struct TileGridTests {
    private static let edges = [1, 63, 64, 65, 129]

    /// How often each cell of the score matrix is covered by the tiles that are computed.
    private func coverage(_ grid: TileGrid) -> (counts: [Int], tiles: Int) {
        var counts = [Int](repeating: 0, count: grid.rows * grid.columns)
        var tiles = 0
        for row in 0..<grid.blockRows {
            for column in grid.tileColumns(ofRow: row) {
                tiles += 1
                for r in grid.rowRange(row) {
                    for c in grid.columnRange(column, ofRow: row) { counts[r * grid.columns + c] += 1 }
                }
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
        #expect(rectangular.columnRange(3, ofRow: 0) == 192..<200 && rectangular.columns(ofBlock: 3) == 192..<200)
    }

    @Test func ranges() {
        let grid = TileGrid(rows: 129, columns: 65, isSymmetric: false)
        #expect((0..<3).map(grid.rowRange) == [0..<64, 64..<128, 128..<129])
        #expect((0..<2).map { grid.columnRange($0, ofRow: 1) } == [0..<64, 64..<65])
        #expect(grid.tileColumns(ofRow: 2) == 0..<2)
        #expect(TileGrid(rows: 129, columns: 129, isSymmetric: true).tileColumns(ofRow: 2) == 2..<3)
    }

    /// Every layer pair (in a symmetric grid of different models, each once) is in one tile of each permutation, and tiles of scores are as
    /// they are without permutations.
    @Test(arguments: [1, 2, 3, 8], [1, 4, 100])
    func permutationsCoverEveryPair(_ blocks: Int, _ runLength: Int) {
        for isSymmetric in [true, false] {
            let (rows, columns) = (200, isSymmetric ? 200 : 330)
            let nullTiles = NullTiles(permutations: 9, blocks: blocks, runLength: runLength)
            let grid = TileGrid(rows: rows, columns: columns, isSymmetric: isSymmetric, nullTiles: nullTiles)
            let plain = TileGrid(rows: rows, columns: columns, isSymmetric: isSymmetric)
            #expect(grid.scoreTileCount == plain.tileCount && grid.blockRows == plain.blockRows)
            var counts = [Int](repeating: 0, count: 9 * rows * columns)
            var tiles = 0
            for row in 0..<grid.tileRows {
                #expect(grid.isOfScores(row) == (row < plain.blockRows))
                #expect(!grid.contains(row: row, columns: 0..<grid.tileColumns(ofRow: row).upperBound + 1))
                for column in grid.tileColumns(ofRow: row) {
                    tiles += 1
                    #expect(grid.contains(row: row, columns: column..<column + 1))
                    for permutation in grid.permutations(ofRow: row) ?? 0..<0 {
                        for r in grid.rowRange(row) {
                            for c in grid.columnRange(column, ofRow: row) {
                                counts[(permutation * rows + r) * columns + c] += 1
                            }
                        }
                    }
                }
            }
            #expect(tiles == grid.tileCount && !grid.contains(row: grid.tileRows, columns: 0..<1))
            for permutation in 0..<9 {
                for r in 0..<rows {
                    for c in (isSymmetric ? r : 0)..<columns {
                        if counts[(permutation * rows + r) * columns + c] != 1 {
                            Issue.record("(\(r), \(c)) of permutation \(permutation)")
                        }
                    }
                }
            }
        }
    }
}
