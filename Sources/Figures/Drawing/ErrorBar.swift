/// A bar from a lower to an upper value, with caps.
enum ErrorBar {
    /// Adds it to `path`; `cap` is half a cap's width.
    static func append(from low: PlotPoint, to high: PlotPoint, cap: Double, to path: inout PathData) {
        path.polyline([low, high])
        for end in [low, high] { path.polyline([PlotPoint(end.x - cap, end.y), PlotPoint(end.x + cap, end.y)]) }
    }
}
