import SweepModel
import Testing

@testable import SweepCost

struct NominalRatesTests {
    private func seconds(_ metrics: [Metric], samples: Int, width: Int = 768) -> Double {
        NominalWork(PlanFixture.plan(x: [1], samples: samples, width: width, metrics: metrics)).layers[0]
    }

    /// Products of integers are several times as fast, and are not made where entries of kernels are.
    @Test func largeLayersOfListsAreNotWeighedByProductsInFloat32() {
        let lists = [Metric(kind: .mutualKNN, k: 10)]
        let kernels = lists + [Metric(kind: .cka)]
        #expect(4 * seconds(lists, samples: 30_000) < seconds(kernels, samples: 30_000))
        // Longer lists leave more to float64, for which the product is the same.
        let long = seconds([Metric(kind: .mutualKNN, k: 100)], samples: 100_000)
        let short = seconds(lists, samples: 100_000)
        #expect(long > 1.5 * short && long < 3 * short)
        // What took 1.1, 22.7 and 45.5 s of processor time on a core of 2023 is not weighed by more than three times that, nor by less.
        for (k, samples, measured) in [(10, 20_000, 1.1), (10, 100_000, 22.7), (100, 100_000, 45.5)] {
            let weight = seconds([Metric(kind: .mutualKNN, k: k)], samples: samples)
            #expect(weight > measured && weight < 3 * measured, "k = \(k), n = \(samples): \(weight)")
        }
    }

    /// A factor has no entries to find neighbours by.
    @Test func neighboursBesideFactorsHaveTheirOwnProduct() {
        let both = [Metric(kind: .mutualKNN, k: 10), Metric(kind: .cka)]
        #expect(PlanFixture.plan(x: [1], samples: 40_000, metrics: both).hasIntegerProducts)
        #expect(!PlanFixture.plan(x: [1], samples: 4000, width: 768, metrics: both).hasIntegerProducts)
        #expect(!PlanFixture.plan(x: [1], samples: 40_000, metrics: [Metric(kind: .cka)]).hasIntegerProducts)
    }
}
