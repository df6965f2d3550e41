import Testing

@testable import Figures

struct LabelPlacerTests {
    private static let bounds = PlotBox(left: 0, top: 0, width: 600, height: 400)

    private func requests(_ count: Int, isRequired: (Int) -> Bool) -> [LabelPlacer.Request] {
        var numbers = TestNumbers(seed: 3)
        return (0..<count).map { index in
            LabelPlacer.Request(
                anchor: PlotPoint(20 + 560 * numbers.next(), 20 + 360 * numbers.next()), radius: 4, width: 60,
                height: 9,
                isRequired: isRequired(index))
        }
    }

    @Test(arguments: [10, 78, 200]) func nothingOverlaps(_ count: Int) {
        let requests = requests(count) { $0 % 20 == 0 }
        let obstacles = requests.map { PlotBox(centre: $0.anchor, width: 8, height: 8) }
        let placements = LabelPlacer(bounds: Self.bounds, obstacles: obstacles).place(requests)
        let boxes = placements.compactMap { $0?.box }
        #expect(boxes.count >= min(count, 40))
        for (position, box) in boxes.enumerated() {
            #expect(Self.bounds.contains(box))
            #expect(!boxes[(position + 1)...].contains(where: box.overlaps))
            #expect(!obstacles.contains(where: box.overlaps))
        }
        for index in stride(from: 0, to: count, by: 20) { #expect(placements[index] != nil) }
    }

    @Test func aLonePointIsNamedAtItsRight() throws {
        let request = LabelPlacer.Request(
            anchor: PlotPoint(100, 100), radius: 4, width: 50, height: 10, isRequired: false)
        let placement = try #require(LabelPlacer(bounds: Self.bounds, obstacles: []).place([request])[0])
        #expect(placement.box == PlotBox(left: 106, top: 95, width: 50, height: 10))
        #expect(!placement.hasLeader)
    }

    @Test func linesAreKeptOffWhereThatIsPossible() throws {
        let request = LabelPlacer.Request(
            anchor: PlotPoint(100, 100), radius: 4, width: 50, height: 10, isRequired: false)
        func place(_ lines: [[PlotPoint]], in bounds: PlotBox = Self.bounds) throws -> LabelPlacer.Placement {
            let placer = LabelPlacer(bounds: bounds, obstacles: [], lines: lines)
            return try #require(placer.place([request])[0])
        }
        // Through the point, to the right and to the left: above it there is room.
        let line = [PlotPoint(0, 100), PlotPoint(600, 100)]
        let box = try place([line]).box
        #expect(box.bottom <= 100 && !box.isCrossed(from: line[0], to: line[1]))
        // Where there is none, a name on a line is better than no name.
        let narrow = PlotBox(left: 90, top: 94, width: 100, height: 12)
        #expect(try place([line], in: narrow).box.isCrossed(from: line[0], to: line[1]))
    }

    /// Points so close that their names cannot all be near, and farther apart.
    @Test(arguments: [(9, 3.0), (9, 12), (5, 40)]) func namesReachFarRatherThanBeLeftOut(
        _ count: Int, _ apart: Double
    ) {
        let requests = (0..<count).map { index in
            LabelPlacer.Request(
                anchor: PlotPoint(300 + apart * Double(index - count / 2), 200), radius: 4, width: 120, height: 10,
                isRequired: false)
        }
        let obstacles = requests.map { PlotBox(centre: $0.anchor, width: 8, height: 8) }
        let near = LabelPlacer(bounds: Self.bounds, obstacles: obstacles).place(requests)
        #expect(apart > 3 || near.contains { $0 == nil })
        let placements = LabelPlacer(bounds: Self.bounds, obstacles: obstacles, allReachFar: true).place(requests)
        let boxes = placements.compactMap { $0 }
        #expect(boxes.count == count)
        for (position, one) in boxes.enumerated() {
            for (other, two) in boxes.enumerated() where other != position {
                #expect(!one.box.overlaps(two.box))
                // No line to a name runs through another name, unless there is no other way.
                let anchor = requests[position].anchor
                let isCrossed = two.box.isCrossed(from: anchor, to: one.box.nearest(to: anchor))
                #expect(apart < 40 || !one.hasLeader || !isCrossed)
            }
        }
    }

    @Test(arguments: [
        (PlotPoint(0, 0), PlotPoint(30, 30), true), (PlotPoint(0, 15), PlotPoint(30, 15), true),
        (PlotPoint(15, 15), PlotPoint(16, 16), true), (PlotPoint(0, 10), PlotPoint(30, 10), false),
        (PlotPoint(0, 0), PlotPoint(9, 30), false), (PlotPoint(0, 15), PlotPoint(9, 15), false),
        (PlotPoint(0, 21), PlotPoint(21, 0), true), (PlotPoint(0, 19), PlotPoint(19, 0), false),
    ])
    func crossings(_ start: PlotPoint, _ end: PlotPoint, _ isCrossed: Bool) {
        let box = PlotBox(left: 10, top: 10, width: 10, height: 10)
        #expect(box.isCrossed(from: start, to: end) == isCrossed && box.isCrossed(from: end, to: start) == isCrossed)
    }

    @Test func requiredNamesComeFirstAndTheOthersAreDropped() {
        let small = PlotBox(left: 0, top: 0, width: 80, height: 12)
        let request = LabelPlacer.Request(anchor: PlotPoint(6, 6), radius: 3, width: 60, height: 10, isRequired: false)
        var required = request
        required.isRequired = true
        let placements = LabelPlacer(bounds: small, obstacles: []).place([request, required])
        #expect(placements[0] == nil)
        #expect(placements[1] != nil)
    }
}
