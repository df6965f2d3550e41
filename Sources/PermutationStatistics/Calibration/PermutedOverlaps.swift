internal import CKernels
internal import LinearAlgebra
internal import SweepModel

/// What the neighbour lists of many row layers and many column layers have in common when the samples of the column layers are permuted:
/// the null distribution of `mutual_knn` and `jaccard_knn` (Schemas/metrics.md, *Definitions*), many layer pairs at a time.
///
/// Under permutation π sample i of a row layer A is matched with sample π(i) of a column layer B, and j ∈ N_A(i) is in common where
/// π(j) ∈ N_B(π(i)). For a sample u of the column layers a table holds a mask of 512 bits for every sample v that some of them lists: whose
/// list of u has v. A row layer looks up its k neighbours' masks and counts by position (`ck_add_common`), so k look-ups serve 512 pairs.
/// Tables are filled once for a run of permutations. Each permutation has its own way from a row layer's sample to the mask of its
/// match, made by the listed samples alone: nothing takes n² memory, or n steps a sample.
package struct PermutedOverlaps {
    /// What a neighbour in common adds up to one for in `jaccardSums`.
    package static let jaccardUnit = UInt64(MetricDefinition.jaccardUnit)
    /// Overlaps have eight bits.
    package static let mostNeighbours = Int(UInt8.max)

    package let sampleCount: Int
    /// Neighbours that are compared of each list.
    package let k: Int
    package let rowCount: Int
    package let columnCount: Int
    /// n x rows x k: what one sample needs of all row layers lies together.
    private let rows: Matrix<Int32>
    private let columns: [RankedLists]
    private let instructions: ck_instructions

    /// - Parameters:
    ///   - rows: the layers whose samples stay in place, k neighbours of each or more.
    ///   - columns: the layers whose samples are permuted, likewise.
    package init(rows: [RankedLists], columns: [RankedLists], k: Int) {
        self.init(rows: rows, columns: columns, k: k, instructions: ck_best_instructions())
    }

    init(rows: [RankedLists], columns: [RankedLists], k: Int, instructions: ck_instructions) {
        let n = (rows.first ?? columns.first)?.sampleCount ?? 0
        precondition(
            k > 0 && (rows + columns).allSatisfy { $0.sampleCount == n && $0.reach >= k },
            "every layer lists k neighbours of the same samples")
        precondition(n * k <= UInt32.max, "counts have 32 bits")
        sampleCount = n
        self.k = k
        rowCount = rows.count
        columnCount = columns.count
        self.columns = columns
        self.instructions = instructions
        self.rows = Matrix(unwrittenRows: n, columns: rows.count * k)
        for (layer, lists) in rows.enumerated() {
            lists.indices.withUnsafeBufferPointer { indices in
                for i in 0..<n {
                    for t in 0..<k { self.rows[i, layer * k + t] = indices[i * lists.reach + t] }
                }
            }
        }
    }

    /// Σ_i |N_A(i) ∩ π⁻¹N_B(π(i))| under each permutation: rows x columns, row-major. Divided by nk it is `mutual_knn`.
    package func commonCounts(_ permutations: [SamplePermutation]) -> [[UInt32]] {
        let planes = max(sampleCount, Int(CK_ARC_SAMPLES)).multipliedBitWidth(by: k)
        let words = rowCount * planes * Int(CK_MASK_WORDS)
        return inRuns(permutations, bytesEach: words * 8) { block, run in
            let counts = Matrix<UInt64>(rows: run.count, columns: words, repeating: 0)
            defer { counts.keepAlive() }
            forEachSample(block, run) { permutation, samples, entries in
                withUnsafePointer(to: samples) {
                    ck_add_common(
                        instructions, $0, rowCount, entries, block.count, counts.row(permutation).baseAddress, planes)
                }
            }
            return { permutation, row, values in
                let start = counts.row(permutation).baseAddress.map { $0 + row * planes * Int(CK_MASK_WORDS) }
                ck_plane_counts(start, planes, values)
                counts.keepAlive()
            }
        }
    }

    /// Σ_i of |N_A(i) ∩ π⁻¹N_B(π(i))|/|N_A(i) ∪ π⁻¹N_B(π(i))| under each permutation, in units of `jaccardUnit`: rows x columns,
    /// row-major. Divided by n it is `jaccard_knn`. Each sample's quotient is rounded to a whole number, so that sums are exact whatever
    /// their order, and equal overlaps are tied.
    ///
    /// - Precondition: k ≤ 255.
    package func jaccardSums(_ permutations: [SamplePermutation]) -> [[UInt64]] {
        precondition(k <= Self.mostNeighbours, "overlaps have eight bits")
        let weights = (0...Int(UInt8.max)).map { common in
            let unit = Double(Self.jaccardUnit)
            return common <= k ? UInt64((unit * Double(common) / Double(2 * k - common)).rounded()) : 0
        }
        let lanes = Int(CK_MASK_LAYERS)
        return inRuns(permutations, bytesEach: rowCount * lanes * 8) { block, run in
            let sums = Matrix<UInt64>(rows: run.count, columns: rowCount * lanes, repeating: 0)
            defer { sums.keepAlive() }
            forEachSample(block, run) { permutation, samples, entries in
                withUnsafePointer(to: samples) {
                    ck_add_weights(instructions, $0, rowCount, entries, weights, sums.row(permutation).baseAddress)
                }
            }
            return { permutation, row, values in
                let sums = sums.row(permutation)
                for column in 0..<lanes { values[column] = sums[row * lanes + ck_mask_place(column)] }
            }
        }
    }

    /// `mutual_knn` under each permutation: rows x columns, row-major.
    package func mutualScores(_ permutations: [SamplePermutation]) -> [[Double]] {
        commonCounts(permutations).map { $0.map { Double($0) / Double(sampleCount * k) } }
    }

    /// `jaccard_knn` under each permutation: rows x columns, row-major. Off by less than 1e-12.
    package func jaccardScores(_ permutations: [SamplePermutation]) -> [[Double]] {
        let whole = Double(Self.jaccardUnit) * Double(sampleCount)
        return jaccardSums(permutations).map { $0.map { Double($0) / whole } }
    }
}

extension PermutedOverlaps {
    /// What a run's counters may take: they are gone through once for eight samples, so they should stay near the processor.
    private static let counterBytes = 4 << 20
    /// Permutations of a run: filling tables costs little by then.
    private static let longestRun = 16

    /// Writes the values of 512 columns, for a permutation of the run and a row.
    private typealias Reader<Value> = (_ permutation: Int, _ row: Int, UnsafeMutablePointer<Value>) -> Void

    /// Goes through blocks of at most 512 column layers and runs of permutations, and puts together what `count` finds.
    private func inRuns<Value: FixedWidthInteger>(
        _ permutations: [SamplePermutation], bytesEach: Int,
        _ count: (_ block: Range<Int>, _ run: [SamplePermutation]) -> Reader<Value>
    ) -> [[Value]] {
        var result = permutations.map { _ in [Value](repeating: 0, count: rowCount * columnCount) }
        // Without layers it is not known of how many samples they would be.
        guard rowCount > 0, columnCount > 0, sampleCount > 0 else { return result }
        precondition(permutations.allSatisfy { $0.images.count == sampleCount }, "permutations of the same samples")
        let values = UnsafeMutablePointer<Value>.allocate(capacity: Int(CK_MASK_LAYERS))
        defer { values.deallocate() }
        let length = min(max(Self.counterBytes / max(bytesEach, 1), 1), Self.longestRun)
        for left in stride(from: 0, to: columnCount, by: Int(CK_MASK_LAYERS)) {
            let block = left..<min(left + Int(CK_MASK_LAYERS), columnCount)
            for first in stride(from: 0, to: permutations.count, by: length) {
                let run = Array(permutations[first..<min(first + length, permutations.count)])
                let read = count(block, run)
                for permutation in run.indices {
                    result[first + permutation].withUnsafeMutableBufferPointer { cells in
                        guard let cells = cells.baseAddress else { return }
                        for row in 0..<rowCount {
                            read(permutation, row, values)
                            (cells + row * columnCount + left).update(from: values, count: block.count)
                        }
                    }
                }
            }
        }
        return result
    }

    /// Calls `take` with every permutation of the run and every eight samples of the column layers of `block`, and with as many entries of
    /// the row layers' lists as may be taken in at once.
    private func forEachSample(
        _ block: Range<Int>, _ run: [SamplePermutation],
        _ take: (_ permutation: Int, ck_arc_samples, _ entries: Int) -> Void
    ) {
        let height = Int(CK_ARC_SAMPLES)
        let tables = MaskTables(sampleCount: sampleCount, layers: block.count, k: k)
        let inverses = run.map(\.inverse)
        let lists = UnsafeMutablePointer<UnsafePointer<Int32>?>.allocate(capacity: height)
        defer {
            lists.deallocate()
            withExtendedLifetime((tables, rows)) {}
        }
        for first in stride(from: 0, to: sampleCount, by: height) {
            let samples = first..<min(first + height, sampleCount)
            tables.fill(columns[block], k: k, samples: samples)
            for (permutation, inverse) in inverses.enumerated() {
                inverse.withUnsafeBufferPointer { inverse in
                    tables.lead(inverse)
                    for left in stride(from: 0, to: k, by: Int(CK_MOST_ENTRIES)) {
                        for s in 0..<height {
                            // Beyond the last sample nothing is in common with any list.
                            let row = s < samples.count ? Int(inverse[first + s]) : 0
                            lists[s] = rows.row(row).baseAddress.map { UnsafePointer($0 + left) }
                        }
                        let matched = ck_arc_samples(
                            masks: tables.masks, offsets: tables.offsets, lists: lists, stride: k)
                        take(permutation, matched, min(k - left, Int(CK_MOST_ENTRIES)))
                    }
                    tables.unlead(inverse)
                }
            }
        }
    }
}

extension Int {
    /// The number of bits of the product, for which there is room.
    fileprivate func multipliedBitWidth(by other: Int) -> Int { Int.bitWidth - (self * other).leadingZeroBitCount }
}
