package import ArtifactStore
package import SweepModel

/// A layer of a tile: its position in the plan, and what its artifacts are called.
package struct TileLayer: Equatable {
    package let position: Int
    package let names: [ArtifactKind: String]

    package init(position: Int, names: [ArtifactKind: String]) {
        self.position = position
        self.names = names
    }
}

/// Layers that are scored against each other, every row against every column.
package struct ArtifactTile {
    package let plan: SweepPlan
    package let rows: [TileLayer]
    package let columns: [TileLayer]
    package let blocks: any ArtifactBlocks

    package init(plan: SweepPlan, rows: [TileLayer], columns: [TileLayer], blocks: any ArtifactBlocks) {
        self.plan = plan
        self.rows = rows
        self.columns = columns
        self.blocks = blocks
    }

    /// The tile with its rows as y and its columns as x.
    package var reversed: ArtifactTile { ArtifactTile(plan: plan, rows: columns, columns: rows, blocks: blocks) }

    /// Scores of `reversed` as this tile has them.
    package func turned(_ scores: [Double]) -> [Double] {
        NeighbourScores.transposed(scores, rows: columns.count, columns: rows.count)
    }

    /// Whether rows and columns have the same artifacts.
    package var isOnDiagonal: Bool { rows.map(\.names) == columns.map(\.names) }

    /// Whether a row's and a column's artifacts of `kind` are one and the same.
    package func isSame(_ kind: ArtifactKind, row: Int, column: Int) -> Bool {
        rows[row].names[kind] == columns[column].names[kind]
    }
}

/// Artifacts of layers, read from files and kept from one tile to the next in bounded memory.
package protocol ArtifactBlocks: AnyObject {
    var sampleCount: Int { get }
    /// Bytes for everything that is kept.
    var limitBytes: Int { get }

    /// What `decode` makes of a layer's artifact; nil where the layer has none. Where `decode` finds that the file is not what it
    /// should be, and returns nil, an error is thrown.
    func read<Value>(
        _ kind: ArtifactKind, of layer: TileLayer, _ decode: (ArtifactFile, ArtifactShape) throws -> Value?
    ) throws -> Value?

    /// What `make` made of the artifacts of `layers` and of how many bytes it is, as long as there is room for it.
    func kept<Block: AnyObject>(
        _ kind: ArtifactKind, of layers: [TileLayer], _ make: () throws -> (block: Block, bytes: Int)
    ) throws -> Block

    /// Lets go of what was used least recently, until there is room for `bytes`.
    func makeRoom(_ bytes: Int)
}

extension ArtifactBlocks {
    /// For each of `layers` what `decode` makes of its artifact, each of which takes `bytes` in memory; nil for layers that have none.
    package func block<Item>(
        _ kind: ArtifactKind, of layers: [TileLayer], bytes: (Item) -> Int,
        _ decode: (ArtifactFile, ArtifactShape) throws -> Item?
    ) throws -> [Item?] {
        let block: ItemBlock<Item> = try kept(kind, of: layers) {
            let items = try layers.map { try read(kind, of: $0, decode) }
            return (ItemBlock(items), items.reduce(0) { $0 + ($1.map(bytes) ?? 0) })
        }
        return block.items
    }
}

private final class ItemBlock<Item> {
    let items: [Item?]

    init(_ items: [Item?]) { self.items = items }
}
