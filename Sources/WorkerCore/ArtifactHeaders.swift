internal import AlignmentMetrics

/// What describes a neighbour artifact; its payload is indices (n x k int32), similarities (n x k float64), row means (n float64).
struct NeighbourHeader: Codable {
    let sampleCount: Int
    let k: Int
    let grandMean: Double
    let facts: NeighbourFacts

    init(_ lists: NeighbourLists, groups: [Int32]?) {
        sampleCount = lists.sampleCount
        k = lists.k
        grandMean = lists.grandMean
        facts = NeighbourFacts(lists, groups: groups)
    }
}

/// What describes the lists of a run of a layer's rows; its payload is like that of all rows.
struct ListsHeader: Codable {
    let sampleCount: Int
    let k: Int
    let grandMean: Double
    let tiedRows: [Int32]
}

/// What describes candidates of a run of rows; their payload is the number of each row's (rows int32), then indices (int32), scores and
/// margins (float32), one row's after the other.
struct CandidatesHeader: Codable {
    let samples: Range<Int>
    let total: Int
}

/// What describes a kernel artifact; its payload is the packed entries (n(n-1)/2 float32) or the factor (n x width float32), then the
/// diagonal (n float64).
struct KernelHeader: Codable {
    let sampleCount: Int
    /// d of a kernel that is kept by its factor; nil where entries are kept.
    let width: Int?
    let packedSquareSum: Double
    let scale: Double
    let chanceFactor: Double

    init(_ kernel: some PackedKernelSource) {
        sampleCount = kernel.diagonal.count
        width = kernel.factor?.width
        packedSquareSum = kernel.packedSquareSum
        scale = kernel.scale
        chanceFactor = kernel.chanceFactor
    }
}

/// What describes a basis; its payload is the vectors (rank x n float32).
struct BasisHeader: Codable {
    let sampleCount: Int
    let rank: Int
    let tiedCuts: [Int]
    let isIterative: Bool
}

/// What describes centred features; their payload is n x `columns` float64.
struct FeaturesHeader: Codable {
    let sampleCount: Int
    let columns: Int
    let norm: Double
}
