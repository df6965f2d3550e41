import Foundation
import SweepTestSupport
import Testing

extension ProcessSuite {
    @Suite("Wrong requests", .serialized)
    struct BadRequestTests {
        /// What is wrong, and the words that must name it.
        struct Request: CustomTestStringConvertible {
            let testDescription: String
            /// Parts of the sentence: what and where.
            let words: [String]
            var advice = ""
            /// Writes the stores and returns the arguments of `sweep`.
            let arguments: @Sendable (TemporaryFolder) throws -> [String]

            init(
                _ description: String, _ words: [String], advice: String = "",
                _ arguments: @escaping @Sendable (TemporaryFolder) throws -> [String]
            ) {
                testDescription = description
                self.words = words
                self.advice = advice
                self.arguments = arguments
            }
        }

        static let requests: [Request] = [
            Request("no such file", ["no such file", "missing.h5"]) { ["--x", $0.file("missing.h5")] },
            Request("no match", ["no file matches", "*.h5"]) { ["--x", $0.file("*.h5")] },
            Request("not HDF5", ["the file is text", "a.h5"]) { folder in
                try Data("a,b,c\n1,2,3\n".utf8).write(to: URL(fileURLWithPath: folder.file("a.h5")))
                return ["--x", folder.file("a.h5")]
            },
            Request("truncated", ["truncated", "a.h5"]) { folder in
                try store("a").write(folder.file("a.h5"))
                let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.h5")))
                try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: folder.file("a.h5")))
                return ["--x", folder.file("a.h5")]
            },
            Request("no layers", ["no layers", "a.h5"]) { try written($0, store("a") { $0.layers = [] }) },
            Request("not a number", ["nan", "b.h5", "'deep'", "'sample 7'", "feature 1"]) { folder in
                try written(folder, store("a"), store("b") { spoil(&$0, row: 7, column: 1, with: .nan) })
            },
            Request("infinite float16", ["infinite", "65,504", "a.h5", "'sample 2'"], advice: "float32") { folder in
                try written(
                    folder,
                    store("a") {
                        var values = (0..<24).map { UInt16(0x3C00 + $0) }
                        values[4] = 0x7C00
                        $0.layers = [.init(name: "half", rows: 12, width: 2, values: .float16(values))]
                    })
            },
            Request("another number of rows", ["11 rows", "12", "a.h5", "/layers/0001"]) { folder in
                try written(
                    folder,
                    store("a") {
                        $0.layers.append(
                            .init(name: "short", rows: 11, width: 1, values: .float64(Array(repeating: 1, count: 11))))
                    })
            },
            Request("another number of samples", ["sample ids differ", "b.h5", "1 ('sample 12') extra"]) { folder in
                try written(folder, store("a"), StoreFixture(model: "b", samples: 13, widths: [2], seed: 1))
            },
            Request("other ids", ["sample ids differ", "1 ('sample 3') missing, 1 ('other') extra"]) { folder in
                try written(folder, store("a"), store("b") { $0.ids[3] = "other" })
            },
            Request("ids that occur twice", ["'sample 1' occurs twice, at 1 and 5", "a.h5"]) { folder in
                try written(folder, store("a") { $0.ids[5] = "sample 1" })
            },
            Request("other data sets", ["'wit'", "'fixture'", "b.h5"], advice: "--allow-dataset-mismatch") { folder in
                try written(folder, store("a"), store("b") { $0.dataset = "wit" })
            },
            Request("one name twice", ["'a' occurs twice", "a.h5", "b.h5"], advice: "--name-from file") { folder in
                try written(folder, store("a"), store("b") { $0.model = "a" })
            },
            Request("too many neighbours", ["k is 12", "12 samples"]) { try written($0, store("a")) + ["--k", "12"] },
            Request("no neighbours", ["'k' is 0", "--k"]) { try written($0, store("a")) + ["--k", "0"] },
            Request("an unknown metric", ["unknown metric 'mutual_nkn'", "--metric"], advice: "'mutual_knn'") {
                folder in
                try written(folder, store("a")) + ["--metric", "mutual_nkn"]
            },
            Request("a range that runs backwards", ["'k' is '5:3', which is no range"], advice: "FIRST:LAST") {
                folder in
                try written(folder, store("a")) + ["--k", "5:3"]
            },
            Request("a range beyond the samples", ["k is 99999999999, and there are"], advice: "below the number") {
                folder in
                try written(folder, store("a")) + ["--k", "1:99999999999"]
            },
            Request("a range from zero", ["'k' is 0", "--k"], advice: "at least 1") { folder in
                try written(folder, store("a")) + ["--k", "0:3"]
            },
            Request("no samples in common", ["0 samples in common", "samples: intersect"]) { folder in
                try written(folder, store("a"), store("b") { $0.ids = (0..<12).map { "other \($0)" } })
                    + ["--samples", "intersect"]
            },
            Request("groups that no store has", ["no store has any"], advice: "/samples/groups") { folder in
                try written(folder, store("a")) + ["--exclude-groups"]
            },
            Request("an unknown clip scope", ["'clip_scope' is 'sample'"], advice: "sample_mean") { folder in
                try written(folder, store("a")) + ["--clip-scope", "sample"]
            },
            Request("a bandwidth of zero", ["'bandwidth' is '0'"], advice: "above 0") { folder in
                try written(folder, store("a")) + ["--cka-rbf-bandwidth", "0"]
            },
            Request("an unknown key", ["unknown key 'metric'", "spec.yaml, line 3, column 1"], advice: "'metrics'") {
                folder in
                let stores = try written(folder, store("a"))
                return try specification(folder, "name: test\nx: [\(stores[1])]\nmetric: [cka]\n")
            },
            Request("a wrong type", ["'seed' is 'many'", "spec.yaml, line 2, column 7"]) { folder in
                try specification(folder, "x: [a.h5]\nseed: many\n")
            },
            Request("no YAML", ["not valid YAML", "spec.yaml, line"]) { folder in
                try specification(folder, "x: [a.h5]\ny: [b.h5\nk: 3\n")
            },
            Request("no specification", ["cannot be read", "spec.yaml"]) { [$0.file("spec.yaml")] },
            Request("no stores", ["no feature stores are named"], advice: "--x") { _ in [] },
            Request("a directory without stores", ["holds no feature stores", "empty"]) { folder in
                try FileManager.default.createDirectory(atPath: folder.file("empty"), withIntermediateDirectories: true)
                return ["--x", folder.file("empty")]
            },
            Request("a layer that is not there", ["layer 4 is asked for", "has 1 layer", "a.h5"]) { folder in
                try written(folder, store("a")) + ["--layers", "4"]
            },
            Request("an output without folder", ["does not exist", "nowhere/r.h5"]) { folder in
                try written(folder, store("a")) + ["--output", folder.file("nowhere/r.h5")]
            },
            Request("an output that is a directory", ["is a directory"]) { folder in
                try written(folder, store("a")) + ["--output", folder.path]
            },
            Request("an output that cannot be written", ["cannot be written", "/proc/r.h5"]) { folder in
                try written(folder, store("a")) + ["--output", "/proc/r.h5"]
            },
            Request("artifacts that cannot be kept", ["artifact directory", "/proc/artifacts"], advice: "--artifacts") {
                folder in
                try written(folder, store("a")) + ["--artifacts", "/proc/artifacts"]
            },
            Request("an unknown flag", ["--metrics"]) { try written($0, store("a")) + ["--metrics", "cka"] },
            Request("no workers", ["--workers is 0"]) { try written($0, store("a")) + ["--workers", "0"] },
        ]

        @Test(arguments: requests)
        func itIsRefusedInOneSentence(_ request: Request) throws {
            let folder = try TemporaryFolder()
            var arguments = try request.arguments(folder)
            if !arguments.contains("--output") { arguments += ["--output", folder.file("results.h5")] }
            if !arguments.contains("--artifacts") { arguments += ["--artifacts", folder.file("artifacts")] }
            let outcome = try PlatonicProgram.run(["sweep"] + arguments + ["--quiet"], in: folder)
            #expect(outcome.status == 2, "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
            let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 3 && lines[2].isEmpty, "a sentence and what to do: \(outcome.errors)")
            #expect(
                lines[0].hasPrefix("platonic: ") && lines[0].hasSuffix(")") && lines[1].hasPrefix("  "),
                "\(outcome.errors)")
            for word in request.words { #expect(lines[0].contains(word), "\(lines[0])") }
            #expect(request.advice.isEmpty || lines[1].contains(request.advice), "\(lines[1])")
            #expect(!FileManager.default.fileExists(atPath: folder.file("results.h5")))
        }

        /// Whether their values are bad or their layout is; nothing of no use is left behind.
        @Test(arguments: [false, true]) func everyBadStoreIsNamed(_ areDamaged: Bool) throws {
            let folder = try TemporaryFolder()
            for (position, name) in ["a.h5", "b.h5", "c.h5", "d.h5"].enumerated() {
                let isBad = position % 2 == 1
                try Self.store("model \(position)") { store in
                    if isBad, areDamaged { store.layers = [] }
                    if isBad, !areDamaged { Self.spoil(&store, row: position, column: 1, with: .nan) }
                }.write(folder.file(name))
            }
            let arguments = [
                "sweep", "--x", folder.file("*.h5"), "--k", "3", "--output", folder.file("results.out"),
                "--artifacts", folder.file("artifacts"),
            ]
            let outcome = try PlatonicProgram.run(arguments, in: folder)
            #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.errors)")
            let sentences = outcome.errors.split(separator: "\n").filter {
                $0.hasPrefix("platonic: ") && $0.contains(areDamaged ? "no layers" : "nan")
            }
            #expect(sentences.count == 2, "\(outcome.errors)")
            for (sentence, name) in zip(sentences, ["b.h5", "d.h5"]) { #expect(sentence.contains(name)) }
            for left in ["results.out", "results.out.state"] {
                #expect(!FileManager.default.fileExists(atPath: folder.file(left)), "\(left)")
            }
            // Mended, the same command does it.
            for (position, name) in [(1, "b.h5"), (3, "d.h5")] {
                try FileManager.default.removeItem(atPath: folder.file(name))
                try Self.store("model \(position)").write(folder.file(name))
            }
            let mended = try PlatonicProgram.run(arguments, in: folder)
            #expect(mended.status == 0, "\(mended.errors)")
        }

        @Test func allZeroRowsAreAllowedWithAWarning() throws {
            let folder = try TemporaryFolder()
            let arguments = try Self.written(
                folder,
                Self.store("a") { store in for column in 0..<3 { Self.spoil(&store, row: 4, column: column, with: 0) } }
            )
            let outcome = try PlatonicProgram.run(
                ["sweep"] + arguments + [
                    "--k", "3", "--output", folder.file("results.h5"), "--artifacts", folder.file("artifacts"),
                ],
                in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let warnings = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("platonic: warning: ") }
            #expect(
                warnings.contains { $0.contains("all-zero rows") && $0.contains("'sample 4'") }, "\(outcome.errors)")
            #expect(FileManager.default.fileExists(atPath: folder.file("results.h5")))
        }

        // MARK: Stores

        private static func store(_ model: String, _ change: (inout StoreFixture) -> Void = { _ in }) -> StoreFixture {
            var store = StoreFixture(model: model, samples: 12, widths: [3], seed: UInt64(model.utf8.count))
            store.layers[0].name = "deep"
            change(&store)
            return store
        }

        private static func spoil(_ store: inout StoreFixture, row: Int, column: Int, with value: Float) {
            guard case .float32(var values) = store.layers[0].values else { return }
            values[row * store.layers[0].width + column] = value
            store.layers[0].values = .float32(values)
        }

        /// Writes the stores as a.h5, b.h5 … and returns the arguments that name them.
        private static func written(_ folder: TemporaryFolder, _ stores: StoreFixture...) throws -> [String] {
            let paths = zip(["a.h5", "b.h5"], stores).map { (folder.file($0), $1) }
            for (path, store) in paths { try store.write(path) }
            return ["--x"] + paths.map(\.0)
        }

        private static func specification(_ folder: TemporaryFolder, _ yaml: String) throws -> [String] {
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: folder.file("spec.yaml")))
            return [folder.file("spec.yaml")]
        }
    }
}
