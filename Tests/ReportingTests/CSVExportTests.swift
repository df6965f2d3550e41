import SweepAnalysis
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct CSVExportTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("with space", "with space"), ("a,b", "\"a,b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("\"", "\"\"\"\""),
        ("quote\"\u{301}", "\"quote\"\"\u{301}\""), ("comma,\u{301}", "\"comma,\u{301}\""),
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
        ("\rx", "\"'\rx\""),
        ("\r\nx", "\"'\r\nx\""), ("=\u{301}1", "'=\u{301}1"), ("=a,b", "\"'=a,b\""), ("a=b", "a=b"),
    ])
    func fields(_ text: String, _ field: String) {
        #expect(Array(CSVExport.field(text).unicodeScalars) == Array(field.unicodeScalars))
    }

    private func lines(_ fixture: SweepFixture, _ level: ExportRows.Level) throws -> [[String]] {
        var text = ""
        try CSVExport.write(ExportRows(try ResultsReader(path: try fixture.write()), level: level)) { text += $0 }
        #expect(text.hasSuffix("\n"))
        return text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func aRowForEachLayerPair() throws {
        let fixture = try SweepFixture(x: [0, 2], y: [1])
        let lines = try lines(fixture, .layer)
        #expect(
            lines[0].joined(separator: ",")
                == "metric,variant,k,x_model,x_layer,x_layer_name,y_model,y_layer,y_layer_name,score,chance,n,z,p,adjusted,"
                + "q,threshold,calibrated,standard_error,lower,upper,queries"
        )
        #expect(lines.allSatisfy { $0.count == 22 })
        #expect(lines.count == 1 + 4 * 4 * 2)
        // Groups come in the order of their names: cka, mutual_knn_k3, mutual_knn_k5, unbiased_cka.
        let knn = lines.filter { $0[0] == "mutual_knn" && $0[2] == "5" }
        let table = fixture.sweep.table.scores[1]
        #expect(knn.map { $0[9] } == table.map { $0.isNaN ? "nan" : "\($0)" })
        #expect(knn.map { $0[3] } == ["model 0", "model 0"] + Array(repeating: "model 2", count: 6))
        #expect(knn.map { $0[4] } == ["0", "0", "0", "0", "1", "1", "2", "2"])
        #expect(knn.map { $0[5] }.last == "layer 2")
        #expect(knn.map { $0[7] } == ["0", "1", "0", "1", "0", "1", "0", "1"])
        #expect(Set(knn.map { $0[10] }) == ["\(5.0 / 7)"])
        #expect(Set(lines.dropFirst().map { $0[11] }) == ["8"])
        let cka = lines.filter { $0[0] == "cka" }
        #expect(Set(cka.map { $0[10] }).count > 1)
        #expect(cka.allSatisfy { $0[2] == "" })
    }

    @Test func aRowForEachModelPair() throws {
        let fixture = try SweepFixture()
        let lines = try lines(fixture, .model)
        #expect(lines.count == 1 + 4 * 9)
        let results = try ResultsReader(path: fixture.folder.file("results.hdf"))
        for id in results.metricIDs {
            let found = try results.scores(of: id)
            let rows = lines.filter { $0[0] == found.metric && $0[2] == found.k.map(String.init) ?? "" }
            #expect(rows.map { $0[9] } == found.scores.map { $0.isNaN ? "nan" : "\($0)" })
            #expect(rows.map { $0[4] } == found.bestXLayer.map { $0 < 0 ? "" : "\($0)" })
            #expect(rows.map { $0[8] } == found.bestYLayer.map { $0 < 0 ? "" : "layer \($0)" })
            #expect(rows.allSatisfy { $0[10] == "" })
        }
    }

    @Test func parametersOtherThanKArePartOfTheName() throws {
        let fixture = try SweepFixture(
            x: [0], y: [1],
            metrics: [
                Metric(kind: .svcca, .dimensions(10)), Metric(kind: .ckaRBF, .bandwidth(0.5)),
                Metric(kind: .mutualKNN, k: 3),
            ])
        let lines = try lines(fixture, .layer).dropFirst()
        #expect(Set(lines.map { $0[0] + "/" + $0[2] }) == ["svcca_d10/", "cka_rbf_b0.5/", "mutual_knn/3"])
        #expect(Set(lines.filter { $0[0] == "svcca_d10" }.map { $0[10] }) == ["nan"])
    }

    @Test func modelNamesThatAreFormulas() throws {
        let fixture = try SweepFixture(x: [0], y: [1]) { model, store in if model == 0 { store.model = "=HYPERLINK(1)" }
        }
        #expect(try lines(fixture, .model)[1][3] == "'=HYPERLINK(1)")
    }

    @Test func aFailingReaderStopsTheExport() throws {
        struct Full: Error {}
        let fixture = try SweepFixture()
        let results = try ResultsReader(path: try fixture.write())
        var pieces = 0
        #expect(throws: Full.self) {
            try CSVExport.write(ExportRows(results, level: .layer)) { _ in
                pieces += 1
                if pieces == 2 { throw Full() }
            }
        }
        #expect(pieces == 2)
    }
}
