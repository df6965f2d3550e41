internal import CKernels
internal import LinearAlgebra

/// The neighbours of a layer of many samples in steps that different workers can take: first the candidates of every two runs of rows
/// among each other, each product serving both, and then the lists of every run.
///
/// The lists are those of `LayerArtifacts` to the bit, wherever the runs begin and end: candidates are all that may be among the first,
/// and float64 decides. Rows are read in slabs, so that memory grows with the length of a run and not with the layer's values.
package struct NeighbourSearch {
    private let layer: StreamedLayer
    private let k: Int
    private let count: Int
    private let mask: GroupMask?
    private let resources: LayerResources

    /// Rows that were put off are taken so many at a time at least.
    private static let leastPanelRows = 8

    /// A search for the `k` nearest of each sample of `layer`, which is not constant.
    ///
    /// - Parameter groups: where samples of one group are never neighbours, the group of each sample.
    package init(in layer: StreamedLayer, k: Int, groups: [Int32]? = nil, resources: LayerResources = LayerResources())
    {
        self.layer = layer
        self.k = k
        // One more than k, so that a tie at the boundary is seen.
        count = min(k + 1, layer.frame.sampleCount - 1)
        mask = groups.map { GroupMask($0) }
        self.resources = resources
    }

    /// The bytes that steps over runs of `rows` of `sampleCount` x `width` values of `valueBytes` take where no row is saturated: a centred
    /// run beside its stored values, a few slabs, and candidates with the tables that are made of them, or all tables of a run and its lists.
    package static func leastBytes(
        rows: Int, sampleCount n: Int, width: Int, valueBytes: Int, k: Int, slabBytes: Int, threads: Int
    ) -> Int {
        let candidates =
            CandidateSelection.leastBytes(sampleCount: 2 * rows, count: k + 1) + 2 * rows * (k + 2) * tableBytes
        let lists = (n + 2 * rows) * (k + 2) * tableBytes
        return rows * width * (4 + valueBytes) + 4 * max(slabBytes, StreamedLayer.rowMultiple * width * 8)
            + max(candidates, lists) + 96 * n + threads * CentredProduct.bufferBytes(sampleCount: n)
    }

    /// A candidate in a table.
    private static let tableBytes = 12

    private var bounds: SimilarityBounds { SimilarityBounds(layer.norms, width: layer.frame.width) }

    /// The candidates of `rows` among `columns`, and, where these are other rows, of `columns` among `rows`.
    ///
    /// Both runs begin at multiples of `StreamedLayer.rowMultiple`; of `columns` a slab is in memory.
    package func candidates(of rows: Range<Int>, and columns: Range<Int>) throws -> [CandidateTable] {
        let threads = resources.threads
        let runs = rows == columns ? [rows] : [rows, columns]
        let listed = runs.reduce(0) { $0 + $1.count }
        let needed =
            rows.count * layer.frame.width * 4 + CandidateSelection.leastBytes(sampleCount: listed, count: count)
        // What is left is for saturated rows, and as much for the tables that are made of them.
        let selection = CandidateSelection(
            runs: runs, of: layer.frame.sampleCount, bounds: bounds, count: count, mask: mask,
            spareBytes: max(0, resources.memoryBytes - needed) / 4)
        let left = layer.centred(try layer.rows(rows), threads: threads)
        func take(_ tile: CentredProduct.Tile) {
            selection.take(tile)
            resources.onStep()
        }
        if rows == columns {
            CentredProduct.forEachTile(of: left, threads: threads, take)
        } else {
            try layer.forEachSlab(of: columns) { slab in
                let right = layer.centred(slab, threads: threads)
                CentredProduct.forEachTile(of: left, with: right, threads: threads, take)
            }
        }
        selection.finish(threads: threads)
        return runs.map { CandidateTable(selection, samples: $0) }
    }

    /// The lists of the rows of `samples` (rows x k), whose candidates among all samples are in `tables`; `sampleCount` of the result is
    /// that of the rows.
    package func lists(of samples: Range<Int>, among tables: [CandidateTable]) throws -> NeighbourLists {
        let merged = MergedCandidates(tables, samples: samples, count: count, k: k)
        let room = max(0, resources.memoryBytes - merged.indices.count * 12) / 4
        let own = try layer.rows(samples, keptBytes: room)
        let isSaturated = !merged.postponed.isEmpty || merged.indices.count > 4 * samples.count * (k + 1)
        var writer = ListWriter(layer, own, k: k, threads: resources.threads, isSaturated: isSaturated)
        let isPostponed = Set(merged.postponed)
        let rows = samples.indices.map { $0 - samples.lowerBound }
        let kept = rows.filter { !isPostponed.contains(samples.lowerBound + $0) }
        // Rows that were put off have no candidates here, so that the others' follow one another.
        let starts = kept.map { merged.starts[$0] } + [merged.indices.count]
        try writer.write(kept, starts: starts, indices: merged.indices)
        resources.onStep()
        let height = max(
            Self.leastPanelRows,
            room / (MemoryLayout<CandidateSelection.Candidate>.stride * 3 * layer.frame.sampleCount))
        for first in stride(from: 0, to: merged.postponed.count, by: height) {
            let panel = Array(merged.postponed[first..<min(first + height, merged.postponed.count)])
            let found = try candidates(ofPostponed: panel, own).map { $0.map(\.index).sorted() }
            var starts = [0]
            for list in found { starts.append(starts[starts.count - 1] + list.count) }
            try writer.write(
                panel.map { $0 - samples.lowerBound }, starts: starts, indices: found.flatMap(\.self))
            resources.onStep()
        }
        return writer.lists()
    }

    private func candidates(
        ofPostponed samples: [Int], _ own: PreparedLayer
    ) throws -> [[CandidateSelection.Candidate]] {
        let threads = min(resources.threads, samples.count)
        let gathered = Matrix<Float>(unwrittenRows: samples.count, columns: own.width)
        let scratch = Matrix<Double>(unwrittenRows: 1, columns: own.width)
        defer { scratch.keepAlive() }
        for (position, sample) in samples.enumerated() {
            guard let row = scratch.elements.baseAddress else { continue }
            let prepared = own.row(sample - own.samples.lowerBound, scratch: row)
            layer.frame.means.withUnsafeBufferPointer {
                ck_centre(prepared, $0.baseAddress, layer.norms.scale, own.width, gathered.row(position).baseAddress)
            }
        }
        let panel = PostponedPanel(
            samples, panel: gathered, count: count, bounds: bounds, mask: mask, threads: threads)
        try layer.forEachSlab(of: 0..<layer.frame.sampleCount) { slab in
            panel.take(layer.centred(slab, threads: resources.threads))
        }
        return panel.finish()
    }
}

/// Lists that are written some rows at a time.
private struct ListWriter {
    private let refinement: StreamedRefinement
    private let own: PreparedLayer
    private let k: Int
    private let indices: Matrix<Int32>
    private let similarities: Matrix<Double>
    private var ranking: NeighbourRanking

    init(_ layer: StreamedLayer, _ own: PreparedLayer, k: Int, threads: Int, isSaturated: Bool) {
        refinement = StreamedRefinement(layer: layer, threads: threads, isSaturated: isSaturated)
        self.own = own
        self.k = k
        indices = Matrix(rows: own.sampleCount, columns: k, repeating: 0)
        similarities = Matrix(rows: own.sampleCount, columns: k, repeating: 0)
        ranking = NeighbourRanking(of: layer.frame, k: k)
    }

    /// Writes the lists of `rows`, positions among the samples here, from their candidates.
    mutating func write(_ rows: [Int], starts: [Int], indices candidates: [Int32]) throws {
        let found = try refinement.similarities(of: own, rows: rows, starts: starts, indices: candidates)
        for (r, row) in rows.enumerated() {
            guard let index = indices.row(row).baseAddress, let similarity = similarities.row(row).baseAddress else {
                continue
            }
            for c in starts[r]..<starts[r + 1] { ranking.add(candidates[c], found[c]) }
            ranking.write(own.samples.lowerBound + row, indices: index, similarities: similarity)
        }
    }

    func lists() -> NeighbourLists {
        let scratch = Matrix<Double>(unwrittenRows: 1, columns: own.width)
        defer { withExtendedLifetime((scratch, indices, similarities)) {} }
        let rowMeans = (0..<own.sampleCount).map { i in
            scratch.elements.baseAddress.map {
                FixedOrderSums.dot(own.row(i, scratch: $0), own.means, count: own.width)
            } ?? .nan
        }
        return NeighbourLists(
            sampleCount: own.sampleCount, k: k, indices: Array(indices.elements),
            similarities: Array(similarities.elements), tiedRows: ranking.tiedRows, rowMeans: rowMeans,
            grandMean: FixedOrderSums.dot(own.means, own.means, count: own.width),
            scale: own.frame.units.productScale)
    }
}
