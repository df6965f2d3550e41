internal import HDF5
package import SweepAnalysis

extension ResultsReader {
    /// How far other samples would move the scores of the metric called `id`; nil where it has no intervals.
    package func intervals(of id: String, withLayerScores: Bool = true) throws -> ScoredIntervals? {
        do throws(HDF5Error) { return try scoredIntervals(of: id, withLayerScores) } catch {
            throw Self.complaint(error, path)
        }
    }

    func scoredIntervals(of id: String, _ withLayerScores: Bool) throws(HDF5Error) -> ScoredIntervals? {
        guard let group = try statisticsGroup(of: id), try group.kind(of: "replicates") != nil else { return nil }
        func count(_ name: String, _ range: ClosedRange<Int>) throws(HDF5Error) -> Int {
            guard let number = try Self.number(name, group), range.contains(number) else {
                throw try CheckedReading.error(
                    .damaged, group.dataset("replicates"), "its attribute \(name) is no number of samples")
            }
            return number
        }
        let subsamples = try count("subsamples", 2...Int(Self.largestNumber))
        let units = try count("units", 2...Int(Self.largestNumber))
        let drawn = try count("drawn_units", 1...units - 1)
        func errors(_ name: String, _ shape: [Int?]) throws(HDF5Error) -> [Double] {
            try reading.doubles(name, shape, of: 0...Double.greatestFiniteMagnitude, in: group)
        }
        let hasLeftOut = try group.kind(of: "left_out") != nil
        return ScoredIntervals(
            subsamples: subsamples, drawsGroups: try group.attribute("drawn")?.text == "groups", units: units,
            drawnUnits: drawn, isValidated: try group.attribute("interval_validated")?.integer == 1,
            standardErrors: withLayerScores ? try errors("standard_error", layers) : [],
            leftOut: hasLeftOut && withLayerScores
                ? try reading.doubles("left_out", layers, of: 0...1, in: group) : nil,
            bestStandardErrors: try errors("maximum_standard_error", models),
            replicates: try reading.scores("replicates", models + [subsamples], in: group))
    }
}
