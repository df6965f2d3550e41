/// For the sample in hand: at which place of its list each of up to 64 layers has a given sample.
///
/// Every sample that some layer lists has a slot, a row of one word for each place of a list: bit c of word b says that layer c has the
/// sample at place b. All others share slot 0, which is empty.
final class MatchTable {
    private let length: Int
    private let slots: Scratch<Int32>
    private let matches: Scratch<UInt64>

    /// A table for `layers` lists of `length` out of `sampleCount` samples.
    init(sampleCount: Int, layers: Int, length: Int) {
        self.length = length
        slots = Scratch(sampleCount, repeating: 0)
        matches = Scratch((min(sampleCount, layers * length) + 1) * length, repeating: 0)
    }

    /// Enters the lists of the block's `s`-th sample.
    func enter(_ block: ListBlock, _ s: Int) {
        var used: Int32 = 0
        for layer in 0..<block.layers {
            let list = block.row(s, layer: layer)
            let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: layer)
            for place in 0..<length {
                let sample = Int(list[place])
                if slots.start[sample] == 0 {
                    used += 1
                    slots.start[sample] = used
                    row(ofSlot: used).update(repeating: 0, count: length)
                }
                row(ofSlot: slots.start[sample])[place] |= bit
            }
        }
    }

    /// Takes them out again.
    func clear(_ block: ListBlock, _ s: Int) {
        for layer in 0..<block.layers {
            let list = block.row(s, layer: layer)
            for place in 0..<length { slots.start[Int(list[place])] = 0 }
        }
    }

    /// The words of `sample`, one for each place, good while this object lives.
    @inline(__always)
    func row(_ sample: Int32) -> UnsafeMutablePointer<UInt64> { row(ofSlot: slots.start[Int(sample)]) }

    @inline(__always)
    private func row(ofSlot slot: Int32) -> UnsafeMutablePointer<UInt64> { matches.start + Int(slot) &* length }
}
