import Testing

@testable import SweepModel

struct GalleryPlanTests {
    @Test(arguments: [(9, 100, 1000, 210), (10, 512, 1024, 46), (16, 20, 100, 160)])
    func listsReachFarEnoughForTheGallery(_ k: Int, _ m: Int, _ n: Int, _ reach: Int) {
        #expect(GalleryPlan.reach(k: k, size: m, of: n) == reach)
    }

    /// Down to sizes that lists of 256 still serve, and that have k neighbours.
    @Test(arguments: [
        (1024, 10, [128, 256, 512, 1024]), (60, 3, [7, 15, 30, 60]), (1024, 100, [1024]), (8, 8, []),
        (1_000_000, 1, [31_250, 62_500, 125_000, 250_000, 500_000, 1_000_000]),
    ])
    func halves(_ n: Int, _ k: Int, _ sizes: [Int]) { #expect(GalleryPlan.halves(of: n, k: k) == sizes) }

    @Test(arguments: [(10, 512, 5), (10, 100, 1), (10, 154, 2), (1, 5, 1), (10, 1024, 10)])
    func sharesOfTheGallery(_ k: Int, _ m: Int, _ share: Int) {
        #expect(GalleryPlan.proportional(k: k, size: m, of: 1024) == share)
    }
}
