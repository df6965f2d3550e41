internal import CKernels
internal import LinearAlgebra

/// Chooses the form of the product that finds a layer's neighbours soonest.
///
/// Integers are multiplied faster than float32 values, and leave more candidates to float64: how many, a few rows tell. Nothing but time
/// depends on it.
struct CandidateProduct {
    /// The layer, or the run of its rows of whose candidates among each other the number is to tell.
    let layer: PreparedLayer
    let norms: CentredNorms
    /// How many of the most similar samples have to be among the candidates.
    let count: Int
    let mask: GroupMask?
    let threads: ThreadTeam
    /// The most candidates a row that there is room for, on average.
    var mostCandidates = Double.infinity

    /// With fewer samples nothing is to be gained.
    static let fewestSamples = 512
    /// Rows whose candidates are counted: a share of all, within limits.
    private static let (sampleShare, sampleSizes) = (32, 32...64)

    /// Nanoseconds of one core for a multiplication with its addition, by OpenBLAS and in integers.
    private static let float32Cost = 1.0 / 57
    private static let integerCost: Double? =
        switch ck_best_integer_form() {
        case ck_integers_avx512_vnni: 1.0 / 220
        case ck_integers_avx_vnni: 1.0 / 110
        // Against the products of the same processor.
        case ck_integers_neon: 1.0 / 150
        default: nil
        }
    /// For looking at a value of the product, as it is bounded by one term or by two.
    private static let (scanCost, integerScanCost) = (0.15, 0.25)
    /// For a value of a candidate's row in float64: from the caches, from memory, or made again.
    private static let (cachedCost, keptCost, remadeCost) = (0.25, 0.7, 1.5)
    private static let cacheBytes = 32 << 20
    /// For rounding a value, and for spreading it before.
    private static let (roundingCost, spreadingCost) = (0.6, 0.8)
    /// The rest of spread rows, as a share of that of others, from which on it is no use to look closer.
    private static let spreadShare = 0.7

    /// The rows as integers, where their products are the form of choice; nil where those of float32 are.
    ///
    /// - Parameter form: the form, where it is not to be chosen.
    func integers(_ form: ProductForm? = nil) -> IntegerRows? {
        guard IntegerRows.areIntegers(ofWidth: layer.width) else { return nil }
        guard let form else { return choice() }
        return form == .float32 ? nil : rows(isSpread: form == .spreadIntegers)
    }

    private func rows(isSpread: Bool) -> IntegerRows {
        IntegerRows(layer, scale: norms.scale, isSpread: isSpread, threads: threads)
    }

    private func choice() -> IntegerRows? {
        let n = layer.sampleCount
        guard n >= Self.fewestSamples, let integerCost = Self.integerCost else { return nil }
        let pairs = Double(n) * Double(layer.frame.sampleCount) / 2
        let values = Double(n) * Double(layer.width)
        let product = pairs * (Double(layer.width) * integerCost + Self.integerScanCost) + values * Self.roundingCost
        let least = pairs * (Double(layer.width) * Self.float32Cost + Self.scanCost) + refinement(Double(count) + 1)
        guard product + refinement(Double(count) + 1) < least else { return nil }
        let sample = sample(of: n)
        let plain = rows(isSpread: false)
        let cost = product + refinement(usable(candidates(of: sample, in: plain)))
        // Where that is little more than it has to be, nothing is better.
        if cost < product + 2 * refinement(Double(count) + 1), cost < least { return plain }
        if spreadShare(sample) < Self.spreadShare * plain.restShare(sample) {
            let spread = rows(isSpread: true)
            let found = usable(candidates(of: sample, in: spread))
            let spreadCost = product + values * Self.spreadingCost + refinement(found)
            if spreadCost < min(cost, least) { return spread }
        }
        return cost < least ? plain : nil
    }

    private func usable(_ candidates: Double) -> Double { candidates > mostCandidates ? .infinity : candidates }

    /// What float64 takes for so many candidates a row.
    private func refinement(_ candidates: Double) -> Double {
        let n = layer.sampleCount
        let each =
            layer.keptBytes == 0
            ? Self.remadeCost : layer.keptBytes <= Self.cacheBytes ? Self.cachedCost : Self.keptCost
        return Double(n) * candidates * Double(layer.width) * each
    }

    /// Some of the rows, evenly spread.
    private func sample(of n: Int) -> [Int] {
        let size = min(max(n / Self.sampleShare, Self.sampleSizes.lowerBound), Self.sampleSizes.upperBound)
        return (0..<size).map { ($0 * n + n / 2) / size }
    }

    /// The mean rest of the rows of `sample` once they are spread.
    private func spreadShare(_ sample: [Int]) -> Double {
        let rounding = RowQuantisation(layer, scale: norms.scale, isSpread: true)
        let scratch = Matrix<Int8>(unwrittenRows: 1, columns: layer.width)
        defer { scratch.keepAlive() }
        guard let integers = scratch.elements.baseAddress else { return .infinity }
        let shares = sample.map { i in
            let row = rounding.quantised(i, into: integers)
            return row.norm > 0 ? row.rest / row.norm : 0
        }
        return shares.reduce(0, +) / Double(sample.count)
    }

    /// How many candidates a row of `sample` has, on average. No more is looked for than one list may hold at most before it is put off.
    private func candidates(of sample: [Int], in rows: IntegerRows) -> Double {
        let bounds = SimilarityBounds(ofIntegers: norms, width: layer.width)
        rows.note(in: bounds)
        let edge = CentredProduct.edge
        let first = rows.samples.lowerBound
        let lists = CandidateLists(sample.map { first + $0 }, count: count, bounds: bounds)
        let values = Matrix<Float>(unwrittenRows: sample.count + PackedIntegers.strip, columns: edge)
        let hits = Matrix<Int32>(unwrittenRows: 1, columns: edge)
        defer { withExtendedLifetime((values, hits)) {} }
        guard let product = values.elements.baseAddress, let found = hits.elements.baseAddress else { return .infinity }
        let packed = rows.packed.gathered(sample)
        var full = 0
        for start in stride(from: 0, to: layer.sampleCount, by: edge) {
            let columns = start..<min(start + edge, layer.sampleCount)
            packed.multiply(0..<sample.count, with: rows.packed, columns, into: product, stride: edge)
            let samples = first + columns.lowerBound..<first + columns.upperBound
            mask?.apply(to: product, rows: lists.rows, columns: samples, stride: edge)
            for (position, i) in lists.rows.enumerated() {
                let values = product + position * edge
                if samples.contains(i) { values[i - samples.lowerBound] = -.infinity }
                lists.raiseFloor(position, values, columns: samples)
                for hit in lists.scan(position, values, columns: samples, hits: found) {
                    let j = samples.lowerBound + Int(hit)
                    if lists.offer(j, value: values[Int(hit)], to: position) {
                        let more = lists.extension(of: position)
                        if lists.count(of: position) + more < layer.sampleCount / 4 {
                            lists.extend(position, by: more)
                        } else {
                            lists.remove(position)
                            full += 1
                        }
                    }
                }
            }
        }
        lists.finish()
        return Double(lists.total + full * layer.sampleCount / 4) / Double(sample.count)
    }
}

extension IntegerRows {
    /// What rounding leaves of rows, as a share of each, on average.
    fileprivate func restShare(_ rows: [Int]) -> Double {
        rows.reduce(0) { $0 + restShare($1) } / Double(max(rows.count, 1))
    }
}
