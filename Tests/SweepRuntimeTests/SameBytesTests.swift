import Foundation
import Testing

extension ProcessSuite {
    @Suite("Same bytes", .serialized)
    struct SameBytesTests {
        @Test func theNumberOfWorkersChangesNoByte() throws {
            // 70 layers a side are four blocks, of which three are computed.
            let fixture = try SweepFixture(models: 5, layers: 14, samples: 150, width: 40)
            let one = try fixture.metrics("one", workers: 1)
            #expect(one.count == 4 * 4 + 1, "\(one.keys.sorted())")
            #expect(one["cka/layer_scores"]?.count == 70 * 70 * 8)
            #expect(one["mutual_knn_k10/best_x_layer"]?.count == 5 * 5 * 4)
            for workers in [2, 5] {
                let many = try fixture.metrics("many \(workers)", workers: workers)
                for (name, bytes) in one { #expect(many[name] == bytes, "\(name) with \(workers) workers") }
                #expect(many.count == one.count)
            }
        }

        @Test func theArtifactsOfAnEarlierSweepGiveTheSameBytes() throws {
            let fixture = try SweepFixture(models: 3, layers: 3, samples: 100, width: 30)
            let first = try fixture.metrics("sweep")
            let artifacts = fixture.artifacts("sweep")
            #expect(artifacts.count >= 2 * 9)
            try FileManager.default.removeItem(atPath: fixture.output("sweep"))
            #expect(try fixture.metrics("sweep", workers: 1) == first)
            #expect(fixture.artifacts("sweep") == artifacts, "nothing was computed twice")
        }
    }
}
