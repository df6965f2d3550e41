internal import CKernels
internal import LinearAlgebra

/// Σ_{i<j} K_ij L_ij in float64, for pairs of layers of two panels of which one at least is kept in float64, and not both by factors.
///
/// Chunks of entries are added up in an order of their own, and the sums of the chunks in theirs: the bits depend on the number of entries
/// alone, and exchanging both sides changes none.
struct WideProducts {
    private let width: Int
    /// Row-major; nil where neither layer is in float64, or one is not there.
    private let sums: [Double?]

    /// The bytes that products of `layers` layers with as many take at most while they are made.
    static func bytes(layers: Int) -> Int {
        2 * layers * (KernelPanel.chunkLength + KernelPanel.padding) * MemoryLayout<Double>.stride
    }

    /// Entries of a chunk: those of a few layers stay in the second level of cache.
    fileprivate static let chunkLength = 2048

    init(_ rows: KernelPanel, _ columns: KernelPanel, sampleCount n: Int) throws {
        let (height, width) = (rows.sources.count, columns.sources.count)
        self.width = width
        let isSymmetric = rows === columns
        // For each row the columns to multiply by.
        let partners = (0..<height).map { r in
            (isSymmetric ? r..<width : 0..<width).filter { c in
                rows.sources[r] != nil && columns.sources[c] != nil && (rows.isWide(r) || columns.isWide(c))
                    && (rows.factors[r] == nil || columns.factors[c] == nil)
            }
        }
        guard partners.contains(where: { !$0.isEmpty }) else {
            sums = []
            return
        }
        var found = [Double?](repeating: nil, count: height * width)
        for (r, row) in partners.enumerated() { for c in row { found[r * width + c] = 0 } }
        let count = PackedKernel.packedCount(n)
        let wanted = Set(partners.joined())
        let left = WidenedLayers(
            rows, (0..<height).filter { !partners[$0].isEmpty || isSymmetric && wanted.contains($0) })
        let right = isSymmetric ? left : WidenedLayers(columns, wanted.sorted())
        // Pointers into them do not keep them alive.
        defer { withExtendedLifetime((left, right)) {} }
        for first in stride(from: 0, to: count, by: Self.chunkLength) {
            let range = first..<min(first + Self.chunkLength, count)
            try left.move(to: range, of: count)
            if !isSymmetric { try right.move(to: range, of: count) }
            for (r, row) in partners.enumerated() {
                for place in stride(from: 0, to: row.count, by: 4) {
                    // The last few are done over to make four.
                    let four = (0..<4).map { row[min(place + $0, row.count - 1)] }
                    let others = four.map { right[$0] }
                    var products = [0.0, 0, 0, 0]
                    others.withUnsafeBufferPointer {
                        ck_dot4(left[r], $0.baseAddress, range.count, &products)
                    }
                    for (product, c) in zip(products, four).prefix(row.count - place) {
                        found[r * width + c] = (found[r * width + c] ?? 0) + product
                    }
                }
            }
        }
        if isSymmetric { for r in 0..<width { for c in 0..<r { found[r * width + c] = found[c * width + r] } } }
        sums = found
    }

    /// The sum of row layer `r` and column layer `c`; nil where neither is in float64.
    subscript(r: Int, c: Int) -> Double? { sums.isEmpty ? nil : sums[r * width + c] }
}

/// Entries of some layers of a panel in float64, a chunk of `WideProducts` at a time.
private final class WidenedLayers {
    private let panel: KernelPanel
    /// By layer, the row of `wide` of those in float64, and of `narrow` and `widened` of others; -1 of layers that nobody wants.
    private let places: [Int]
    private let layers: [Int]
    /// As they are kept, as much as a read of an artifact checks: several chunks.
    private let narrow: Matrix<Float>
    private let wide: Matrix<Double>
    private let widened: Matrix<Double>
    private var block = 0..<0
    private var start = 0

    init(_ panel: KernelPanel, _ layers: [Int]) {
        self.panel = panel
        self.layers = layers
        var places = Array(repeating: -1, count: panel.sources.count)
        let (wideLayers, narrowLayers) = (layers.filter(panel.isWide), layers.filter { !panel.isWide($0) })
        for group in [wideLayers, narrowLayers] { for (place, layer) in group.enumerated() { places[layer] = place } }
        self.places = places
        let length = KernelPanel.chunkLength + KernelPanel.padding
        narrow = Matrix(unwrittenRows: narrowLayers.count, columns: length)
        wide = Matrix(unwrittenRows: wideLayers.count, columns: length)
        widened = Matrix(unwrittenRows: narrowLayers.count, columns: WideProducts.chunkLength + KernelPanel.padding)
    }

    /// Has the entries of `range`, a chunk of `count` entries.
    func move(to range: Range<Int>, of count: Int) throws {
        if range.upperBound > block.upperBound {
            block = range.lowerBound..<min(range.lowerBound + KernelPanel.chunkLength, count)
            for layer in layers { try read(layer) }
        }
        start = range.lowerBound - block.lowerBound
        for layer in layers where !panel.isWide(layer) {
            guard let row = narrow.row(places[layer]).baseAddress, let to = widened.row(places[layer]).baseAddress
            else {
                continue
            }
            for entry in 0..<range.count { to[entry] = Double(row[start + entry]) }
        }
    }

    /// The entries of a layer in the present chunk.
    subscript(layer: Int) -> UnsafePointer<Double>? {
        let row =
            panel.isWide(layer)
            ? wide.row(places[layer]).baseAddress.map { $0 + start } : widened.row(places[layer]).baseAddress
        return row.map { UnsafePointer($0) }
    }

    private func read(_ layer: Int) throws {
        if panel.isWide(layer) {
            guard let row = wide.row(places[layer]).baseAddress else { return }
            try panel.copy(layer, block, to: row)
        } else {
            guard let row = narrow.row(places[layer]).baseAddress else { return }
            try panel.copy(layer, block, to: row)
        }
    }
}
