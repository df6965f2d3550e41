internal import CKernels
internal import LinearAlgebra

/// For eight samples u of up to 512 column layers: the masks of every sample v that is in some list of u, and for a permutation the way
/// from the row layers' samples to them.
final class MaskTables {
    private static let height = Int(CK_ARC_SAMPLES)
    private static let words = Int(CK_MASK_WORDS)
    private static let maskBytes = Int32(CK_MASK_WORDS * 8)

    /// Masks, of which number 0 is empty.
    private let table: Matrix<UInt64>
    /// The mask of each sample in the list in hand, 0 for none (n).
    private let slots: Matrix<Int32>
    /// Of each of the eight samples, where the masks of the row layers' samples are, after one element for "no sample" (8 x (n + 1)).
    private let ways: Matrix<Int32>
    /// The listed samples of each of the eight, and where they end; the first has mask 1, and so on.
    private let listed: Matrix<Int32>
    private var ends = [Int](repeating: 0, count: MaskTables.height)
    private let starts: UnsafeMutablePointer<UnsafePointer<Int32>?>

    /// Tables for `layers` lists of `k` out of `sampleCount` samples.
    init(sampleCount: Int, layers: Int, k: Int) {
        let most = Self.height * min(sampleCount, layers * k)
        precondition(most < Int(Int32.max / Self.maskBytes), "offsets of masks have 32 bits")
        table = Matrix(rows: most + 1, columns: Self.words, repeating: 0)
        slots = Matrix(rows: 1, columns: sampleCount, repeating: 0)
        ways = Matrix(rows: Self.height, columns: sampleCount + 1, repeating: 0)
        listed = Matrix(unwrittenRows: 1, columns: most)
        starts = .allocate(capacity: Self.height)
        for s in 0..<Self.height { starts[s] = ways.row(s).baseAddress.map { UnsafePointer($0 + 1) } }
    }

    deinit { starts.deallocate() }

    /// Good while this object lives.
    var masks: UnsafePointer<UInt64>? { table.elements.baseAddress.map { UnsafePointer($0) } }
    var offsets: UnsafePointer<UnsafePointer<Int32>?> { UnsafePointer(starts) }

    /// Enters the first k neighbours of `samples` (at most eight) in each of `layers`.
    func fill(_ layers: ArraySlice<RankedLists>, k: Int, samples: Range<Int>) {
        guard let masks = table.elements.baseAddress, let slots = slots.elements.baseAddress,
            let listed = listed.elements.baseAddress
        else { return }
        var used = 0
        for s in 0..<Self.height {
            let first = used
            if s < samples.count {
                for (layer, lists) in layers.enumerated() {
                    let (word, bit) = (layer / 64, UInt64(1) << UInt64(layer % 64))
                    lists.indices.withUnsafeBufferPointer { indices in
                        let start = (samples.lowerBound + s) * lists.reach
                        for t in 0..<k {
                            let sample = Int(indices[start + t])
                            guard sample >= 0 else { continue }
                            if slots[sample] == 0 {
                                listed[used] = Int32(truncatingIfNeeded: sample)
                                used += 1
                                slots[sample] = Int32(truncatingIfNeeded: used)
                                (masks + used * Self.words).update(repeating: 0, count: Self.words)
                            }
                            masks[Int(slots[sample]) * Self.words + word] |= bit
                        }
                    }
                }
            }
            for position in first..<used { slots[Int(listed[position])] = 0 }
            ends[s] = used
        }
    }

    /// Leads from every row layer's sample to the mask of its match: `inverse` says whom a sample of the column layers is matched with.
    func lead(_ inverse: UnsafeBufferPointer<Int32>) {
        forEachListed { way, sample, position in
            way[Int(inverse[sample]) + 1] = Int32(truncatingIfNeeded: position + 1) &* Self.maskBytes
        }
    }

    /// Takes those ways back.
    func unlead(_ inverse: UnsafeBufferPointer<Int32>) {
        forEachListed { way, sample, _ in way[Int(inverse[sample]) + 1] = 0 }
    }

    @inline(__always)
    private func forEachListed(_ body: (UnsafeMutablePointer<Int32>, _ sample: Int, _ position: Int) -> Void) {
        guard let listed = listed.elements.baseAddress else { return }
        var position = 0
        for s in 0..<Self.height {
            guard let way = ways.row(s).baseAddress else { continue }
            while position < ends[s] {
                body(way, Int(listed[position]), position)
                position += 1
            }
        }
    }
}
