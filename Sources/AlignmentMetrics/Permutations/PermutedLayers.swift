package import PermutationStatistics
internal import SweepModel

/// The layers of a tile that have an artifact, ready to be scored under one metric while the samples of the columns are permuted.
package struct PermutedLayers {
    /// Layers of one side.
    package struct Side {
        /// Their places among the tile's rows, or columns.
        package let places: [Int]
        /// For each of them the share of samples whose neighbours are tied at the metric's k; 0 where there is no such thing.
        package let tiedShares: [Double]
    }

    package let rows: Side
    package let columns: Side
    /// Mean and standard deviation of each row's score with each column under random matching, row-major; nil where they are not known.
    package let moments: (means: [Double], deviations: [Double])?
    private let score: ([SamplePermutation]) throws -> [[Double]]

    init(
        rows: Side, columns: Side, moments: (means: [Double], deviations: [Double])?,
        _ score: @escaping ([SamplePermutation]) throws -> [[Double]]
    ) {
        self.rows = rows
        self.columns = columns
        self.moments = moments
        self.score = score
    }

    /// For each of `permutations` of the columns' samples the scores, rows x columns, row-major.
    package func scores(_ permutations: [SamplePermutation]) throws -> [[Double]] { try score(permutations) }

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
