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
