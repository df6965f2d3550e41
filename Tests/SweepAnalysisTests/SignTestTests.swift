import SweepAnalysis
import Testing

struct SignTestTests {
    @Test(
        arguments: [
            (6, 0, 0.03125), (0, 6, 0.03125), (5, 1, 0.21875), (7, 1, 0.0703125), (4, 4, 1), (0, 0, 1), (1, 0, 1),
            (15, 5, 0.04138946533203125),
        ] as [(Int, Int, Double)])
    func itIsTheBinomialOfHalf(_ higher: Int, _ lower: Int, _ p: Double) {
        #expect(abs(SignTest.p(higher: higher, lower: lower) - p) < 1e-12)
    }
}
