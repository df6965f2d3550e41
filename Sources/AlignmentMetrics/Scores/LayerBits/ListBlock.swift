/// The first neighbours of a few samples in up to 64 layers, side by side: what a tile reads again for each layer of its other side
/// lies together, whatever the number of samples.
final class ListBlock {
    /// Samples of a block.
    static let height = 8

    let layers: Int
    /// Neighbours of each sample and layer.
    let length: Int
    private let indices: Scratch<Int32>

    init(layers: Int, length: Int) {
        self.layers = layers
        self.length = length
        indices = Scratch(Self.height * layers * length, repeating: 0)
    }

    /// Copies the neighbours of `samples` (at most 8) from the lists of the block's layers.
    func load(_ lists: ArraySlice<NeighbourLists>, samples: Range<Int>) {
        for (layer, list) in lists.enumerated() {
            list.indices.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress else { return }
                for (s, sample) in samples.enumerated() {
                    row(s, layer: layer).update(from: source + sample * list.k, count: length)
                }
            }
        }
    }

    /// The neighbours of the `s`-th sample of the block in layer `layer`, good while this object lives.
    @inline(__always)
    func row(_ s: Int, layer: Int) -> UnsafeMutablePointer<Int32> {
        indices.start + (s &* layers &+ layer) &* length
    }
}
