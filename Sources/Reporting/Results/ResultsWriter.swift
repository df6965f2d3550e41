package import FeatureStore
package import Foundation
internal import HDF5
package import SweepAnalysis
internal import SweepModel

/// Writes a results file, `platonic-results` version 1 (Schemas/results.md).
package struct ResultsWriter {
    private let sweep: FinishedSweep
    private let stores: [StoreMetadata]
    private let software: String
    private let created: Date

    /// - Parameter stores: the metadata of the plan's models, in their order.
    package init(_ sweep: FinishedSweep, stores: [StoreMetadata], software: String, created: Date = Date()) {
        self.sweep = sweep
        self.stores = stores
        self.software = software
        self.created = created
    }

    /// Writes the file with what follows from its scores, whole or not at all.
    package func write(to file: ResultsFile) throws {
        try file.replace(ResultsMark(sweep.spec, stores: stores.map(\.path))) { temporary in
            try FileFailure.told(as: file.path) { () throws(HDF5Error) in
                let hdf5 = try HDF5File.create(temporary)
                try write(try hdf5.root())
                try hdf5.close()
            }
            try DerivedGroups.append(to: temporary, as: file.path)
        }
    }

    private func write(_ root: borrowing HDF5Group) throws(HDF5Error) {
        try root.setAttribute("format", to: ResultsFormat.name)
        try root.setAttribute("version", to: Int64(1))
        try root.setAttribute("sweep", to: sweep.spec.name)
        try root.setAttribute("spec", to: sweep.spec.canonicalYAML)
        try root.setAttribute("status", to: sweep.isComplete ? "complete" : "partial")
        try root.setAttribute("symmetric", to: Int64(sweep.plan.isSymmetric ? 1 : 0))
        try root.setAttribute("created", to: ISO8601DateFormatter().string(from: created))
        try root.setAttribute("software", to: software)
        let samples = try root.createDataset("sample", shape: [sweep.sampleIDs.count], strings: sweep.sampleIDs)
        try samples.makeScale(named: "sample")
        if let queries = sweep.queries {
            try root.createDataset("queries", shape: [queries.count], values: queries.map { Int32(clamping: $0) })
        }
        try SideWriter(side: "x", models: sweep.plan.xModels, layers: sweep.plan.xLayers, sweep: sweep, stores: stores)
            .write(root)
        try SideWriter(side: "y", models: sweep.plan.yModels, layers: sweep.plan.yLayers, sweep: sweep, stores: stores)
            .write(root)
        let metrics = try root.createGroup("metrics")
        let diagnostics = try root.createGroup("diagnostics")
        let statistics = try root.createGroup("statistics")
        let axes = try Axes.open(root)
        for position in sweep.plan.metrics.indices {
            try MetricWriter(sweep: sweep, position: position).write(metrics: metrics, diagnostics: diagnostics, axes)
            try StatisticsWriter(sweep: sweep, position: position).write(statistics, axes)
        }
        let plan = sweep.plan
        try LayerDiagnosticsWriter(side: "x", layers: plan.xLayers, sweep: sweep).write(diagnostics, axes.xLayer)
        try LayerDiagnosticsWriter(side: "y", layers: plan.yLayers, sweep: sweep).write(diagnostics, axes.yLayer)
        if !plan.curves.isEmpty {
            let curves = try root.createGroup("curves")
            for scores in sweep.table.curves { try CurveWriter(scores: scores, plan: plan).write(curves, axes) }
        }
        try writeProvenance(try root.createGroup("provenance"))
    }

    private func writeProvenance(_ group: borrowing HDF5Group) throws(HDF5Error) {
        let history = sweep.history
        try group.setAttribute("hosts", to: history.hosts)
        try group.setAttribute("blas_cores", to: history.blasCores)
        try group.setAttribute("tasks_models", to: Int64(sweep.plan.models.count))
        try group.setAttribute("tasks_layers", to: Int64(sweep.plan.layers.count))
        try group.setAttribute("tasks_tiles", to: Int64(history.tiles))
        try group.setAttribute("retries", to: Int64(history.retries))
        try group.setAttribute("lost_workers", to: Int64(history.lostWorkers))
        try group.setAttribute("seconds_wall", to: history.wallSeconds)
        try group.setAttribute("seconds_surveys", to: history.surveySeconds)
        try group.setAttribute("seconds_layers", to: history.layerSeconds)
        try group.setAttribute("seconds_tiles", to: history.tileSeconds)
        try group.setAttribute("flops", to: history.flops)
        try group.setAttribute("store_paths", to: stores.map(\.path))
        try group.setAttribute("store_digests", to: history.storeDigests)
        try group.setAttribute("warnings", to: Self.bounded(history.warnings))
        try group.setAttribute("undefined", to: Self.bounded(history.undefined))
        try group.setAttribute("float64_layers", to: Self.bounded(history.float64Layers))
        try group.setAttribute("failures", to: Self.bounded(history.failures))
    }

    /// An attribute holds at most 64 KiB of references to texts.
    private static func bounded(_ texts: [String]) -> [String] {
        texts.count <= 2000 ? texts : Array(texts.prefix(2000)) + ["… and \(texts.count - 2000) more"]
    }
}

/// The dimension scales that score matrices are attached to.
struct Axes: ~Copyable {
    let x: HDF5Dataset
    let y: HDF5Dataset
    let xLayer: HDF5Dataset
    let yLayer: HDF5Dataset

    static func open(_ root: borrowing HDF5Group) throws(HDF5Error) -> Axes {
        let x = try root.dataset("x")
        let y = try root.dataset("y")
        let xLayer = try root.dataset("x_layer")
        let yLayer = try root.dataset("y_layer")
        return Axes(x: x, y: y, xLayer: xLayer, yLayer: yLayer)
    }
}
