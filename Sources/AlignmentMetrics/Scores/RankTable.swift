internal import LinearAlgebra

/// For one sample of one layer the rank of every other sample in its list: a table that stays in the first-level cache while the
/// lists of many other layers are looked up in it.
final class RankTable {
    /// The rank of samples that are not in the list.
    static let absent = UInt16.max

    private let table: Matrix<UInt16>

    init(sampleCount: Int) { table = Matrix(rows: 1, columns: sampleCount, repeating: Self.absent) }

    @inline(__always)
    subscript(sample: Int) -> UInt16 { table.elements[sample] }

    /// The table itself, good while this object lives.
    var ranks: UnsafeMutableBufferPointer<UInt16> { table.elements }

    /// Puts in the first `count` neighbours of `sample`.
    func fill(from lists: NeighbourLists, sample: Int, count: Int) {
        _ = lists.withNeighbours(of: sample) { neighbours in
            for rank in 0..<count { table.elements[Int(neighbours[rank])] = UInt16(truncatingIfNeeded: rank) }
        }
    }

    /// Takes them out again.
    func clear(from lists: NeighbourLists, sample: Int, count: Int) {
        _ = lists.withNeighbours(of: sample) { neighbours in
            for rank in 0..<count { table.elements[Int(neighbours[rank])] = Self.absent }
        }
    }

    /// Puts in who lists `sample`, and at which rank.
    func fill(from turned: InNeighbours, sample: Int) {
        for entry in Int(turned.starts[sample])..<Int(turned.starts[sample + 1]) {
            table.elements[Int(turned.sources[entry])] = turned.ranks[entry]
        }
    }

    /// Takes them out again.
    func clear(from turned: InNeighbours, sample: Int) {
        for entry in Int(turned.starts[sample])..<Int(turned.starts[sample + 1]) {
            table.elements[Int(turned.sources[entry])] = Self.absent
        }
    }
}
