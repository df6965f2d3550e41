import Testing

@testable import Figures

struct ColourTests {
    @Test(arguments: ColourGolden.colours) func mapsAreMatplotlibs(_ map: String, _ position: Double, _ hex: String) {
        #expect(ColourMap(rawValue: map)?.colour(at: position).hex == hex)
    }

    @Test(arguments: ColourGolden.contrasts) func contrast(_ first: String, _ second: String, _ ratio: Double) {
        #expect(abs(colour(first).contrast(with: colour(second)) - ratio) < 1e-12)
        #expect(abs(colour(second).contrast(with: colour(first)) - ratio) < 1e-12)
    }

    @Test(arguments: ColourMap.allCases) func textOnEveryColourIsLegible(_ map: ColourMap) {
        for step in 0..<256 {
            let ground = map.colour(at: (Double(step) + 0.5) / 256)
            #expect(ground.contrast(with: ground.readableText) >= 4.5)
        }
    }

    @Test func divergingMapIsWhiteInTheMiddle() {
        #expect(ColourMap.redBlue.colour(at: 0.5).luminance > 0.9)
        #expect(ColourMap.redBlue.colour(at: 0).blue > ColourMap.redBlue.colour(at: 0).red)
    }

    @Test func stepsOfAScale() {
        let scale = ColourScale(over: 1...3, steps: 4)
        #expect([1, 1.49, 1.5, 2.99, 3, 99, -99, .infinity].map { scale.step(of: $0) } == [0, 0, 1, 3, 3, 3, 0, 3])
        #expect(scale.step(of: .nan) == nil)
        #expect(scale.colour(ofStep: 0) == ColourMap.viridis.colour(at: 0.125))
        #expect(ColourScale(over: 2...2, steps: 4).step(of: 2) == 2)
    }

    @Test func categoriesDiffer() {
        #expect(Set((0..<24).map(Palette.colour)).count == 24)
        #expect(Set(Marker.allCases.map(\.vegaShape)).count == 10)
        #expect(Palette.okabeIto.prefix(3).map(\.hex) == ["#0072b2", "#d55e00", "#009e73"])
        for shape in Marker.allCases { #expect(shape.corners.allSatisfy { abs($0.x) <= 1.5 && abs($0.y) <= 1.5 }) }
    }

    private func colour(_ hex: String) -> Colour {
        let value = Int(hex.dropFirst(), radix: 16) ?? 0
        return Colour(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
}
