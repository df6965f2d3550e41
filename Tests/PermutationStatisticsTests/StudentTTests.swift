import Foundation
import Testing

@testable import PermutationStatistics

struct StudentTTests {
    private static let levels = [0.5, 0.95, 0.99]

    /// `scipy.stats.t.isf((1 - level)/2, df)` of these levels, and `scipy.stats.norm.isf`.
    private static let golden: [(degreesOfFreedom: Double, quantiles: [Double])] = [
        (1, [1.0000000000000002, 12.706204736174694, 63.656741162871526]),
        (2, [0.8164965809277261, 4.302652729749462, 9.924843200918287]),
        (3.7, [0.7464851534824539, 2.8675207071911895, 4.8692522532278275]),
        (10, [0.6998120613124317, 2.228138851986274, 3.16927267261695]),
        (39.9, [0.6806883376998168, 2.021233189707518, 2.7047965130571088]),
        (40.1, [0.6806571751530602, 2.0209184014716017, 2.7041237801431652]),
        (77, [0.6776893130499657, 1.9912543953883846, 2.641197611389272]),
        (1000.5, [0.6747350419214271, 1.962337892459348, 2.5807522321743113]),
        (1000000.0, [0.6744899955310875, 1.959966356814107, 2.5758342201053344]),
        (.infinity, [0.6744897501960817, 1.959963984540054, 2.5758293035489004]),
    ]

    @Test func agreesWithSciPy() {
        for (degreesOfFreedom, expected) in Self.golden {
            for (level, quantile) in zip(Self.levels, expected) {
                let found = StudentT.quantile(level: level, degreesOfFreedom: degreesOfFreedom)
                #expect(abs(found / quantile - 1) < 1e-10, "level \(level), \(degreesOfFreedom) degrees of freedom")
            }
        }
    }

    /// Of one degree of freedom t is a Cauchy variable, of two it has a closed form; both for levels far apart.
    @Test(arguments: [1e-6, 0.1, 0.9, 0.999, 0.999_999]) func agreesWithClosedForms(_ level: Double) {
        let one = StudentT.quantile(level: level, degreesOfFreedom: 1)
        #expect(abs(one / tan(level * .pi / 2) - 1) < 1e-9)
        let two = StudentT.quantile(level: level, degreesOfFreedom: 2)
        #expect(abs(two / (level * (2 / (1 - level * level)).squareRoot()) - 1) < 1e-9)
    }
}
