internal import AlignmentMetrics
internal import ArtifactStore
internal import SweepModel

/// What describes a neighbour artifact; its payload is indices (n x k int32), similarities (n x k float64), row means (n float64).
struct NeighbourHeader: Codable {
    let sampleCount: Int
    let k: Int
    let grandMean: Double
    let scale: Double
    let facts: NeighbourFacts

    init(_ lists: NeighbourLists, groups: [Int32]?) {
        sampleCount = lists.sampleCount
        k = lists.k
        grandMean = lists.grandMean
        scale = lists.scale
        facts = NeighbourFacts(lists, groups: groups)
    }

    /// Whether it can be that of a layer of `shape`.
    func fits(_ shape: ArtifactShape) -> Bool {
        sampleCount == shape.sampleCount && k == shape.listLength && !grandMean.isNaN && scale >= 0
            && facts.tiedRows.count == k
            && facts.largestInDegrees.count == k && facts.cycleChances.count == k
            && (facts.tiedRows + facts.largestInDegrees).allSatisfy { (0...sampleCount).contains(Int($0)) }
            && facts.cycleChances.allSatisfy((0...1).contains)
    }
}

/// What describes the lists of a run of a layer's rows; its payload is like that of all rows.
struct ListsHeader: Codable {
    let sampleCount: Int
    let k: Int
    let grandMean: Double
    let scale: Double
    let tiedRows: [Int32]

    /// Whether it can be that of so many rows of a layer of `shape`.
    func fits(_ shape: ArtifactShape, rows: Int) -> Bool {
        sampleCount == rows && k == shape.listLength && !grandMean.isNaN && scale >= 0
            && tiedRows.count == k
            && tiedRows.allSatisfy { (0...rows).contains(Int($0)) }
    }
}

/// What describes candidates of a run of rows; their payload is the number of each row's (rows int32), then indices (int32), scores and
/// margins (float32), one row's after the other.
struct CandidatesHeader: Codable {
    let samples: Range<Int>
    let total: Int
}

/// What describes a kernel artifact; its payload is the packed entries (n(n-1)/2) or the factor (n x width), in float32 or float64, then the
/// diagonal (n float64).
struct KernelHeader: Codable {
    /// The kernel's kind: matrices of all kinds look alike.
    let kind: String
    let sampleCount: Int
    let entries: KernelEntries
    /// d of a kernel that is kept by its factor; nil where entries are kept.
    let width: Int?
    let packedSquareSum: Double
    let scale: Double
    let chanceFactor: Double

    init(_ kernel: some PackedKernelSource, _ kind: ArtifactKind) {
        self.kind = kind.name
        sampleCount = kernel.diagonal.count
        entries = kernel.entries
        width = kernel.factor?.width
        packedSquareSum = kernel.packedSquareSum
        scale = kernel.scale
        chanceFactor = kernel.chanceFactor
    }

    /// Whether it can be that of a kernel over so many samples, by a factor of `width` columns or by entries.
    func fits(_ kind: ArtifactKind, sampleCount n: Int, width: Int?) -> Bool {
        // A linear kernel that is planned by its factor and is in float64 has U-centred entries, unless those are too many.
        let isManyByFactor = width != nil && n > LinearKernelForm.mostWidenedFactor
        let expected: KernelEntries = kind == .gram && !isManyByFactor ? .uCentred : .float64
        return self.kind == kind.name && sampleCount == n && (entries == .float32 || entries == expected)
            && self.width == (entries == .float32 || isManyByFactor ? width : nil)
            && packedSquareSum.isFinite && scale >= 0
            && LayerSummary.isSound(chanceFactor: chanceFactor, sampleCount: n)
    }

    /// Whether its kernel can have this diagonal: a sum of squares is below zero by rounding at most.
    func fits(_ diagonal: [Double]) -> Bool {
        let squares = diagonal.reduce(0) { $0 + $1 * $1 }
        return squares.isFinite && packedSquareSum >= -1e-3 * squares
    }
}

/// What describes a basis; its payload is the vectors (rank x n float32).
struct BasisHeader: Codable {
    let sampleCount: Int
    let rank: Int
    let tiedCuts: [Int]
    let isIterative: Bool

    /// Whether it can be that of a layer of `shape`.
    func fits(_ shape: ArtifactShape) -> Bool {
        sampleCount == shape.sampleCount
            && (0...min(shape.dimensions, shape.sampleCount, shape.width)).contains(rank)
            && tiedCuts.allSatisfy { $0 > 0 && $0 <= rank } && zip(tiedCuts, tiedCuts.dropFirst()).allSatisfy(<)
    }
}

/// What describes centred features; their payload is n x `columns` float64.
struct FeaturesHeader: Codable {
    let sampleCount: Int
    let columns: Int
    let norm: Double

    /// Whether it can be that of a layer of `shape`, and `file` is as long as that.
    func fits(_ shape: ArtifactShape, _ file: ArtifactFile) -> Bool {
        sampleCount == shape.sampleCount && columns == shape.featureColumns && norm.isFinite && norm >= 0
            && file.payloadBytes == shape.sampleCount * shape.featureColumns * MemoryLayout<Double>.stride
    }
}
