internal import LinearAlgebra

/// One side of K_c = X_c X_cᵀ: the centred rows of a run of samples, in one of the forms of a product.
protocol ProductSide {
    var samples: Range<Int> { get }
    /// Rows of a tile that is not on the diagonal.
    static var tileHeight: Int { get }

    /// Writes what is above the diagonal of the product of `rows` with themselves, row r from `values[r * stride]` on.
    func multiply(_ rows: Range<Int>, into values: UnsafeMutablePointer<Float>, stride: Int)

    /// Writes the product of `rows` with `columns` of another side.
    func multiply(
        _ rows: Range<Int>, with other: Self, _ columns: Range<Int>, into values: UnsafeMutablePointer<Float>,
        stride: Int)
}

/// K_c = X_c X_cᵀ, formed tile by tile above the diagonal in bounded memory; each tile serves its rows and its columns.
enum CentredProduct {
    /// Rows and columns of a block of tiles: up to this many samples the whole product is a single symmetric call.
    static let edge = 1024

    /// One tile of K_c, good while it is visited and free to be overwritten by then: row `rows[r]` begins at `values[r * stride]`.
    /// Of a tile on the diagonal only what lies above it is there.
    struct Tile {
        let rows: Range<Int>
        let columns: Range<Int>
        let values: UnsafeMutablePointer<Float>
        let stride: Int

        var isOnDiagonal: Bool { rows == columns }
    }

    /// The bytes of a thread's tile buffer.
    static func bufferBytes(sampleCount: Int) -> Int {
        let largest = min(edge, sampleCount)
        return roundedUp(largest) * stride(largest) * MemoryLayout<Float>.stride
    }

    /// Calls `visit` once for every tile of the product of `side` with itself, on `threads`: first for those on the
    /// diagonal, then for those above. The tiles and their bits are the same for any number of threads.
    static func forEachTile<Side: ProductSide>(of side: Side, threads: ThreadTeam = 1, _ visit: (Tile) -> Void) {
        let blocks = blocks(of: side.samples)
        let pairs = pairs(blocks.count)
        let buffers = Buffers(
            largest: blocks.first?.count ?? 0, threads: min(threads.most, blocks.count + pairs.count))
        let threads = threads.first(buffers.count)
        threads.forEach(blocks.count) { worker, index in
            guard let values = buffers[worker] else { return }
            let rows = blocks[index]
            side.multiply(rows, into: values, stride: buffers.stride)
            visit(Tile(rows: rows, columns: rows, values: values, stride: buffers.stride))
        }
        threads.forEach(pairs.count) { worker, index in
            let (rows, columns) = (blocks[pairs[index].0], blocks[pairs[index].1])
            multiply(side, rows, side, columns, buffers, worker, visit)
        }
    }

    /// The same for every tile of the product of the rows `left` with other rows.
    static func forEachTile<Side: ProductSide>(
        of left: Side, with right: Side, threads: ThreadTeam, _ visit: (Tile) -> Void
    ) {
        let (rows, columns) = (blocks(of: left.samples), blocks(of: right.samples))
        let largest = max(rows.first?.count ?? 0, columns.first?.count ?? 0)
        let buffers = Buffers(largest: largest, threads: min(threads.most, rows.count * columns.count))
        threads.first(buffers.count).forEach(rows.count * columns.count) { worker, index in
            // Whoever works at the same time is at other rows and other columns, as far as there are such.
            let (row, round) = (index % rows.count, index / rows.count)
            multiply(left, rows[row], right, columns[(row + round) % columns.count], buffers, worker, visit)
        }
    }

    /// One thread's tiles of a block, from above down.
    private static func multiply<Side: ProductSide>(
        _ left: Side, _ rows: Range<Int>, _ right: Side, _ columns: Range<Int>, _ buffers: Buffers, _ worker: Int,
        _ visit: (Tile) -> Void
    ) {
        guard let values = buffers[worker] else { return }
        for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: Side.tileHeight) {
            let rows = first..<min(first + Side.tileHeight, rows.upperBound)
            left.multiply(rows, with: right, columns, into: values, stride: buffers.stride)
            visit(Tile(rows: rows, columns: columns, values: values, stride: buffers.stride))
        }
    }

    /// Every two of `count` blocks once, the one above first, in rounds in which each block meets one other (the circle method of
    /// tournaments): threads that work at the same time seldom have a block in common, whose candidates only one of them can look through.
    private static func pairs(_ count: Int) -> [(Int, Int)] {
        // With an odd number one block has nobody in each round.
        let seats = count + count % 2
        guard seats > 1 else { return [] }
        let ring = seats - 1
        return (0..<ring).flatMap { round in
            (0..<seats / 2).compactMap { place in
                let first = place == 0 ? ring : (round + place) % ring
                let second = (round + ring - place) % ring
                return max(first, second) < count ? (min(first, second), max(first, second)) : nil
            }
        }
    }

    private static func blocks(of samples: Range<Int>) -> [Range<Int>] {
        Swift.stride(from: samples.lowerBound, to: samples.upperBound, by: edge).map {
            $0..<min($0 + edge, samples.upperBound)
        }
    }

    /// Rows a power of two apart would meet in few sets of the cache.
    fileprivate static func stride(_ columns: Int) -> Int { roundedUp(columns) + 16 }

    /// Products of integers are written in whole strips.
    fileprivate static func roundedUp(_ count: Int) -> Int {
        (count + PackedIntegers.strip - 1) / PackedIntegers.strip * PackedIntegers.strip
    }
}

/// A tile's room for each thread.
private final class Buffers {
    let stride: Int
    private let values: Matrix<Float>

    init(largest: Int, threads: Int) {
        stride = CentredProduct.stride(largest)
        values = Matrix(unwrittenRows: max(1, threads), columns: CentredProduct.roundedUp(largest) * stride)
    }

    var count: Int { values.rows }

    subscript(worker: Int) -> UnsafeMutablePointer<Float>? { values.row(worker).baseAddress }
}

extension CentredRows: ProductSide {
    /// A whole block: the larger the call, the faster it is.
    static var tileHeight: Int { CentredProduct.edge }

    func multiply(_ rows: Range<Int>, into values: UnsafeMutablePointer<Float>, stride: Int) {
        guard let base = base(rows) else { return }
        Products.symmetric(base, rows: rows.count, depth: matrix.columns, into: values, stride: stride)
    }

    func multiply(
        _ rows: Range<Int>, with other: CentredRows, _ columns: Range<Int>, into values: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        guard let a = base(rows), let b = other.base(columns) else { return }
        Products.transposed(
            a, b, rows: rows.count, columns: columns.count, depth: matrix.columns, into: values, stride: stride)
    }

    /// Where the rows of `range`, some of the samples, begin.
    private func base(_ range: Range<Int>) -> UnsafePointer<Float>? {
        matrix.elements.baseAddress.map { UnsafePointer($0 + (range.lowerBound - samples.lowerBound) * matrix.columns) }
    }
}

extension IntegerRows: ProductSide {
    /// What is multiplied is soon looked through: so it is no more than half of what the second cache of a core holds.
    static var tileHeight: Int { 128 }

    func multiply(_ rows: Range<Int>, into values: UnsafeMutablePointer<Float>, stride: Int) {
        let own = positions(rows)
        packed.multiply(own, with: packed, own, upperOnly: true, into: values, stride: stride)
    }

    func multiply(
        _ rows: Range<Int>, with other: IntegerRows, _ columns: Range<Int>, into values: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        packed.multiply(
            positions(rows), with: other.packed, other.positions(columns), into: values, stride: stride)
    }

    private func positions(_ samples: Range<Int>) -> Range<Int> {
        samples.lowerBound - self.samples.lowerBound..<samples.upperBound - self.samples.lowerBound
    }
}
