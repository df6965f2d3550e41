import FeatureStore
import Foundation
import HDF5
import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct ResultsWriterTests {
    private static let sides: [([Int], [Int]?)] = [([0, 1, 2], nil), ([2, 0], [1]), ([0, 1], [1, 2]), ([1], nil)]

    @Test(arguments: sides) func everythingReadsBack(_ x: [Int], _ y: [Int]?) throws {
        let fixture = try SweepFixture(x: x, y: y)
        let plan = fixture.sweep.plan
        let results = try ResultsReader(path: try fixture.write())
        #expect(results.sampleCount == 8)
        #expect(results.metricIDs == plan.metrics.map(\.id).sorted())
        for (side, models, layers) in [
            (results.x, plan.xModels, plan.xLayers), (results.y, plan.yModels, plan.yLayers),
        ] {
            #expect(side.models == models.map { "model \($0)" })
            #expect(side.layerIndex == layers.map { plan.layers[$0].index })
            #expect(side.layerName == layers.map { plan.layers[$0].name })
            #expect(side.layerModel.map { models[$0] } == layers.map { plan.layers[$0].model })
        }
        for (position, metric) in plan.metrics.enumerated() {
            let found = try results.scores(of: metric.id)
            #expect(found.metric == metric.kind.rawValue)
            #expect(found.variant == "exact")
            #expect(found.k == metric.k)
            #expect(same(found.layerScores, fixture.sweep.table.scores[position]))
            let flags = TiedLayers.flags(fixture.sweep, metric: metric)
            let models = ModelScores(fixture.sweep.table, metric: position, excluded: flags)
            #expect(same(found.scores, models.scores))
            #expect(found.bestXLayer == models.bestXLayers.map(Int.init))
            #expect(found.bestYLayer == models.bestYLayers.map(Int.init))
            switch ChanceLevel(metric, fixture.sweep) {
            case .layerwise(let levels):
                #expect(metric.kind == .cka)
                #expect(same(try #require(found.chanceLayer), levels))
                #expect(found.chance == nil)
            case .uniform(let level):
                #expect(found.chanceLayer == nil)
                #expect(found.chance == level)
            case .unknown: Issue.record("the fixture's metrics have levels")
            }
        }
    }

    @Test(arguments: [([0, 1, 2], nil), ([0], [1, 2])] as [([Int], [Int]?)])
    func rootAttributesAndAxes(_ x: [Int], _ y: [Int]?) throws {
        let fixture = try SweepFixture(x: x, y: y)
        let root = try HDF5File.open(try fixture.write()).root()
        #expect(try root.attribute("format") == .string("platonic-results"))
        #expect(try root.attribute("version") == .int64(1))
        #expect(try root.attribute("sweep") == .string("fixture"))
        #expect(try root.attribute("spec") == .string(fixture.sweep.spec.canonicalYAML))
        #expect(try root.attribute("status") == .string("complete"))
        #expect(try root.attribute("symmetric") == .int64(y == nil ? 1 : 0))
        #expect(try root.attribute("created") == .string("1970-01-01T00:00:00Z"))
        #expect(try root.attribute("software") == .string("platonic test"))
        #expect(try root.dataset("sample").readStrings() == fixture.sweep.sampleIDs)
        let plan = fixture.sweep.plan
        for (side, layers) in [("x", plan.xLayers), ("y", plan.yLayers)] {
            #expect(try root.dataset("\(side)_layer").readInt64s() == layers.indices.map { Int64($0) })
            #expect(try root.dataset("\(side)_layer_label").readStrings() == layers.map(plan.label(ofLayer:)))
            let tied = layers.map { fixture.sweep.layers[$0]?.neighbourhood?.tiedShares.max() ?? -1 }
            #expect(try root.dataset("\(side)_layer_tied").readDoubles() == tied)
            #expect(try root.dataset("\(side)_layer_clipped").readDoubles() == layers.map { _ in 0.05 })
            #expect(try root.dataset("\(side)_layer_model").attribute("CLASS") == nil)
            #expect(try root.dataset(side).attribute("CLASS") == .string("DIMENSION_SCALE"))
        }
        let shape = try root.group("metrics").group("cka").dataset("scores").shape
        #expect(shape == [plan.xModels.count, plan.yModels.count])
        let last = try root.group("diagnostics").group("cka").dataset("last_layers").readDoubles(rank: 2)
        #expect(same(last, ModelScores.lastLayers(fixture.sweep.table, metric: 2)))
    }

    private static let parameters = [
        Metric(kind: .svcca, .dimensions(10)), Metric(kind: .ckaRBF, .bandwidth(0.5)), Metric(kind: .cknna, k: 3),
        Metric(kind: .mutualKNN, k: 5),
    ]

    @Test func parametersAndVariantsAreAttributes() throws {
        let fixture = try SweepFixture(metrics: Self.parameters, variant: .reference)
        let metrics = try HDF5File.open(try fixture.write()).root().group("metrics")
        #expect(try metrics.childNames() == ["cka_rbf_b0.5", "cknna_k3", "mutual_knn_k5", "svcca_d10"])
        let svcca = try metrics.group("svcca_d10"), rbf = try metrics.group("cka_rbf_b0.5")
        let cknna = try metrics.group("cknna_k3")
        #expect(try svcca.attribute("dimensions") == .int64(10))
        #expect(try svcca.attribute("k") == nil && svcca.attribute("bandwidth") == nil)
        #expect(try svcca.attribute("chance")?.number?.isNaN == true)
        #expect(try svcca.attribute("variant") == .string("exact"))
        #expect(try rbf.attribute("bandwidth") == .float64(0.5) && rbf.attribute("dimensions") == nil)
        #expect(try rbf.kind(of: "chance_layer") != nil)
        #expect(try cknna.attribute("k") == .int64(3))
        #expect(try cknna.attribute("variant") == .string("reference"))
    }

    @Test func curvesHaveTheirAxes() throws {
        let curves = [MetricCurve(kind: .mutualKNN, ks: [1, 2, 6]), MetricCurve(kind: .cknna, ks: [1, 2, 6])]
        let fixture = try SweepFixture(curves: curves)
        let root = try HDF5File.open(try fixture.write()).root()
        #expect(try root.group("curves").childNames() == ["cknna", "mutual_knn"])
        for (position, curve) in curves.enumerated() {
            let group = try root.group("curves").group(curve.kind.rawValue)
            let ks = try group.dataset("k")
            #expect(try ks.readInt64s() == [1, 2, 6])
            #expect(try ks.attribute("CLASS") == .string("DIMENSION_SCALE"))
            let found = fixture.sweep.table.curves[position]
            for (name, values) in [("scores", found.scores), ("last_layers", found.lastLayers)] {
                let dataset = try group.dataset(name)
                #expect(dataset.shape == [3, 3, 3])
                #expect(try dataset.attributeNames().contains("DIMENSION_LIST"))
                #expect(same(try dataset.readDoubles(rank: 3), values.flatMap(\.self)))
            }
        }
        let plain = try SweepFixture()
        #expect(try HDF5File.open(try plain.write()).root().kind(of: "curves") == nil)
    }

    @Test func diagnosticsOfEveryLayer() throws {
        let fixture = try SweepFixture(x: [2, 0], y: [1])
        let plan = fixture.sweep.plan
        let diagnostics = try HDF5File.open(try fixture.write()).root().group("diagnostics")
        for (side, layers) in [("x", plan.xLayers), ("y", plan.yLayers)] {
            let found = layers.map { fixture.sweep.layers[$0]?.diagnostics }
            #expect(
                try diagnostics.dataset("\(side)_effective_rank").readDoubles() == found.map { $0?.effectiveRank ?? -1 }
            )
            #expect(try diagnostics.dataset("\(side)_mean_cosine").readDoubles() == found.map { $0?.meanCosine ?? -1 })
            let degrees = try diagnostics.dataset("\(side)_largest_in_degree")
            #expect(try degrees.readDoubles() == layers.map { _ in 4 })
            #expect(try degrees.attribute("k") == .int64(5))
            let tied = layers.map { fixture.sweep.tiedShare(ofLayer: $0, k: 5) ?? -1 }
            #expect(try diagnostics.group("mutual_knn_k5").dataset("\(side)_layer_tied").readDoubles() == tied)
        }
        let matched = try diagnostics.group("cka").dataset("matched_depth").readDoubles(rank: 2)
        #expect(same(matched, ModelScores.matchedDepth(fixture.sweep.table, metric: 2)))
        #expect(try diagnostics.group("cka").kind(of: "x_layer_tied") == nil)
    }

    @Test func storeAttributesOfEveryKind() throws {
        let fixture = try SweepFixture { model, store in
            store.scores = [["bits_per_byte": 0.5, "vtab/dtd": 7.5], ["bits_per_byte": 0.25], [:]][model]
            // One store that says so is enough.
            store.lowerIsBetter = model == 1 ? ["bits_per_byte"] : []
            store.textAttributes = [["family": "ViT"], [:], ["family": "BERT", "size": "many"]][model]
            store.integerAttributes = [["pretrained": 1, "size": 5], ["pretrained": 0], [:]][model]
        }
        let root = try HDF5File.open(try fixture.write()).root()
        #expect(try root.dataset("x_attr_modality").readStrings() == ["vision", "vision", "vision"])
        #expect(try root.dataset("y_attr_dataset").readStrings() == ["fixture", "fixture", "fixture"])
        #expect(try root.dataset("x_attr_family").readStrings() == ["ViT", "", "BERT"])
        #expect(try root.dataset("x_attr_pretrained").readInt64s() == [1, 0, -1])
        #expect(try root.dataset("x_attr_size").readStrings() == ["5", "", "many"])
        #expect(try root.kind(of: "x_attr_model") == nil)
        #expect(same(try root.dataset("x_score_bits_per_byte").readDoubles(), [0.5, 0.25, .nan]))
        #expect(same(try root.dataset("y_score_vtab_dtd").readDoubles(), [7.5, .nan, .nan]))
        for side in ["x", "y"] {
            #expect(try root.dataset("\(side)_score_bits_per_byte").attribute("lower_is_better") == .int64(1))
            #expect(try root.dataset("\(side)_score_vtab_dtd").attribute("lower_is_better") == .int64(0))
        }
    }

    /// Names that differ only where HDF5 cannot have them must not cost anyone the results of a sweep.
    @Test func attributesWhoseNamesCollide() throws {
        let fixture = try SweepFixture { _, store in
            store.scores = ["vtab/dtd": 1, "vtab_dtd": 2, "/": 3, ".": 4]
            store.textAttributes = ["a/b": "slash", "a_b": "underscore"]
        }
        let root = try HDF5File.open(try fixture.write()).root()
        let names = try root.childNames()
        #expect(names.count { $0.hasPrefix("x_score_") } == 4)
        let texts = try names.filter { $0.hasPrefix("x_attr_a") }.map { try root.dataset($0).readStrings()[0] }
        #expect(texts.sorted() == ["slash", "underscore"])
    }

    @Test func partialResultsSaySo() throws {
        let fixture = try SweepFixture(failures: ["tile (0, 0): worker lost"])
        let root = try HDF5File.open(try fixture.write()).root()
        #expect(try root.attribute("status") == .string("partial"))
        let provenance = try root.group("provenance")
        #expect(try provenance.attribute("failures")?.texts == ["tile (0, 0): worker lost"])
        #expect(try provenance.attribute("warnings")?.texts == ["a warning"])
        #expect(try provenance.attribute("hosts")?.texts == ["host"])
        #expect(try provenance.attribute("store_paths")?.texts == fixture.stores.map(\.path))
        #expect(try provenance.attribute("tasks_layers") == .int64(6))
    }

    @Test func manyWarningsAreCutShort() throws {
        var fixture = try SweepFixture()
        var history = fixture.sweep.history
        history.warnings = (0..<70_000).map { "warning \($0)" }
        fixture.sweep = FinishedSweep(
            spec: fixture.sweep.spec, table: fixture.sweep.table, layers: fixture.sweep.layers,
            sampleIDs: fixture.sweep.sampleIDs, history: history)
        let warnings = try HDF5File.open(try fixture.write()).root().group("provenance").attribute("warnings")?.texts
        #expect(warnings?.count == 2001)
        #expect(warnings?.last == "… and 68000 more")
    }

    @Test func excludedLayersTakePartWhenKept() throws {
        var spec = SweepSpec()
        spec.keepTied = true
        var fixture = try SweepFixture(seed: 3)
        let tied = fixture.sweep.layers.map { _ in
            LayerSummary(
                diagnostics: .init(clippedShare: 0, isConstant: false, effectiveRank: 1, meanCosine: 0),
                neighbourhood: .init(tiedShares: [1, 1], cycleChances: [0, 0], largestInDegree: 1), chanceFactors: [:],
                artifacts: [:])
        }
        func scores(_ spec: SweepSpec, _ name: String) throws -> [Double] {
            fixture.sweep = FinishedSweep(
                spec: spec, table: fixture.sweep.table, layers: tied, sampleIDs: fixture.sweep.sampleIDs,
                history: SweepHistory())
            return try ResultsReader(path: try fixture.write(name)).scores(of: "mutual_knn_k3").scores
        }
        #expect(try scores(SweepSpec(), "without").allSatisfy { $0.isNaN })
        #expect(try scores(spec, "with").contains(where: \.isFinite))
    }

    @Test(arguments: [([0, 1, 2], nil), ([0, 2], [1, 2])] as [([Int], [Int]?)])
    func sameBytesTheSecondTime(_ x: [Int], _ y: [Int]?) throws {
        let fixture = try SweepFixture(x: x, y: y) { model, store in
            store.scores = ["a": Double(model), "b": 1, "c": 2]
            store.textAttributes = ["p": "1", "q": "2", "r": "3"]
        }
        let first = try Data(contentsOf: URL(fileURLWithPath: try fixture.write("first")))
        let second = try Data(contentsOf: URL(fileURLWithPath: try fixture.write("second")))
        #expect(first == second)
    }

    /// As small as results of an earlier build can be: the mark, and the specification of the fixture or another one.
    @discardableResult
    private func earlierResults(of fixture: SweepFixture, at path: String, otherwise spec: String? = nil) throws -> Data
    {
        let file = try HDF5File.create(path)
        let root = try file.root()
        try root.setAttribute("format", to: "platonic-results")
        try root.setAttribute("spec", to: spec ?? fixture.sweep.spec.canonicalYAML)
        try file.close()
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test func existingResultsAreReplaced() throws {
        let fixture = try SweepFixture()
        try earlierResults(of: fixture, at: fixture.folder.file("results.hdf"))
        for _ in 0..<2 { #expect(try ResultsReader(path: try fixture.write()).metricIDs.count == 4) }
    }

    /// An earlier build that knew fewer keys wrote the same specification in fewer words.
    @Test func specificationsOfEarlierBuildsAreTheSame() throws {
        let fixture = try SweepFixture()
        let spec = fixture.sweep.spec.canonicalYAML.split(separator: "\n").filter { !$0.hasPrefix("keep_tied") }
        #expect(spec.count + 1 == fixture.sweep.spec.canonicalYAML.split(separator: "\n").count)
        try earlierResults(
            of: fixture, at: fixture.folder.file("results.hdf"), otherwise: spec.joined(separator: "\n") + "\n")
        #expect(throws: Never.self) { try fixture.write() }
    }

    @Test func resultsOfAnotherSweepAreReplacedByForceAlone() throws {
        let fixture = try SweepFixture()
        let path = fixture.folder.file("results.hdf")
        let mark = ResultsMark(fixture.sweep.spec, stores: fixture.stores.map(\.path))
        var other = fixture.sweep.spec
        other.k = [7]
        let before = try earlierResults(of: fixture, at: path, otherwise: other.canonicalYAML)
        let complaint = #expect(throws: Complaint.self) { try ResultsFile(path: path).check(mark) }
        #expect(complaint?.kind == .request && complaint?.what.contains("k: [7]") == true)
        #expect(complaint?.advice.contains("--force") == true)
        // Hours later the same holds, and what was computed is kept.
        let late = #expect(throws: Complaint.self) { try fixture.write() }
        #expect(late?.kind == .work && late?.what.contains("results.kept.hdf") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try ResultsReader(path: fixture.folder.file("results.kept.hdf")).metricIDs.count == 4)
        #expect(throws: Never.self) { try ResultsFile(path: path, force: true).check(mark) }
    }

    @Test func theSameWordsForOtherStoresAreAnotherSweep() throws {
        let fixture = try SweepFixture()
        let path = try fixture.write()
        let spec = fixture.sweep.spec
        let some = [fixture.stores[0].path, "/nowhere/new.h5"]
        #expect(throws: Never.self) { try ResultsFile(path: path).check(ResultsMark(spec, stores: some)) }
        let complaint = #expect(throws: Complaint.self) {
            try ResultsFile(path: path).check(ResultsMark(spec, stores: ["/nowhere/new.h5"]))
        }
        #expect(complaint?.what.contains("it compares other stores") == true)
    }

    @Test(arguments: [false, true]) func whatHoldsNoResultsIsNeverReplaced(force: Bool) throws {
        let fixture = try SweepFixture()
        let damaged = fixture.folder.file("damaged.h5")
        try Data(contentsOf: URL(fileURLWithPath: try fixture.write())).prefix(2000).write(
            to: URL(fileURLWithPath: damaged))
        let text = fixture.folder.file("text")
        try Data().write(to: URL(fileURLWithPath: text))
        for path in [fixture.stores[0].path, damaged, text] {
            let complaint = #expect(throws: Complaint.self) { _ = try ResultsFile(path: path, force: force) }
            #expect(complaint?.kind == .request && complaint?.place == path)
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func fullDisk() throws {
        let fixture = try SweepFixture()
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=16k") == 0 else { return }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let path = folder.file("r.h5")
        let complaint = #expect(throws: Complaint.self) {
            try ResultsWriter(fixture.sweep, stores: fixture.stores, software: "s")
                .write(to: try ResultsFile(path: path))
        }
        #expect(complaint?.kind == .work)
        #expect(complaint?.what == "the disk is full")
        #expect(complaint?.place == path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    /// Wherever the disk ends, in the scores, the analysis or the maps, there is no file, and the one of before stays.
    @Test(.enabled(if: geteuid() == 0), arguments: Array(stride(from: 16, to: 400, by: 24)))
    func diskEndingAnywhere(_ size: Int) throws {
        let fixture = try SweepFixture { model, store in store.scores = ["acc": Double(model)] }
        let whole = try Data(contentsOf: URL(fileURLWithPath: try fixture.write())).count
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=\(size)k") == 0 else { return }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let path = folder.file("r.h5")
        let old = try earlierResults(of: fixture, at: path)
        func write() throws {
            try ResultsWriter(fixture.sweep, stores: fixture.stores, software: "s")
                .write(to: try ResultsFile(path: path))
        }
        if size * 1024 > whole + 16384 {
            #expect(throws: Never.self) { try write() }
            #expect(try ResultsReader(path: path).metricIDs.count == 4)
        } else if size * 1024 < whole {
            let complaint = #expect(throws: Complaint.self) { try write() }
            #expect(complaint?.what == "the disk is full" && complaint?.place == path)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == old)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["r.h5"])
    }

    /// The layers that a file records as best attain the maximum that it records.
    @Test(arguments: 0..<12 as Range<UInt64>) func recordedBestLayersReproduceTheMaximum(_ seed: UInt64) throws {
        let isSymmetric = seed % 2 == 0
        let fixture = try SweepFixture(
            layerCounts: [4, 2, 5, 3], x: isSymmetric ? [0, 1, 2, 3] : [3, 0], y: isSymmetric ? nil : [1, 2, 3],
            seed: seed)
        let results = try ResultsReader(path: try fixture.write())
        for metric in fixture.sweep.plan.metrics {
            let found = try results.scores(of: metric.id)
            let flags = TiedLayers.flags(fixture.sweep, metric: metric)
            let width = results.y.layerModel.count
            for i in results.x.models.indices {
                for j in results.y.models.indices {
                    let cell = i * results.y.models.count + j
                    let candidates = results.x.layerModel.indices.filter {
                        results.x.layerModel[$0] == i && !flags[fixture.sweep.plan.xLayers[$0]]
                    }.flatMap { r in
                        results.y.layerModel.indices.filter {
                            results.y.layerModel[$0] == j && !flags[fixture.sweep.plan.yLayers[$0]]
                        }.map { (r, $0) }
                    }
                    let maximum = candidates.map { found.layerScores[$0.0 * width + $0.1] }.filter(\.isFinite).max()
                    guard let maximum else {
                        #expect(found.scores[cell].isNaN)
                        #expect((found.bestXLayer[cell], found.bestYLayer[cell]) == (-1, -1))
                        continue
                    }
                    #expect(found.scores[cell] == maximum)
                    let best = candidates.filter {
                        results.x.layerIndex[$0.0] == found.bestXLayer[cell]
                            && results.y.layerIndex[$0.1] == found.bestYLayer[cell]
                    }
                    #expect(best.map { found.layerScores[$0.0 * width + $0.1] } == [maximum])
                    guard isSymmetric else { continue }
                    let mirror = j * results.x.models.count + i
                    #expect(found.scores[mirror] == maximum)
                    if i != j { #expect(found.bestXLayer[mirror] == found.bestYLayer[cell]) }
                }
            }
        }
    }
}

struct ResultsReaderTests {
    private func complaint(_ path: String) -> Complaint? {
        #expect(throws: Complaint.self) { _ = try ResultsReader(path: path) }
    }

    @Test func otherFiles() throws {
        let fixture = try SweepFixture()
        #expect(complaint(fixture.stores[0].path)?.what == "the file is no results file of version 1")
        #expect(complaint(fixture.folder.file("none"))?.place == fixture.folder.file("none"))
        let text = fixture.folder.file("text")
        try Data("metric,score\n".utf8).write(to: URL(fileURLWithPath: text))
        #expect(complaint(text)?.what.hasPrefix("the results file cannot be read: ") == true)
    }

    @Test func truncatedResults() throws {
        let fixture = try SweepFixture()
        let path = try fixture.write()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for length in [10, 1000, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(complaint(path)?.kind == .request, "\(length) of \(whole.count) bytes")
        }
    }

    @Test func unknownMetric() throws {
        let fixture = try SweepFixture()
        let results = try ResultsReader(path: try fixture.write())
        #expect(throws: Complaint.self) { _ = try results.scores(of: "rsa") }
    }
}
