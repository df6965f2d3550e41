import Foundation
import HDF5
import Testing

extension ProcessSuite {
    @Suite("Same bytes", .serialized)
    struct SameBytesTests {
        @Test func theNumberOfWorkersChangesNoByte() throws {
            // 70 layers a side are four blocks, of which three are computed. Six neighbour metrics at two k and six others, of which
            // cka, cka_rbf and cycle_knn have chance levels of their own.
            let fixture = try SweepFixture(models: 5, layers: 14, samples: 150, width: 40)
            let one = try fixture.metrics("one", workers: 1)
            #expect(one.count == 18 * 4 + 4 + 6 * 3, "\(one.keys.sorted())")
            #expect(one["cka/layer_scores"]?.count == 70 * 70 * 8)
            #expect(one["curves/cknna/scores"]?.count == 6 * 5 * 5 * 8)
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

        @Test func anotherMetricComputesOnlyWhatItNeeds() throws {
            let fixture = try SweepFixture(models: 3, layers: 2, samples: 60, width: 20)
            #expect(try fixture.sweep("grown", metrics: ["mutual_knn", "cka"]).status == 0)
            let first = fixture.artifacts("grown")
            // Results of another specification are not replaced.
            try FileManager.default.removeItem(atPath: fixture.output("grown"))
            #expect(try fixture.sweep("grown", metrics: ["mutual_knn", "cka", "rsa", "svcca"]).status == 0)
            let second = fixture.artifacts("grown")
            let kept = first.filter { second[$0.key] == $0.value }
            // Neighbours and Gram matrices stay; what is known of six layers is written again with two kinds more each, and
            // with what either brings to moments.
            #expect(kept.count >= first.count - 6)
            #expect(second.count == first.count + 24)
            let together = try MetricBytes.read(fixture.output("grown"))
            #expect(try fixture.sweep("anew", metrics: ["mutual_knn", "cka", "rsa", "svcca"]).status == 0)
            #expect(try MetricBytes.read(fixture.output("anew")) == together)
        }

        @Test func curvesAreTheSameBytesForAnyNumberOfWorkers() throws {
            let fixture = try SweepFixture(models: 4, layers: 20, samples: 50, width: 12)
            var curves: [[Double]] = []
            for workers in [1, 3] {
                let more = ["--k", "4", "1:20"]
                let name = "curves \(workers)"
                #expect(try fixture.sweep(name, metrics: ["all"], more: more, workers: workers).status == 0)
                let root = try HDF5File.open(fixture.output(name)).root()
                let groups = try root.group("curves").childNames()
                #expect(groups.count == 6)
                curves.append(
                    try groups.flatMap { metric in
                        let group = try root.group("curves").group(metric)
                        return try group.dataset("scores").readDoubles(rank: 3)
                            + group.dataset("last_layers").readDoubles(rank: 3)
                    })
                // What a curve has at a k is what a sweep of that k has.
                let single = try root.group("metrics").group("cknna_k4").dataset("scores").readDoubles(rank: 2)
                let curve = try root.group("curves").group("cknna").dataset("scores").readDoubles(rank: 3)
                #expect(Array(curve[48..<64]) == single)
            }
            #expect(curves[0] == curves[1] && curves[0].allSatisfy { $0.isFinite })
        }
    }
}
