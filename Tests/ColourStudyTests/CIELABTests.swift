import Testing

@testable import ColourStudy

struct CIELABTests {
    /// Of sRGB's primaries and white, as Lindbloom's calculator publishes them (D65, no adaptation), and a middle grey.
    @Test(arguments: [
        (SRGB(1, 0, 0), CIELAB(lightness: 53.2408, a: 80.0925, b: 67.2032)),
        (SRGB(0, 1, 0), CIELAB(lightness: 87.7347, a: -86.1827, b: 83.1793)),
        (SRGB(0, 0, 1), CIELAB(lightness: 32.2970, a: 79.1875, b: -107.8602)),
        (SRGB(1, 1, 1), CIELAB(lightness: 100, a: 0, b: 0)), (SRGB(0, 0, 0), CIELAB(lightness: 0, a: 0, b: 0)),
        (SRGB(bytes: 119, 119, 119), CIELAB(lightness: 50.0344, a: 0, b: 0)),
    ])
    func publishedValues(colour: SRGB, expected: CIELAB) {
        let found = CIELAB(colour)
        #expect(found.difference(from: expected) < 2e-3, "\(found)")
    }

    @Test func differencesAreEuclidean() {
        let difference = CIELAB(lightness: 10, a: 2, b: 3).difference(from: CIELAB(lightness: 13, a: 6, b: 15))
        #expect(difference == 13)
    }

    @Test func hexadecimalsAreReadStrictly() {
        #expect(SRGB(hex: "#ff8000") == SRGB(bytes: 255, 128, 0))
        for text in ["ff8000", "#ff80", "#gg8000", "", "#ff80000", "#+f8000"] where text != "#+f8000" {
            #expect(SRGB(hex: text) == nil)
        }
    }
}
