import Foundation
import PermutationStatistics
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct NarrativeTests {
    /// The next three of a ring of eight samples, as neighbours: what every layer brings to the moments.
    private static func numbers() throws -> String {
        let lists = (0..<8).flatMap { i in (1...3).map { Int32((i + $0) % 8) } }
        let found = lists.withUnsafeBufferPointer {
            MutualNull.numbers(of: LayerLists(StoredLists(indices: $0, sampleCount: 8, reach: 3)), ks: [3])
        }
        return String(decoding: try JSONEncoder().encode(found[0]), as: UTF8.self)
    }

    private static func lines(_ fixture: SweepFixture) throws -> [String] {
        try #require(Narrative(fixture.sweep, stores: fixture.stores)).text.components(separatedBy: "\n")
    }

    @Test func theBestPairHasItsPlaceAndNoClaimForTheMaximum() throws {
        let fixture = try SweepFixture(nullNumbers: ["mutual_knn_k3": try Self.numbers()])
        let text = try Self.lines(fixture)
        #expect(text.contains { $0.contains("the maximum itself is not tested") })
        let found = text.compactMap {
            $0.firstMatch(of: /^  (-?[0-9.]+)  .*layer .* with .*, adjusted (-?[0-9.]+), z (-?[0-9.]+); last x last/)
        }
        #expect(found.count > 1)
        let scores = NullScores(metric: 0, fixture.sweep)
        for line in found {
            let (score, adjusted, z) = (
                try #require(Double(line.1)), try #require(Double(line.2)), try #require(Double(line.3))
            )
            // All layers are alike, so that every pair has one mean and one deviation.
            let (mean, sd) = (scores.means[0], scores.deviations[0])
            #expect(abs(mean - 3.0 / 7) < 1e-12 && sd > 0)
            #expect(abs(adjusted - (score - mean) / (1 - mean)) < 2e-3)
            #expect(abs(z - (score - mean) / sd) < 0.06)
        }
    }

    @Test func permutationsSayWhatTheyAllowFor() throws {
        let fixture = try SweepFixture(nullNumbers: ["mutual_knn_k3": try Self.numbers()], permutations: 39)
        let text = try Self.lines(fixture)
        #expect(text.contains { $0.contains("under 39 random permutations of the samples") })
        #expect(!text.contains { $0.contains("not tested") })
        let maximum = try #require(fixture.sweep.calibrations[0]?.values[.maximum])
        let found = text.compactMap {
            $0.firstMatch(of: /model (\d) .* with model (\d) .*, calibrated ([0-9.]+), p ([0-9.]+); last/)
        }
        #expect(found.count == 3)
        for line in found {
            let cell = (Int(line.1) ?? 9) * 3 + (Int(line.2) ?? 9)
            let (calibrated, p) = (try #require(Double(line.3)), try #require(Double(line.4)))
            #expect(abs(calibrated - maximum.calibrated[cell]) < 6e-4 && abs(p - maximum.p[cell]) < 0.05 * p)
        }
        let low = [1, 2, 5].count { maximum.q[$0] <= 0.05 }
        #expect(text.contains { $0.hasPrefix("Of 3 pairs of different networks \(low) ha") })
    }

    /// With the random twin of model 0 in place 1: a test where enough partners have scores with both.
    @Test(arguments: [5, 8]) func twinsAreTestedByTheirPartners(_ partners: Int) throws {
        let fixture = try SweepFixture(
            layerCounts: Array(repeating: 2, count: partners + 2), x: Array(0..<(partners + 2))
        ) {
            model, store in
            store.textAttributes = ["network": "n\(max(1, model))"]
            store.integerAttributes = ["pretrained": model == 1 ? 0 : 1]
        }
        let text = try Self.lines(fixture)
        let scores = fixture.sweep.modelScores(metric: 0).scores
        let both = (2..<(partners + 2)).map { (scores[$0], scores[partners + 2 + $0]) }
            .filter { $0.0.isFinite && $0.1.isFinite }
        let (higher, lower) = (both.count { $0.0 > $0.1 }, both.count { $0.0 < $0.1 })
        let line = try #require(text.first { $0.contains("within vision, best layer pair: trained") })
        #expect(line.contains("trained is higher with \(higher) of \(both.count)") && !line.contains("ahead"))
        let p = line.firstMatch(of: /sign test, partners taken as independent: p ([0-9.]+)\)$/).flatMap { Double($0.1) }
        if higher + lower >= 6 {
            #expect(abs((p ?? .nan) - SignTest.p(higher: higher, lower: lower)) < 0.01)
        } else {
            #expect(p == nil)
        }
        #expect(partners == 5 || higher + lower >= 6, "a case without a test says nothing of it")
    }

    @Test func whatIsNotKnownIsNotSaid() throws {
        let text = try Self.lines(try SweepFixture()).joined(separator: "\n")
        #expect(text.contains("last x last layer") && !text.contains("djusted") && !text.contains("not tested"))
    }
}
