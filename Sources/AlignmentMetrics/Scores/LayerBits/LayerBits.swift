/// For each sample a word whose bits say which of up to 64 layers have it among the first neighbours of the sample in hand.
final class LayerBits {
    private let table: Scratch<UInt64>

    init(sampleCount: Int) { table = Scratch(sampleCount, repeating: 0) }

    /// The words by sample, good while this object lives.
    var words: UnsafeMutablePointer<UInt64> { table.start }

    /// Enters the neighbours at `ranks` of the block's `s`-th sample, of every layer of it.
    @inline(__always)
    func mark(_ block: ListBlock, _ s: Int, ranks: Range<Int>) {
        let words = table.start
        for layer in 0..<block.layers {
            let row = block.row(s, layer: layer)
            let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: layer)
            for rank in ranks { words[Int(row[rank])] |= bit }
        }
    }

    /// Takes out what the first `count` neighbours have entered.
    @inline(__always)
    func clear(_ block: ListBlock, _ s: Int, count: Int) {
        let words = table.start
        for layer in 0..<block.layers {
            let row = block.row(s, layer: layer)
            for rank in 0..<count { words[Int(row[rank])] = 0 }
        }
    }
}
