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

    @Test func whatIsNotKnownIsNotSaid() throws {
        let text = try Self.lines(try SweepFixture()).joined(separator: "\n")
        #expect(text.contains("last x last layer") && !text.contains("djusted") && !text.contains("not tested"))
    }
}
