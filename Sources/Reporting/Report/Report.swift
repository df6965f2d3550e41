internal import Figures
package import SweepAnalysis
internal import SweepModel

/// A page about a finished sweep, with every drawing and every number beside it: the same bytes for the same input.
package struct Report: Sendable {
    /// The page comes last.
    package let files: [ReportFile]

    /// Reads the results that `reader` has open.
    package init(_ reader: ResultsReader, options: ReportOptions = ReportOptions()) throws {
        try self.init(try reader.sweepScores(), try reader.provenance(), options: options)
    }

    package init(_ sweep: SweepScores, _ provenance: Provenance, options: ReportOptions = ReportOptions()) throws {
        let context = ReportContext(sweep, provenance, options)
        var files = ReportFiles()
        let sections = [
            SummarySection.section(context, &files), ModelHeatmaps.section(context, &files),
            CalibrationSection.section(context, &files), TwinSection.section(context, &files),
            IntervalSection.section(context, &files),
            SplitSection.section(context, &files),
            AlignmentScatter.section(context, &files), CompetenceSection.section(context, &files),
            MapSection.section(context, &files), try LayerHeatmaps.section(context, &files),
            CurveSection.section(context, &files), BandwidthSection.section(context, &files),
            GallerySection.section(context, &files),
            MetricMatrix.section(context, &files),
            ProvenanceSection.section(context, &files),
        ]
        let metrics = sweep.metrics.isEmpty ? sweep.curves.map(\.metric) : sweep.metrics.map(\.id)
        files.add(
            HTMLPage(
                title: "Alignment of models: \(sweep.name.isEmpty ? "a sweep" : sweep.name)",
                subtitle: "\(ReportText.count(context.compared.count, "model")), \(sweep.samplesInWords); "
                    + ReportText.some(metrics),
                sections: sections.compactMap(\.self), footer: Self.footer, generator: PageMaker.report.rawValue,
                files: files.files.map(\.path), choices: context.choices
            ))
        self.files = files.files
    }

    static let footer =
        "Drawings are in figures/ as SVG and, where their data have at most \(ReportLimits.rowsInSpecs) rows, as Vega-Lite "
        + "specifications; every plotted number is in data/ as CSV."
}
