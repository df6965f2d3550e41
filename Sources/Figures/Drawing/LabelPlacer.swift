internal import Foundation

/// Puts names beside points so that no two overlap and none covers a point: greedily, from a fixed list of candidates.
struct LabelPlacer: Sendable {
    /// A point with a name.
    struct Request: Sendable {
        var anchor: PlotPoint
        /// Of its marker.
        var radius: Double
        var width: Double
        var height: Double
        /// Is placed first, farther away if need be, and over markers rather than not at all.
        var isRequired: Bool
    }

    /// Where a name went.
    struct Placement: Sendable {
        var box: PlotBox
        /// Whether a line must lead from the name to its point.
        var hasLeader: Bool
    }

    /// All names lie within.
    let bounds: PlotBox
    /// Markers and whatever else no name may cover.
    let obstacles: [PlotBox]
    /// Lines that names keep off where they can, as points one after the other.
    var lines: [[PlotPoint]] = []
    /// Whether every name, and not only those required, may be far from its point, with a line to it.
    var allReachFar = false

    /// The place of each request, nil where there is none. Required ones come first, then those in the emptiest places.
    func place(_ requests: [Request]) -> [Placement?] {
        let crowding = requests.map { one in
            requests.count { other in hypot(one.anchor.x - other.anchor.x, one.anchor.y - other.anchor.y) < 45 }
        }
        let order = requests.indices.sorted { a, b in
            if requests[a].isRequired != requests[b].isRequired { return requests[a].isRequired }
            return (crowding[a], a) < (crowding[b], b)
        }
        var placements = [Placement?](repeating: nil, count: requests.count)
        var taken: [PlotBox] = []
        // From points to their names: where all reach far, no name may cover another one's, nor be crossed by one.
        var leaders: [(PlotPoint, PlotPoint)] = []
        for index in order {
            let request = requests[index]
            let near: [Double] = [2, 6, 12, 18]
            let far: [Double] = [26, 34, 44, 56, 72, 90, 120, 160, 220, 300]
            let reachesFar = request.isRequired || allReachFar
            var found: Placement?
            if !lines.isEmpty {
                found = candidate(request, gaps: near, avoiding: taken, leaders, coversMarkers: false, keepsOff: lines)
                if found == nil, reachesFar {
                    let gaps = Array(far.prefix(6))
                    found = candidate(
                        request, gaps: gaps, avoiding: taken, leaders, coversMarkers: false, keepsOff: lines)
                }
            }
            found = found ?? candidate(request, gaps: near, avoiding: taken, leaders, coversMarkers: false)
            if found == nil, reachesFar {
                found = candidate(request, gaps: far, avoiding: taken, leaders, coversMarkers: false)
            }
            if found == nil, allReachFar {
                // A line through a name is better than no name.
                found = candidate(request, gaps: near + far, avoiding: taken, nil, coversMarkers: false)
            }
            if found == nil, request.isRequired {
                found = candidate(request, gaps: [2, 6] + far, avoiding: taken, nil, coversMarkers: true)
            }
            if let found {
                taken.append(found.box.grown(by: 1))
                if found.hasLeader, allReachFar {
                    leaders.append((request.anchor, found.box.nearest(to: request.anchor)))
                }
            }
            placements[index] = found
        }
        return placements
    }

    /// Directions in order of preference: right, left, above, below, then between.
    private static let angles: [Double] = [0, 180, 270, 90, 315, 45, 225, 135, 340, 20, 200, 160, 293, 247, 67, 113]

    /// - Parameter leaders: lines to other names, which none may cover; nil where names may cover them, and be crossed.
    private func candidate(
        _ request: Request, gaps: [Double], avoiding taken: [PlotBox], _ leaders: [(PlotPoint, PlotPoint)]?,
        coversMarkers: Bool, keepsOff lines: [[PlotPoint]] = []
    ) -> Placement? {
        for gap in gaps {
            for angle in Self.angles {
                let box = Self.box(request, gap: gap, angle: angle * .pi / 180)
                guard bounds.contains(box), !taken.contains(where: box.overlaps) else { continue }
                if !coversMarkers, obstacles.contains(where: box.overlaps) { continue }
                if leaders?.contains(where: { box.isCrossed(from: $0.0, to: $0.1) }) == true { continue }
                if lines.contains(where: { Self.isCrossed(box, by: $0) }) { continue }
                if allReachFar, leaders != nil, gap > 6 {
                    let end = box.nearest(to: request.anchor)
                    if taken.contains(where: { $0.isCrossed(from: request.anchor, to: end) }) { continue }
                }
                return Placement(box: box, hasLeader: gap > 6)
            }
        }
        return nil
    }

    private static func isCrossed(_ box: PlotBox, by line: [PlotPoint]) -> Bool {
        zip(line, line.dropFirst()).contains { box.isCrossed(from: $0, to: $1) }
    }

    /// The box in direction `angle`, `gap` away from the marker's edge.
    private static func box(_ request: Request, gap: Double, angle: Double) -> PlotBox {
        let distance = request.radius + gap
        // Sideways the middle of the box moves with it; straight above and below it stays centred.
        let x = request.anchor.x + cos(angle) * (distance + request.width / 2)
        let y = request.anchor.y + sin(angle) * (distance + request.height / 2)
        return PlotBox(centre: PlotPoint(x, y), width: request.width, height: request.height)
    }
}
