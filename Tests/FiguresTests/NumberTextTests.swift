import Testing

@testable import Figures

struct NumberTextTests {
    @Test func fixed() {
        #expect(NumberText.fixed(0.125, decimals: 2) == "0.13")
        #expect(NumberText.fixed(-0.004, decimals: 2) == "0.00")
        #expect(NumberText.fixed(-1.5, decimals: 0) == "-2")
        #expect(NumberText.fixed(12.3456, decimals: 3) == "12.346")
        #expect(NumberText.fixed(0.05, decimals: 1) == "0.1")
        #expect(NumberText.fixed(1e300, decimals: 2) == "1e+300")
        #expect(NumberText.fixed(.nan, decimals: 2).isEmpty)
        #expect(NumberText.fixed(-.infinity, decimals: 2) == "-inf")
    }

    @Test func coordinatesAreShort() {
        #expect(NumberText.coordinate(10) == "10")
        #expect(NumberText.coordinate(-0.001) == "0")
        #expect(NumberText.coordinate(1.5) == "1.5")
        #expect(NumberText.coordinate(2.0 / 3) == "0.67")
        #expect(NumberText.coordinate(.nan) == "0")
    }

    @Test(arguments: [
        (0.123456, "0.1235"), (1234.5, "1235"), (0.00012345, "0.0001235"), (1.25e-7, "1.25e-7"), (-2.5e9, "-2.5e9"),
        (9.99996e-6, "1e-5"), (2.5e-300, "2.5e-300"), (0, "0"), (100, "100"),
    ]) func brief(_ value: Double, _ text: String) { #expect(NumberText.brief(value) == text) }

    @Test(arguments: [0.1, 1.0 / 3, 123456.789, -1e-17, 2e22, 7, -0.25]) func exactReadsBack(_ value: Double) {
        #expect(Double(NumberText.exact(value)) == value)
    }

    @Test func exactWholeNumbers() { #expect(NumberText.exact(1024) == "1024") }
}
