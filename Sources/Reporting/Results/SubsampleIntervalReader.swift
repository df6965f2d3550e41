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
        let subsamples = try count("subsamples", of: 2...Int(Self.largestNumber), group)
        let units = try count("units", of: 2...Int(Self.largestNumber), group)
        let drawn = try count("drawn_units", of: 1...units - 1, group)
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

    /// An attribute of `/statistics/<id>` that counts something. Throws where it is not there, or outside of `range`.
    func count(
        _ name: String, of range: ClosedRange<Int>, _ group: borrowing HDF5Group
    ) throws(HDF5Error) -> Int {
        guard let number = try Self.number(name, group), range.contains(number) else {
            throw HDF5Error(
                code: .damaged, operation: "read attribute \(name) of \(group.reference.name)", path: "",
                reason: "it is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
