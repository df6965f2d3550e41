internal import AlignmentMetrics
internal import ArtifactStore
internal import ContentHash
internal import FeatureStore
internal import LinearAlgebra
internal import SweepModel
internal import SweepProtocol

extension TaskRunner {
    /// Makes sure that what step `index` of a layer's neighbours leaves behind is in the directory.
    ///
    /// - Returns: the operations of its products.
    func step(_ index: Int, of layer: Int, clipThresholds: [Double], digest: String) throws -> Double {
        guard let steps = context.plan.neighbourSteps, (0..<steps.count).contains(index) else {
            throw Self.misfit(.step(layer: layer, index: index))
        }
        let keys = try keys(ofLayer: layer, digest: digest, clipThresholds: clipThresholds)
        let shape = shapes[layer]
        func isOver() throws -> Bool {
            guard let whole = keys.artifacts[.neighbours] else { return false }
            return try home.find(whole, where: { shape.holds(.neighbours, $0) }) != nil
        }
        // Whoever was taken for lost may be here late.
        if try isOver() { return 0 }
        /// Called once what a step found is stored: another worker may have done the same step, and the layer, meanwhile.
        func finish() throws {
            if try isOver() { removeSteps(keys) }
        }
        func search() throws -> NeighbourSearch? {
            let threads = try makeRoom(forStepOf: layer)
            let streamed = try streamed(layer, clipThresholds: clipThresholds, digest: digest)
            return streamed.isConstant ? nil : neighbourSearch(streamed, threads)
        }
        switch steps[index] {
        case .candidates(let a, let b):
            let (rows, columns) = (steps.blocks[a], steps.blocks[b])
            let wanted = a == b ? [(rows, rows)] : [(rows, columns), (columns, rows)]
            let isDone = try wanted.allSatisfy { own, others in
                try home.find(
                    keys.candidates(of: own, among: others),
                    where: { (try? CandidateTable($0, of: own, among: others, shape)) ?? nil != nil }) != nil
            }
            if isDone { return 0 }
            // Of equal rows there are no neighbours, and the layer's own work will find that it is constant.
            guard let search = try search() else { return 0 }
            for table in try search.candidates(of: rows, and: columns) {
                try checkUnchanged(layer)
                let key = keys.candidates(of: table.samples, among: table.samples == rows ? columns : rows)
                try table.write { try home.store(key, metadata: $0, parts: $1) }
            }
            try finish()
            return steps.share(index) * products(of: layer)
        case .lists(let block):
            let (rows, key) = (steps.blocks[block], keys.lists(of: steps.blocks[block]))
            let isDone = try home.find(key, where: { (try? NeighbourLists($0, of: rows, shape)) ?? nil != nil }) != nil
            if isDone { return 0 }
            guard let search = try search() else { return 0 }
            let tables = try steps.blocks.map { try table(of: rows, among: $0, keys, shape, search) }
            let lists = try search.lists(of: rows, among: tables)
            try checkUnchanged(layer)
            try lists.writeRun { try home.store(key, metadata: $0, parts: $1) }
            try finish()
            return 0
        }
    }

    /// What this worker keeps for later goes, as far as a step needs the memory; the threads that it is enough for.
    private func makeRoom(forStepOf layer: Int) throws(Complaint) -> ThreadTeam {
        let (d, n) = (context.plan.layers[layer].width, context.plan.sampleCount)
        let valueBytes = try storedBytes(layer) / max(1, n * d)
        func bytes(_ threads: Int) -> Int {
            WorkingMemory.stepBytes(context.plan, width: d, valueBytes: valueBytes, threads: threads) ?? 0
        }
        let threads = team(bytes)
        let needed = bytes(threads.most)
        guard needed <= memoryBytes else { throw tooLarge("a step of layer", layer, needed) }
        MatrixMemory.keepIdle(atMost: min(memoryBytes / Self.idleShare, memoryBytes - needed))
        makeRoom(for: needed)
        return threads
    }

    /// A fresh file can stay invisible for a while on a network disk; but it can also be made again.
    private static var candidatePatience: Duration { .seconds(5) }

    func neighbourSearch(_ layer: StreamedLayer, _ threads: ThreadTeam) -> NeighbourSearch {
        NeighbourSearch(
            in: layer, k: context.plan.longestNeighbourList ?? 0, groups: context.groups,
            resources: LayerResources(
                threads: threads, memoryBytes: memoryBytes - artifacts.bytes - features.bytes, onStep: onStep))
    }

    /// Candidates that another step left behind; found again where they are gone or damaged.
    private func table(
        of rows: Range<Int>, among columns: Range<Int>, _ keys: LayerKeys, _ shape: ArtifactShape,
        _ search: NeighbourSearch
    ) throws -> CandidateTable {
        let key = keys.candidates(of: rows, among: columns)
        if let file = try home.announced(key.name, within: Self.candidatePatience),
            let table = (try? CandidateTable(file, of: rows, among: columns, shape)) ?? nil
        {
            onStep()
            return table
        }
        let (first, second) = rows.lowerBound <= columns.lowerBound ? (rows, columns) : (columns, rows)
        let found = try search.candidates(of: first, and: second)
        // The first table is that of the first run.
        return rows == first ? found[0] : found[1]
    }

    /// The lists of a layer that other workers made in steps, or, where it does not fit into memory at once, that are made in steps here;
    /// nil where neither is so.
    func listsInSteps(
        _ layer: Int, _ keys: LayerKeys, _ inputs: (thresholds: [Double], digest: String)
    ) throws -> NeighbourLists? {
        guard let steps = context.plan.neighbourSteps else { return nil }
        if let lists = try joinedLists(layer, keys) { return lists }
        guard try !fits(layer) else { return nil }
        for index in 0..<steps.count {
            _ = try step(index, of: layer, clipThresholds: inputs.thresholds, digest: inputs.digest)
        }
        return try joinedLists(layer, keys)
    }

    /// The lists of a whole layer, where steps have left those of all its rows; nil where they have not.
    private func joinedLists(_ layer: Int, _ keys: LayerKeys) throws -> NeighbourLists? {
        guard let steps = context.plan.neighbourSteps else { return nil }
        var runs: [NeighbourLists] = []
        for block in steps.blocks {
            var lists: NeighbourLists?
            _ = try home.find(keys.lists(of: block)) { file in
                lists = (try? NeighbourLists(file, of: block, shapes[layer])) ?? nil
                return lists != nil
            }
            guard let lists else { return nil }
            runs.append(lists)
        }
        return NeighbourLists(joining: runs)
    }

    /// Nobody needs what steps have left behind once the lists of the whole layer are there.
    func removeSteps(_ keys: LayerKeys) {
        for block in context.plan.neighbourSteps?.blocks ?? [] {
            home.remove(keys.lists(of: block))
            for other in context.plan.neighbourSteps?.blocks ?? [] {
                home.remove(keys.candidates(of: block, among: other))
            }
        }
    }

    // MARK: Rows

    /// A layer to be read in slabs, whose values have been found to be those of the survey.
    func streamed(_ layer: Int, clipThresholds: [Double], digest: String) throws -> StreamedLayer {
        if let latest = streamedLayer, latest.layer == layer, latest.digest == digest { return latest.rows }
        streamedLayer = nil
        let planned = context.plan.layers[layer]
        let path = context.plan.models[planned.model].path
        let identity = StorePaths.isURL(path) ? nil : try fileIdentity(path)
        let (reader, order) = try openAgain(model: planned.model)
        let source = StoredLayerSource(
            reader: reader, order: order, layers: storedParts(of: layer, thresholds: clipThresholds, in: reader),
            sampleCount: context.plan.sampleCount)
        let digests = PartDigests()
        let rows = try StreamedLayer(
            source, normalization: context.normalize, slabBytes: WorkingMemory.slabBytes(of: memoryBytes),
            threads: threads
        ) { parts in
            digests.take(parts)
            onStep()
        }
        let found = digests.finish()
        guard (planned.isConcatenation ? Self.digest(ofLayers: found) : found.first) == digest else {
            throw otherValues(ofModel: planned.model)
        }
        streamedLayer = StreamedRows(layer: layer, digest: digest, path: path, identity: identity, rows: rows)
        return rows
    }

    /// Throws where the file of the layer that is read in slabs is not what it was when its values were checked: what was made of it
    /// would be kept under a wrong name.
    func checkUnchanged(_ layer: Int) throws {
        guard let latest = streamedLayer, latest.layer == layer, !StorePaths.isURL(latest.path) else { return }
        let identity = try fileIdentity(latest.path)
        guard identity == latest.identity else {
            streamedLayer = nil
            throw Self.changed(latest.path)
        }
    }
}

/// The layer that was read in slabs last.
struct StreamedRows {
    let layer: Int
    let digest: String
    let path: String
    /// The file as the system knew it before its values were checked.
    let identity: StoreIdentity?
    let rows: StreamedLayer
}
