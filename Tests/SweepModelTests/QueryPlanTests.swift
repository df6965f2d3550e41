import Testing

@testable import SweepModel

struct QueryPlanTests {
    /// As few galleries as serve all sizes with lists of 256.
    @Test(arguments: [
        (1_000_000, [122, 488, 3906, 62_500, 1_000_000], 10, 1024, [1_000_000, 62_500, 3906, 1024]),
        (1_000_000, [250_000, 1_000_000], 10, 1024, [1_000_000]), (20_000, [100], 10, 258, [20_000, 258]),
        (500, [200], 10, 500, [500]), (300, [], 3, 258, [300]),
    ])
    func galleries(_ n: Int, _ sizes: [Int], _ k: Int, _ least: Int, _ galleries: [Int]) {
        #expect(QueryPlan.galleries(of: n, sizes: sizes, k: k, least: least) == galleries)
        let plan = QueryPlan(count: least, seed: 0, galleries: galleries)
        #expect(plan.listCount == least * galleries.count)
        for size in sizes {
            let serving = galleries[plan.gallery(serving: size)]
            #expect(serving >= size)
            if size >= least { #expect(GalleryPlan.reach(k: k, size: size, of: serving) <= GalleryPlan.longestReach) }
        }
    }

    /// As far down as galleries of so many samples can serve.
    @Test func halvesGoFurtherWithSmallerGalleries() {
        #expect(GalleryPlan.halves(of: 20_000, k: 10) == [2500, 5000, 10_000, 20_000])
        #expect(
            GalleryPlan.halves(of: 20_000, k: 10, least: 258)
                == [39, 78, 156, 312, 625, 1250, 2500, 5000, 10_000, 20_000])
    }
}
