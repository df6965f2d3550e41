package import PermutationStatistics
internal import SweepModel

/// The layers of a tile that have an artifact, ready to be scored under some metrics while the samples of the columns are permuted.
package struct PermutedLayers {
    /// What is known of the layers under one metric, whatever the permutation.
    package struct Measure {
        /// For each row, and for each column, the share of samples whose neighbours are tied; 0 where there is no such thing.
        package let tiedRows: [Double]
        package let tiedColumns: [Double]
        /// Mean and standard deviation of each row's score with each column under random matching, row-major; nil where they are not known.
        package let moments: (means: [Double], deviations: [Double])?
    }

    /// Their places among the tile's rows, and among its columns.
    package let rows: [Int]
    package let columns: [Int]
    /// One for each metric.
    package let measures: [Measure]
    private let score: ([SamplePermutation]) throws -> [[[Double]]]

    init(
        rows: [Int], columns: [Int], measures: [Measure],
        _ score: @escaping ([SamplePermutation]) throws -> [[[Double]]]
    ) {
        self.rows = rows
        self.columns = columns
        self.measures = measures
        self.score = score
    }

    /// For each of `permutations` of the columns' samples and each metric the scores, rows x columns, row-major.
    package func scores(_ permutations: [SamplePermutation]) throws -> [[[Double]]] { try score(permutations) }

    /// What `read` makes of each of `layers` that has the artifact, with its place among them.
    static func present<Value>(
        _ layers: [TileLayer], _ read: (TileLayer) throws -> Value?
    ) rethrows -> (places: [Int], values: [Value]) {
        let found = try layers.enumerated().compactMap { place, layer in try read(layer).map { (place, $0) } }
        return (found.map(\.0), found.map(\.1))
    }

    /// The moments of every row with every column.
    /// - Parameter isReversed: whether the rows are y.
    static func moments<Model: NullModel>(
        _ model: Model.Type, _ rows: [Model.Numbers], _ columns: [Model.Numbers], _ variant: Variant, isReversed: Bool
    ) -> (means: [Double], deviations: [Double]) {
        var (means, deviations) = ([Double](), [Double]())
        for row in rows {
            for column in columns {
                let moments = isReversed ? model.moments(column, row, variant) : model.moments(row, column, variant)
                means.append(moments.mean)
                deviations.append(moments.sd)
            }
        }
        return (means, deviations)
    }
}
