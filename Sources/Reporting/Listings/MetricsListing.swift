internal import SweepModel

/// The metrics and their properties, for a terminal or a program.
package enum MetricsListing {
    package static func text(width: Int) -> String {
        let descriptions = MetricDescription.all
        let properties = TextTable(
            header: ["metric", "symmetric", "global", "ordinal", "batchable", "parameter", "range", "chance"],
            rows: descriptions.map { metric in
                [metric.metric + (metric.inAll ? "" : " *")]
                    + [metric.symmetric, metric.global, metric.ordinal, metric.batchable].map { $0 ? "yes" : "no" }
                    + [metric.parameter.isEmpty ? "-" : metric.parameter, metric.range, metric.chance]
            }, textColumns: 8)
        var lines = [
            properties.text(width: width),
            "symmetric: exchanging x and y leaves the score. global: every pair of samples counts, not only near ones. ordinal: orders",
            "count. batchable: many layer pairs at once, without a recurrence or a decomposition for each.",
            "* costs a singular value decomposition for each layer pair, and is not part of 'all'.", "",
        ]
        for metric in descriptions {
            lines.append("\(metric.metric): \(metric.summary) (\(metric.source))")
            if !metric.variants.isEmpty { lines.append("    variant \(metric.variants)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    package static func json() throws -> String { try SafeJSON.document(MetricDescription.all) }
}
