/// A fitted curve with its band, as values to draw; the fit itself is the caller's.
package struct TrendLine: Sendable {
    package var x: [Double]
    package var y: [Double]
    /// The band's edges, one for each x; none where empty.
    package var lower: [Double]
    package var upper: [Double]

    package init(x: [Double], y: [Double], lower: [Double] = [], upper: [Double] = []) {
        precondition(x.count == y.count && lower.count == upper.count && (lower.isEmpty || lower.count == x.count))
        self.x = x
        self.y = y
        self.lower = lower
        self.upper = upper
    }

    /// On it are points with two equal coordinates; it spans `values`, those of both axes.
    package static func equality(over values: [Double]) -> TrendLine {
        let ends = [values.min() ?? 0, values.max() ?? 1]
        return TrendLine(x: ends, y: ends)
    }

    /// Draws the band as polygons, one for each run of finite edges.
    func drawBand(on canvas: inout Canvas, _ frame: PlotFrame, _ colour: Colour) {
        var path = PathData()
        for run in runs(lower.indices.map { lower[$0].isFinite && upper[$0].isFinite }) {
            let above = run.compactMap { frame.clamped(x[$0], upper[$0]) }
            let below = run.reversed().compactMap { frame.clamped(x[$0], lower[$0]) }
            path.polyline(above + below, isClosed: true)
        }
        canvas.fill(path, colour, opacity: 0.15)
    }

    /// The places of the line's points, in runs.
    func places(_ frame: PlotFrame) -> [[PlotPoint]] {
        runs(y.map(\.isFinite)).map { run in run.compactMap { frame.clamped(x[$0], y[$0]) } }
    }

    /// Draws the line, interrupted where a value is missing.
    func drawLine(on canvas: inout Canvas, _ frame: PlotFrame, _ colour: Colour, width: Double, dashes: String?) {
        var path = PathData()
        for run in places(frame) { path.polyline(run) }
        canvas.stroke(path, colour, width: width, dashes: dashes)
    }

    /// The ranges of positions whose values are usable.
    private func runs(_ usable: [Bool]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (position, isUsable) in usable.enumerated() {
            if isUsable {
                start = start ?? position
            } else if let first = start {
                runs.append(first..<position)
                start = nil
            }
        }
        if let first = start { runs.append(first..<usable.count) }
        return runs
    }
}
