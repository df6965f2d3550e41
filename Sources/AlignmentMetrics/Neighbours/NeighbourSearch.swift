internal import CKernels
internal import LinearAlgebra
package import PermutationStatistics
package import SweepModel

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
        let (integers, centred) = try side(rows)
        let bounds = integers.map { _ in SimilarityBounds(ofIntegers: layer.norms, width: layer.frame.width) } ?? bounds
        // What is left is for saturated rows, and as much for the tables that are made of them.
        let selection = CandidateSelection(
            runs: runs, of: layer.frame.sampleCount, bounds: bounds, count: count, mask: mask,
            spareBytes: max(0, resources.memoryBytes - needed) / 4)
        func multiply<Side: ProductSide>(_ left: Side, _ right: (PreparedLayer) -> Side) throws {
            func take(_ tile: CentredProduct.Tile) {
                selection.take(tile)
                resources.onStep()
            }
            guard rows != columns else { return CentredProduct.forEachTile(of: left, threads: threads, take) }
            try layer.forEachSlab(of: columns) { slab in
                CentredProduct.forEachTile(of: left, with: right(slab), threads: threads, take)
            }
        }
        if let integers {
            integers.note(in: bounds)
            try multiply(integers) { slab in
                let side = IntegerRows(
                    slab, scale: layer.norms.scale, isSpread: integers.isSpread, threads: threads)
                side.note(in: bounds)
                return side
            }
        } else if let centred {
            try multiply(centred) { layer.centred($0, threads: threads) }
        }
        selection.finish(threads: threads)
        return runs.map { CandidateTable(selection, samples: $0) }
    }

    /// The rows of `samples` as one side of a product: as integers, or else in float32.
    private func side(_ samples: Range<Int>) throws -> (IntegerRows?, CentredRows?) {
        let own = try layer.rows(samples)
        // How many candidates one run leaves among itself tells of the others.
        let choice = CandidateProduct(
            layer: own, norms: layer.norms, count: min(count, samples.count - 1), mask: mask,
            threads: resources.threads,
            // All tables of a run are brought together, and leave as much for what is made of them.
            mostCandidates: Double(resources.memoryBytes) / Double(8 * Self.tableBytes * layer.frame.sampleCount))
        let integers = choice.integers(resources.productForm)
        return (integers, integers == nil ? layer.centred(own, threads: resources.threads) : nil)
    }

    /// The lists of the rows of `samples` (rows x k), whose candidates among all samples are in `tables`; `sampleCount` of the result is
    /// that of the rows.
    package func lists(of samples: Range<Int>, among tables: [CandidateTable]) throws -> NeighbourLists {
        let merged = MergedCandidates(tables, samples: samples, count: count, k: k)
        let room = max(0, resources.memoryBytes - merged.indices.count * 12) / 4
        let own = try layer.rows(samples, keptBytes: room)
        let isSaturated = !merged.postponed.isEmpty || merged.indices.count > 4 * samples.count * (k + 1)
        var writer = ListWriter(
            layer, own, samples: Array(samples), k: k, threads: resources.threads, isSaturated: isSaturated)
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
        let rows = samples.map { $0 - own.samples.lowerBound }
        let panel = PostponedPanel(
            samples, panel: centred(own, rows: rows), count: count, bounds: bounds, mask: mask,
            threads: resources.threads)
        try takeAll(panel)
        return panel.finish()[0]
    }

    /// Rows of `own`, centred (rows x d).
    private func centred(_ own: PreparedLayer, rows: [Int]) -> Matrix<Float> {
        let gathered = Matrix<Float>(unwrittenRows: rows.count, columns: own.width)
        let scratch = Matrix<Double>(unwrittenRows: 1, columns: own.width)
        defer { scratch.keepAlive() }
        for (position, row) in rows.enumerated() {
            guard let scratch = scratch.elements.baseAddress else { continue }
            let prepared = own.row(row, scratch: scratch)
            layer.frame.means.withUnsafeBufferPointer {
                ck_centre(prepared, $0.baseAddress, layer.norms.scale, own.width, gathered.row(position).baseAddress)
            }
        }
        return gathered
    }

    private func takeAll(_ panel: PostponedPanel) throws {
        try layer.forEachSlab(of: 0..<layer.frame.sampleCount) { slab in
            panel.take(layer.centred(slab, threads: resources.threads))
            resources.onStep()
        }
    }
}

// MARK: Queries

extension NeighbourSearch {
    /// The lists of `queries` alone (Q x k), among all samples and then in every smaller gallery.
    ///
    /// Those among all samples are rows of the whole layer's, to the bit.
    package func lists(of queries: QuerySamples) throws -> NeighbourLists {
        let own = try gathered(queries.samples)
        let (count, galleries) = (queries.samples.count, queries.galleries.count)
        let room = max(0, resources.memoryBytes / 4) / MemoryLayout<CandidateSelection.Candidate>.stride
        let first = try candidates(of: Array(0..<count), queries, own, spare: room)
        var writer = ListWriter(
            layer, own, samples: queries.samples, k: k, threads: resources.threads,
            isSaturated: !first.postponed.isEmpty, galleryCount: galleries)
        /// Lists of positions among the queries, in every gallery.
        func write(_ positions: [Int], _ found: [[[CandidateSelection.Candidate]]]) throws {
            var (rows, starts, indices) = ([Int](), [0], [Int32]())
            for gallery in 0..<galleries {
                for (place, position) in positions.enumerated() where !found[gallery][place].isEmpty {
                    rows.append(gallery * count + position)
                    indices += found[gallery][place].map(\.index).sorted()
                    starts.append(indices.count)
                }
            }
            try writer.write(rows, starts: starts, indices: indices)
            resources.onStep()
        }
        try write(Array(0..<count), first.found)
        let height = max(Self.leastPanelRows, room / (3 * galleries * layer.frame.sampleCount))
        for start in stride(from: 0, to: first.postponed.count, by: height) {
            let rows = Array(first.postponed[start..<min(start + height, first.postponed.count)])
            try write(rows, try candidates(of: rows, queries, own, spare: .max).found)
        }
        return writer.lists()
    }

    /// The bytes that lists of the queries of `plan` take where no row is saturated: the queries' rows, as they are and centred, their products
    /// with a tile of samples, bounds and places of all samples, candidates with what is made of them, and a few slabs.
    package static func leastBytes(
        _ plan: QueryPlan, sampleCount n: Int, width d: Int, k: Int, slabBytes: Int, threads: Int
    ) -> Int {
        let candidates = CandidateSelection.leastBytes(sampleCount: plan.listCount, count: k + 1)
        return plan.count * (12 * d + 4 * CentredProduct.edge) + n * (112 + 20 * plan.galleries.count)
            + 2 * candidates + plan.listCount * k * 24 + 4 * max(slabBytes, StreamedLayer.rowMultiple * d * 8)
            + threads * CentredProduct.bufferBytes(sampleCount: n)
    }

    /// For each gallery the candidates of the queries at `positions`, and the positions of those that have too many.
    private func candidates(
        of positions: [Int], _ queries: QuerySamples, _ own: PreparedLayer, spare: Int
    ) throws -> (found: [[[CandidateSelection.Candidate]]], postponed: [Int]) {
        let galleries = queries.galleries.enumerated().map { position, size in
            PostponedPanel.Gallery(
                bounds: bounds, count: min(k + 1, size - 1), members: position == 0 ? nil : (queries, position))
        }
        let panel = PostponedPanel(
            positions.map { queries.samples[$0] }, panel: centred(own, rows: positions), galleries: galleries,
            mask: mask, threads: resources.threads, spare: spare)
        try takeAll(panel)
        return (panel.finish(), panel.postponed.map { positions[$0] })
    }

    /// The rows of `samples` (ascending), gathered while all are read.
    private func gathered(_ samples: [Int]) throws -> PreparedLayer {
        let rows = Matrix<Double>(unwrittenRows: samples.count, columns: layer.frame.width)
        var next = 0
        try layer.forEachSlab(of: 0..<layer.frame.sampleCount) { slab in
            while next < samples.count, samples[next] < slab.samples.upperBound {
                if let target = rows.row(next).baseAddress {
                    let row = slab.row(samples[next] - slab.samples.lowerBound, scratch: target)
                    if row != UnsafePointer(target) { target.update(from: row, count: slab.width) }
                }
                next += 1
            }
            resources.onStep()
        }
        return PreparedLayer(gathered: rows, of: layer.frame)
    }
}

/// Lists that are written some rows at a time.
private struct ListWriter {
    private let refinement: StreamedRefinement
    private let own: PreparedLayer
    /// The samples whose rows are here.
    private let samples: [Int]
    private let k: Int
    private let indices: Matrix<Int32>
    private let similarities: Matrix<Double>
    /// One for each gallery.
    private var rankings: [NeighbourRanking]

    init(
        _ layer: StreamedLayer, _ own: PreparedLayer, samples: [Int], k: Int, threads: ThreadTeam, isSaturated: Bool,
        galleryCount: Int = 1
    ) {
        refinement = StreamedRefinement(layer: layer, threads: threads, isSaturated: isSaturated)
        self.own = own
        self.samples = samples
        self.k = k
        indices = Matrix(rows: samples.count * galleryCount, columns: k, repeating: 0)
        similarities = Matrix(rows: samples.count * galleryCount, columns: k, repeating: 0)
        rankings = Array(repeating: NeighbourRanking(of: layer.frame, k: k), count: galleryCount)
    }

    /// Writes the lists of `rows`, positions among the samples here, and once more for each gallery, from their candidates.
    mutating func write(_ rows: [Int], starts: [Int], indices candidates: [Int32]) throws {
        let places = rows.map { $0 % samples.count }
        let found = try refinement.similarities(of: own, rows: places, starts: starts, indices: candidates)
        for (r, row) in rows.enumerated() {
            guard let index = indices.row(row).baseAddress, let similarity = similarities.row(row).baseAddress else {
                continue
            }
            let gallery = row / samples.count
            for c in starts[r]..<starts[r + 1] { rankings[gallery].add(candidates[c], found[c]) }
            rankings[gallery].write(samples[places[r]], indices: index, similarities: similarity)
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
            sampleCount: samples.count, k: k, indices: Array(indices.elements),
            similarities: Array(similarities.elements), tiedRows: rankings[0].tiedRows,
            rowMeans: rankings.flatMap { _ in rowMeans },
            grandMean: FixedOrderSums.dot(own.means, own.means, count: own.width),
            scale: own.frame.units.productScale, galleryCount: rankings.count, indexLimit: own.frame.sampleCount)
    }
}
