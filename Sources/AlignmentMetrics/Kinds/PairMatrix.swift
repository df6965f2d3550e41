package import ArtifactStore
package import LinearAlgebra
internal import PermutationStatistics
package import SweepModel

/// An artifact that is a symmetric matrix over pairs of samples, centred so that its products with others are scores.
package protocol PairMatrix: ArtifactComputation {
    /// The matrix of a layer whose rows are not all the same.
    static func kernel(_ kind: ArtifactKind, of layer: LayerArtifacts) throws -> any ResidentKernel
}

extension PairMatrix {
    package static func write(_ kind: ArtifactKind, of layer: LayerArtifacts, to sink: ArtifactSink) throws {
        let kernel = try kernel(kind, of: layer)
        let metadata = try KernelHeader(kernel, kind).json()
        try kernel.diagonal.withUnsafeBytes { diagonal in
            try kernel.withValues { try sink(metadata, [$0, diagonal]) }
        }
    }

    package static func facts(
        _ kind: ArtifactKind, _ metadata: [UInt8], _ shape: ArtifactShape
    ) -> ArtifactFacts? {
        guard let header = KernelHeader(json: metadata), header.fits(kind, shape) else { return nil }
        var facts = ArtifactFacts()
        facts.chanceFactor = header.chanceFactor
        facts.isFloat64 = header.entries != .float32
        return facts
    }

    package static func holds(_ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape) throws -> Bool {
        try StoredKernel.holds(file, kind, shape)
    }

    package static func nullNumbers(
        _ metrics: [Metric], _ kind: ArtifactKind, _ file: ArtifactFile, _ shape: ArtifactShape, threads: ThreadTeam
    ) throws -> [Metric: String] {
        let models = metrics.compactMap { metric in
            (NullModels.of(metric.kind) as? any MatrixNullModel.Type).map { (metric, $0) }
        }
        guard shape.groups == nil, !models.isEmpty, let source = try StoredKernel.open(file, kind, shape) else {
            return [:]
        }
        return try source.withNullMatrix(isCentred: kind.definition.isCentredKernel) { matrix in
            try Dictionary(uniqueKeysWithValues: models.map { ($0, try text($1, matrix)) })
        }
    }

    private static func text<Model: MatrixNullModel>(_ model: Model.Type, _ matrix: NullMatrix) throws -> String {
        try SortedJSON.text(model.numbers(of: matrix))
    }

    /// Both alignments of two kernels come from one product; each metric takes its own.
    package static func scores(
        _ metrics: [Metric], from kind: ArtifactKind, of tile: ArtifactTile
    ) throws -> TileMatrices {
        let n = tile.plan.sampleCount
        let left = try panel(kind, tile.rows, tile.blocks)
        let right = tile.isOnDiagonal ? left : try panel(kind, tile.columns, tile.blocks)
        let variant = kind.definition.source == .linearKernel ? tile.plan.variant : .exact
        let found = try KernelAlignment(rows: left, columns: right, sampleCount: n, variant: variant)
        return TileMatrices(
            metrics.map { $0.kind.definition.isUnbiased ? found.unbiasedCKA : found.cka },
            operations: left.operations(with: right, sampleCount: n))
    }

    /// Both alignments of two kernels come from one product here as well.
    package static func permuted(
        _ metrics: [Metric], _ kind: ArtifactKind, of tile: ArtifactTile, isReversed: Bool
    ) throws -> PermutedLayers? {
        let n = tile.plan.sampleCount
        let variant = kind.definition.source == .linearKernel ? tile.plan.variant : .exact
        func kernels(_ layers: [TileLayer]) throws -> (places: [Int], values: [KernelInMemory]) {
            try PermutedLayers.present(layers) { layer in
                try tile.blocks.read(kind, of: layer) { try StoredKernel.open($0, kind, $1).map(KernelInMemory.init) }
            }
        }
        let (rows, columns) = (try kernels(tile.rows), try kernels(tile.columns))
        func ordered(_ kernels: [KernelInMemory], _ permutation: SamplePermutation) -> [PermutedKernel] {
            kernels.map { PermutedKernel($0, permutation) }
        }
        let identity = SamplePermutation(identityOf: n)
        let (fixed, unmoved) = (ordered(rows.values, identity), ordered(columns.values, identity))
        func moments<Model: MatrixNullModel>(
            _ model: Model.Type, _ variant: Variant
        ) throws -> (means: [Double], deviations: [Double]) {
            func numbers(_ kernel: PermutedKernel) throws -> Model.Numbers {
                try kernel.withNullMatrix(isCentred: kind.definition.isCentredKernel) { try model.numbers(of: $0) }
            }
            return PermutedLayers.moments(
                model, try fixed.map(numbers), try unmoved.map(numbers), variant, isReversed: isReversed)
        }
        let measures = try metrics.map { metric in
            let variant = metric.kind.variant(tile.plan.variant)
            let model = (NullModels.of(metric.kind) as? any MatrixNullModel.Type).flatMap {
                $0.holds(in: variant) ? $0 : nil
            }
            return PermutedLayers.Measure(
                tiedRows: rows.places.map { _ in 0 }, tiedColumns: columns.places.map { _ in 0 },
                moments: try model.map { try moments($0, variant) })
        }
        let left = try KernelPanel(fixed, sampleCount: n, resident: true)
        return PermutedLayers(rows: rows.places, columns: columns.places, measures: measures) { permutations in
            try permutations.map { permutation in
                let right = try KernelPanel(
                    ordered(columns.values, permutation), sampleCount: n, resident: false)
                let found = try KernelAlignment(rows: left, columns: right, sampleCount: n, variant: variant)
                return metrics.map { $0.kind.definition.isUnbiased ? found.unbiasedCKA : found.cka }
            }
        }
    }

    /// The panel of a block's layers: in memory where two of them fit, streamed from disk otherwise.
    private static func panel(
        _ kind: ArtifactKind, _ layers: [TileLayer], _ blocks: any ArtifactBlocks
    ) throws -> KernelPanel {
        try blocks.kept(kind, of: layers) {
            let n = blocks.sampleCount
            let sources = try layers.map { try blocks.read(kind, of: $0) { try StoredKernel.open($0, kind, $1) } }
            let room = PanelRoom(sources, sampleCount: n, limitBytes: blocks.limitBytes)
            // It takes its memory at once: what has to go for it goes before.
            blocks.makeRoom(room.bytes)
            let panel = try KernelPanel(
                sources, sampleCount: n, resident: room.keepsEntries, residentFactors: room.keepsFactors,
                names: layers.map { $0.names[kind] })
            return (panel, room.bytes)
        }
    }

    package static func blockBytes(
        _ kind: ArtifactKind, layers: Int, _ extent: ArtifactDefinition.Extent, _ form: LinearKernelForm
    ) -> Int {
        let streamed = KernelPanel.streamedBytes(layers: layers)
        guard kind.definition.source == .linearKernel, form == .factor else {
            return KernelPanel.residentBytes(sampleCount: extent.samples, layers: layers) + streamed
        }
        return layers * extent.samples * extent.width * MemoryLayout<Float>.stride + streamed
    }

    /// A chunk of either side's panel, and every layer's diagonal.
    package static func tileBytes(_ metrics: [Metric], layers: Int, _ extent: ArtifactDefinition.Extent) -> Int {
        2 * (KernelPanel.streamedBytes(layers: layers) + layers * extent.samples * MemoryLayout<Double>.stride)
    }
}

extension PackedKernelSource {
    /// Calls `body` with the matrix, which may be a doubly centred kernel; all of its entries are read, where it is kept by them.
    fileprivate func withNullMatrix<Result>(isCentred: Bool, _ body: (NullMatrix) throws -> Result) throws -> Result {
        let n = diagonal.count
        if let factor { return try body(.factor(FactorRows(factor, sampleCount: n))) }
        func matrix(_ pairs: PackedPairs) -> NullMatrix {
            guard isCentred else { return .entries(pairs) }
            return .kernel(pairs, CentredKernel(pairs, diagonal: diagonal, areUCentred: entries == .uCentred))
        }
        guard entries == .float32 else {
            return try packedValues(copy).withUnsafeBufferPointer {
                try body(matrix(PackedPairs($0 as UnsafeBufferPointer<Double>, sampleCount: n)))
            }
        }
        return try packedValues(copy).withUnsafeBufferPointer {
            try body(matrix(PackedPairs($0 as UnsafeBufferPointer<Float>, sampleCount: n)))
        }
    }

    /// All entries. They are an array, as the kernel itself was: it takes the place in memory that that has left.
    func packedValues<Value>(
        _ copy: (Range<Int>, UnsafeMutablePointer<Value>) throws -> Void
    ) throws -> [Value] {
        let all = 0..<PackedKernel.packedCount(diagonal.count)
        return try [Value](unsafeUninitializedCapacity: all.count) { buffer, count in
            if let start = buffer.baseAddress { try copy(all, start) }
            count = all.count
        }
    }
}

extension FactorRows {
    /// The rows of `factor`, wherever they are kept.
    fileprivate init(_ factor: any KernelFactor, sampleCount: Int) {
        self.init(sampleCount: sampleCount, width: factor.width) { rows, target in
            guard let start = target.baseAddress, let found = try factor.rows(rows, scratch: start) else { return }
            if found != UnsafePointer(start) { start.update(from: found, count: rows.count * factor.width) }
        }
    }
}

/// What of a panel stays in memory: that of which there is room for two.
private struct PanelRoom {
    private(set) var keepsEntries = false
    private(set) var keepsFactors = false
    private(set) var bytes: Int

    init(_ sources: [(any PackedKernelSource)?], sampleCount: Int, limitBytes: Int) {
        let present = sources.compactMap(\.self)
        let widths = present.compactMap(\.factor?.width)
        bytes = KernelPanel.streamedBytes(layers: sources.count)
        let factorBytes = sampleCount * widths.reduce(0, +) * MemoryLayout<Float>.stride
        if 2 * (bytes + factorBytes) <= limitBytes {
            keepsFactors = true
            bytes += factorBytes
        }
        // Entries of layers that all have factors are rarely asked for.
        let entryBytes = KernelPanel.residentBytes(sampleCount: sampleCount, layers: sources.count)
        if widths.count < present.count, 2 * (bytes + entryBytes) <= limitBytes {
            keepsEntries = true
            bytes += entryBytes
        }
    }
}
