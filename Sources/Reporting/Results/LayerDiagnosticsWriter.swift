internal import HDF5
internal import SweepAnalysis
internal import SweepModel

/// Writes what is known of each layer of one side, x or y, whatever the metrics.
struct LayerDiagnosticsWriter {
    let side: String
    /// Positions in the plan's layers.
    let layers: [Int]
    let sweep: FinishedSweep

    func write(_ diagnostics: borrowing HDF5Group, _ axis: borrowing HDF5Dataset) throws(HDF5Error) {
        let found = layers.map { sweep.layers[$0] }
        try vector(diagnostics, "effective_rank", found.map { $0?.diagnostics.effectiveRank ?? .nan }, axis, k: nil)
        try vector(diagnostics, "mean_cosine", found.map { $0?.diagnostics.meanCosine ?? .nan }, axis, k: nil)
        let degrees = found.map { $0?.neighbourhood.map { Double($0.largestInDegree) } ?? .nan }
        try vector(diagnostics, "largest_in_degree", degrees, axis, k: sweep.plan.longestNeighbourList)
    }

    private func vector(
        _ group: borrowing HDF5Group, _ name: String, _ values: [Double], _ axis: borrowing HDF5Dataset, k: Int?
    ) throws(HDF5Error) {
        let dataset = try group.createDataset("\(side)_\(name)", shape: [values.count], values: values)
        try dataset.attachScale(axis, toDimension: 0)
        if let k { try dataset.setAttribute("k", to: Int64(k)) }
    }
}
