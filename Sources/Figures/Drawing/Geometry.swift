/// A place in a drawing, in pixels from its upper left corner.
package struct PlotPoint: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// A rectangle along the axes, in pixels.
package struct PlotBox: Hashable, Sendable {
    package var left: Double
    package var top: Double
    package var width: Double
    package var height: Double

    package init(left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }

    /// The box of the given size around `centre`.
    package init(centre: PlotPoint, width: Double, height: Double) {
        self.init(left: centre.x - width / 2, top: centre.y - height / 2, width: width, height: height)
    }

    package var right: Double { left + width }
    package var bottom: Double { top + height }
    package var centre: PlotPoint { PlotPoint(left + width / 2, top + height / 2) }

    /// Whether the two share more than an edge.
    package func overlaps(_ other: PlotBox) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    /// Whether all of `other` lies within, edges included.
    package func contains(_ other: PlotBox) -> Bool {
        left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom
    }

    /// Whether the straight line between two points runs through the inside (Liang and Barsky, 1984).
    package func isCrossed(from start: PlotPoint, to end: PlotPoint) -> Bool {
        var (enters, leaves) = (0.0, 1.0)
        for (delta, distance) in [
            (start.x - end.x, start.x - left), (end.x - start.x, right - start.x),
            (start.y - end.y, start.y - top), (end.y - start.y, bottom - start.y),
        ] {
            if delta == 0 {
                if distance <= 0 { return false }
            } else if delta < 0 {
                enters = max(enters, distance / delta)
            } else {
                leaves = min(leaves, distance / delta)
            }
        }
        return enters < leaves
    }

    /// The place of the box that is nearest to `point`.
    package func nearest(to point: PlotPoint) -> PlotPoint {
        PlotPoint(max(left, min(right, point.x)), max(top, min(bottom, point.y)))
    }

    /// The box grown by `margin` on every side.
    package func grown(by margin: Double) -> PlotBox {
        PlotBox(left: left - margin, top: top - margin, width: width + 2 * margin, height: height + 2 * margin)
    }
}
