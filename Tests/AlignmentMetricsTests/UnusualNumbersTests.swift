import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import AlignmentMetrics

/// Honest data that is unusual: a few rows far larger than the rest, nearly equal rows, extreme units.
struct UnusualNumbersTests {
    private static let kernelKinds: [ArtifactKind] = [.gram, .ranks, .distances, .rbf(bandwidth: 1)]
    private static let kinds = Set(kernelKinds + [.neighbours, .basis, .features])
    private static let n = 40

    /// Layers with `count` rows of about `size` among ordinary ones.
    private func outliers(_ count: Int, _ size: Double, seed: UInt64, width: Int = 9) -> [[Double]] {
        normals(Self.n, width, seed: seed).enumerated().map { i, row in
            i % 13 < count && i < 13 ? row.map { $0 * size } : row
        }
    }

    private func made(_ rows: [[Double]], _ normalization: SweepSpec.Normalization = .none) -> LayerArtifacts {
        artifacts(rows, normalization: normalization, kinds: Self.kinds, k: 5, dimensions: 4)
    }

    /// Every score of two layers.
    private func scores(_ a: LayerArtifacts, _ b: LayerArtifacts) throws -> [String: Double] {
        var found: [String: Double] = [:]
        for kind in Self.kernelKinds {
            let both = try alignment([a], [b], of: kind, sampleCount: Self.n)
            found[kind.name] = both.cka[0]
            if kind == .gram { found["unbiased"] = both.unbiasedCKA[0] }
        }
        found["svcca"] = try SubspaceAlignment.scores(
            rows: [a.basis], columns: [b.basis], dimensions: [4], sampleCount: Self.n)[0][0]
        var procrustes = ProcrustesAlignment()
        found["procrustes"] = try procrustes.score(try #require(a.features), try #require(b.features))
        let lists = [LayerNeighbours(try #require(a.neighbours)), LayerNeighbours(try #require(b.neighbours))]
        for kind in MetricKind.allCases where kind.isNeighbourMetric {
            for variant in kind == .cknna ? [Variant.exact, .paper] : [.exact] {
                found["\(kind.rawValue) \(variant)"] =
                    NeighbourScores.scores(kind, rows: [lists[0]], columns: [lists[1]], ks: [5], variant: variant)[0][0]
            }
        }
        return found
    }

    /// Scores do not depend on units: powers of two change no bit of any of them, as far as values stay normal.
    @Test(arguments: [-900, -520, -230, -70, 3, 76, 300, 511, 900], [SweepSpec.Normalization.l2, .none])
    func scoresDoNotDependOnTheUnit(_ exponent: Int, _ normalization: SweepSpec.Normalization) throws {
        for rows in [outliers(0, 1, seed: 1), outliers(2, 1e6, seed: 2)] {
            let partner = made(blend(rows, normals(Self.n, 9, seed: 3), 0.5), normalization)
            let expected = try scores(made(rows, normalization), partner)
            let factor = Double(sign: .plus, exponent: exponent, significand: 1)
            let scaled = made(rows.map { $0.map { $0 * factor } }, normalization)
            let found = try scores(scaled, partner)
            for (name, score) in expected {
                #expect(found[name]?.bitPattern == score.bitPattern, "\(name): \(found[name] ?? .nan) \(score)")
            }
            let backward = try scores(partner, scaled)
            for (name, score) in try scores(partner, made(rows, normalization)) {
                #expect(backward[name]?.bitPattern == score.bitPattern, "\(name)")
            }
        }
    }

    /// Subnormal values lose nothing but the digits that they do not have.
    @Test func subnormalLayersAreLikeOthers() throws {
        let whole = normals(Self.n, 9, seed: 4).map { $0.map { ($0 * 1e6).rounded() } }
        for normalization in [SweepSpec.Normalization.l2, .none] {
            let expected = try scores(made(whole, normalization), made(whole, normalization))
            let tiny = whole.map { $0.map { $0 * Double.leastNonzeroMagnitude } }
            let found = try scores(made(tiny, normalization), made(whole, normalization))
            for (name, score) in expected { #expect(found[name]?.bitPattern == score.bitPattern, "\(name)") }
        }
        for (precision, unit) in [(Precision.float16, 0x1p-24), (.float32, 0x1p-149)] {
            let values = normals(Self.n, 9, seed: 5).map { $0.map { ($0 * 100).rounded() } }
            let (small, large) = (
                artifacts(values.map { $0.map { $0 * unit } }, precision), artifacts(values, precision)
            )
            #expect(small.gram == large.gram)
        }
    }

    /// Rows are divided by their norms whatever the magnitude of each.
    @Test func everyRowIsNormalisedInItsOwnUnit() throws {
        let rows = normals(Self.n, 9, seed: 6)
        let units = [1e-300, 1e-165, 1e-20, 1, 1e20, 1e155, 1e300]
        let scaled = rows.enumerated().map { i, row in row.map { $0 * units[i % units.count] } }
        let (found, expected) = (
            try scores(made(scaled, .l2), made(rows, .l2)), try scores(made(rows, .l2), made(rows, .l2))
        )
        for (name, score) in expected {
            let difference = abs((found[name] ?? .nan) - score)
            #expect(difference < 1e-6, "\(name): \(found[name] ?? .nan) \(score)")
        }
        let layer = PreparedLayer(Precision.float64.stored(scaled), threshold: .infinity, normalization: .l2)
        #expect(layer.rowNorms.allSatisfy { $0 == 1 })
    }

    @Test func theReferenceOffsetIsThatOfTheStoredUnit() throws {
        let rows = normals(Self.n, 9, seed: 7)
        func cknna(_ exponent: Int) throws -> Double {
            let layer = LayerNeighbours(
                try #require(
                    made(rows.map { $0.map { $0 * Double(sign: .plus, exponent: exponent, significand: 1) } })
                        .neighbours))
            return NeighbourScores.scores(.cknna, rows: [layer], columns: [layer], ks: [5], variant: .reference)[0][0]
        }
        #expect(try cknna(0) > 0.9)
        #expect(try cknna(-300) == 0)
        #expect(abs(try cknna(300) - 1) < 1e-12)
    }

    /// What the plain definitions give in float64, which is good enough for outliers of these sizes.
    @Test(arguments: [(1, 1e3), (2, 1e3), (5, 1e3), (1, 1e6), (2, 1e5)])
    func outliersHaveTheScoresOfTheDefinitions(_ count: Int, _ size: Double) throws {
        let a = outliers(count, size, seed: 8)
        for b in [
            normals(Self.n, 9, seed: 9), blend(a, outliers(count, size, seed: 10), 0.5),
            blend(a, normals(Self.n, 9, seed: 9), 0.5),
        ] {
            let found = try scores(made(a), made(b))
            let expected = [
                "gram": PlainMetrics.cka(a, b), "unbiased": PlainMetrics.uCentredCKA(a, b),
                "distances": PlainMetrics.distanceCorrelation(a, b),
                "ranks": PlainMetrics.correlation(ranks(a), ranks(b)),
            ]
            for (name, score) in expected {
                let value = try #require(found[name])
                #expect(abs(value - score) < 1e-6, "\(name) with \(count) of \(size): \(value) \(score)")
            }
        }
    }

    /// Ranks of the similarities as they are.
    private func ranks(_ rows: [[Double]]) -> [Double] {
        let similarities = PlainMetrics.upperTriangle(PlainMetrics.gram(rows))
        return PlainMetrics.averageRanks(similarities, tolerances: similarities.map { _ in 0 })
    }

    /// Ranks are those of the similarities themselves, which the mean of the rows would drown.
    @Test(arguments: [1e3, 1e6, 1e9, 1e12])
    func aLargeRowChangesNoRankOfTheOthers(_ size: Double) throws {
        let rows = outliers(1, size, seed: 11)
        let ranks = ranks(rows)
        let middle = Double(ranks.count + 1) / 2
        let kernel = try #require(made(rows).kernels[.ranks])
        let found = kernel.packed.map { Double($0) * middle }
        for (rank, value) in zip(ranks, found) { #expect(abs(rank - middle - value) < 0.01 * middle) }
        #expect(abs(PlainMetrics.correlation(ranks, found) - 1) < 1e-9)
    }

    /// Rows that differ little beside what they have in common are not the same.
    @Test func nearlyEqualRowsAreNotConstant() throws {
        // A column that is the same everywhere, however large, says nothing of the others.
        let rows = normals(Self.n, 8, seed: 12)
        let biased = rows.map { $0 + [1e14] }
        let (found, plain) = (made(biased), made(rows.map { $0 + [0] }))
        #expect(!found.isConstant)
        for kind in [ArtifactKind.gram, .distances, .rbf(bandwidth: 1)] {
            let score = try alignment([found], [plain], of: kind, sampleCount: Self.n).cka[0]
            #expect(abs(score - 1) < 1e-6, "\(kind.name)")
        }
        #expect(made(rows.map { _ in biased[0] }).isConstant)
        // Multiples of one row are the same once normalised, up to rounding.
        #expect(made((1...Self.n).map { i in rows[0].map { $0 * Double(i) / 7 } }, .l2).isConstant)
        let close = rows.map { $0.map { 1 + 1e-9 * $0 } }
        #expect(!made(close).isConstant)
        let distances = try alignment([made(close)], [plain], of: .distances, sampleCount: Self.n).cka[0]
        #expect(abs(distances - 1) < 1e-5)
    }

    /// Ordinary layers stay in float32, those with rows that drown the others do not, and say so.
    @Test func onlyKernelsThatNeedItAreInFloat64() throws {
        for (n, d) in [(40, 9), (120, 300), (190, 64), (600, 100)] {
            for normalization in [SweepSpec.Normalization.l2, .none] {
                let found = artifacts(
                    normals(n, d, seed: 13), normalization: normalization, kinds: Set(Self.kernelKinds))
                for kind in Self.kernelKinds {
                    #expect(found.kernels[kind]?.entries == .float32, "\(kind.name) \(n) x \(d)")
                }
            }
        }
        let large = made(outliers(1, 1e5, seed: 14))
        #expect(large.kernels[.gram]?.entries == .uCentred)
        #expect(large.kernels[.gram]?.packed.isEmpty == true)
        // By its factor too, while its entries are not too many.
        let rows = normals(200, 2, seed: 15).enumerated().map { i, row in i == 3 ? row.map { $0 * 1e5 } : row }
        let factored = try LayerArtifacts(
            of: [LayerPart(Precision.float64.stored(rows), threshold: .infinity)], normalization: .none,
            request: ArtifactRequest([.gram], linearForm: .factor))
        #expect(factored.factoredKernel == nil && factored.gram?.entries == .uCentred)
        let other = normals(200, 2, seed: 16)
        let ordinary = try LayerArtifacts(
            of: [LayerPart(Precision.float64.stored(other), threshold: .infinity)], normalization: .none,
            request: ArtifactRequest([.gram], linearForm: .factor))
        let partner = try #require(ordinary.factoredKernel)
        let found = try KernelAlignment(
            rows: KernelPanel([factored.gram], sampleCount: 200, resident: true),
            columns: KernelPanel([partner], sampleCount: 200, resident: true), sampleCount: 200)
        #expect(abs(found.cka[0] - PlainMetrics.cka(rows, other)) < 1e-6)
        #expect(abs(found.unbiasedCKA[0] - PlainMetrics.uCentredCKA(rows, other)) < 1e-6)
    }

    /// A pair with a kernel in float64 has its bits whatever else is in the panels, however they are read, and either way round.
    @Test func wideKernelsKeepTheirBits() throws {
        let layers = [outliers(2, 1e4, seed: 17), normals(Self.n, 9, seed: 18), outliers(1, 1e6, seed: 19)].map {
            made($0).gram
        }
        func panel(_ sources: [PackedKernel?], _ resident: Bool = true) throws -> KernelPanel {
            let names = sources.map { source in source.flatMap { layers.firstIndex(of: $0) }.map { "\($0)" } }
            return try KernelPanel(sources, sampleCount: Self.n, resident: resident, names: names)
        }
        func bits(_ rows: KernelPanel, _ columns: KernelPanel) throws -> [[UInt64]] {
            let found = try KernelAlignment(rows: rows, columns: columns, sampleCount: Self.n)
            return [found.cka, found.unbiasedCKA].map { $0.map(\.bitPattern) }
        }
        let whole = try panel(layers)
        let together = try bits(whole, whole)
        #expect(together[0].allSatisfy { Double(bitPattern: $0).isFinite })
        #expect(try bits(panel(layers), panel(layers, false)) == together)
        for r in layers.indices {
            for c in layers.indices {
                let alone = try bits(panel([layers[r]]), panel([nil, layers[c]]))
                for (one, all) in zip(alone, together) {
                    #expect(one[1] == all[r * 3 + c] && all[r * 3 + c] == all[c * 3 + r])
                    #expect(Double(bitPattern: one[0]).isNaN)
                }
            }
        }
    }

    // MARK: Similarities that are much alike

    /// With all samples as neighbours cknna is unbiased_cka, which no offset changes: what similarities have in common is a million times
    /// what they differ by.
    @Test(arguments: [0, 1e2, 1e3, 1e4])
    func commonNeighboursAreScoredFarFromZero(_ offset: Double) throws {
        let (x, y) = (normals(Self.n, 16, seed: 20), normals(Self.n, 16, seed: 21).map { $0.map(\.magnitude) })
        func layer(_ rows: [[Double]]) throws -> LayerNeighbours {
            let shifted = rows.map { $0.map { $0 + offset } }
            return LayerNeighbours(
                try #require(artifacts(shifted, normalization: .none, kinds: [.neighbours], k: Self.n - 1).neighbours))
        }
        let layers = [try layer(x), try layer(y)]
        let found = NeighbourScores.scores(.cknna, rows: layers, columns: layers, ks: [Self.n - 1], variant: .exact)[0]
        let expected = PlainMetrics.uCentredCKA(x, y)
        #expect(found[0] == 1 && found[3] == 1)
        #expect(abs(found[1] - expected) < 1e-6 && abs(found[2] - expected) < 1e-6, "\(found) \(expected)")
    }

    /// Fewer neighbours than that leave something of the offset, which is no reason for anything to cancel.
    @Test(arguments: [3, 30, 38])
    func carefulSumsAreTheSameSums(_ k: Int) throws {
        let layers = try [UInt64(22), 23].map { seed in
            let rows = normals(Self.n, 6, seed: seed).map { $0.map { $0 + 3 } }
            return LayerNeighbours(
                try #require(artifacts(rows, normalization: .none, kinds: [.neighbours], k: k).neighbours))
        }
        let pairs = EnteringPairs(sampleCount: Self.n, longest: k, centred: false)
        _ = LayerEntries.with(layers[0]) { a in LayerEntries.with(layers[1]) { b in pairs.collect(a, b) } }
        let careful = PreciseMaskedSums(sampleCount: Self.n).terms(pairs, ks: [1, k])[1]
        let found = NeighbourScores.scores(.cknna, rows: layers, columns: layers, ks: [k], variant: .exact)[0]
        let own = layers.map { layer in
            _ = LayerEntries.with(layer) { a in LayerEntries.with(layer) { b in pairs.collect(a, b) } }
            return PreciseMaskedSums(sampleCount: Self.n).terms(pairs, ks: [k])[0].term
        }
        #expect(abs(careful.term / (own[0] * own[1]).squareRoot() - found[1]) < 1e-9)
        #expect(careful.error < 1e-9 * (own[0] * own[1]).squareRoot())
    }

    /// Similarities that hold nothing but their rounding have no score.
    @Test func similaritiesThatAreRoundingHaveNoScore() throws {
        let rows = normals(Self.n, 16, seed: 24).map { $0.map { $0 + 1e8 } }
        let other = normals(Self.n, 16, seed: 25)
        let layers = try [rows, other].map {
            LayerNeighbours(
                try #require(artifacts($0, normalization: .none, kinds: [.neighbours], k: Self.n - 1).neighbours))
        }
        for variant in [Variant.exact, .paper] {
            let found = NeighbourScores.scores(
                .cknna, rows: layers, columns: layers, ks: [Self.n - 1], variant: variant)
            #expect(found[0].map(\.isNaN) == [true, true, true, false], "\(variant)")
        }
    }

    // MARK: Rows of extreme size

    /// One row as large as that leaves a layer whose kernel is all its own, and scores are still numbers.
    @Test(arguments: [1e80, 1e100, 1e140, 1e155, 1e200])
    func selfTermsMayBeExtreme(_ size: Double) throws {
        var rows = normals(Self.n, 9, seed: 26)
        rows[3] = rows[3].map { $0 * size }
        let other = normals(Self.n, 9, seed: 27)
        let found = try scores(made(rows), made(other))
        let own = try scores(made(rows), made(rows))
        // Of the distances to it nothing is left that would be known.
        for (name, score) in found { #expect(score.isFinite != (name == "distances"), "\(name): \(score)") }
        for name in ["gram", "unbiased", "ranks", "cknna exact"] {
            #expect(own[name].map { abs($0 - 1) < 1e-6 } == true, "\(name): \(own[name] ?? .nan)")
        }
        // In a unit in which squares of both kinds of products are numbers; the row's own product plays no part.
        let root = 1 / size.squareRoot()
        let scaled = rows.map { $0.map { $0 * root } }
        #expect(abs(try #require(found["unbiased"]) - PlainMetrics.uCentredCKA(scaled, other)) < 1e-6)
    }

    /// The other rows have their neighbours, their ranks and their distances.
    @Test(arguments: [1e155, 1e160, 1e200, 1e250])
    func aRowWhoseSquareIsNoNumberChangesNothingOfTheOthers(_ size: Double) throws {
        var rows = normals(Self.n, 9, seed: 28)
        rows[7] = rows[7].map { $0 * size }
        let other = normals(Self.n, 9, seed: 29)
        let layer = made(rows)
        let lists = try #require(layer.neighbours)
        #expect(lists.indices.map { Int($0) } == PlainMetrics.neighbours(rows, k: 5).flatMap(\.self))
        #expect(lists.tiedRows.allSatisfy { $0 == 0 })
        let found = try scores(layer, made(other))
        #expect(found["mutual_knn exact"] == PlainMetrics.mutualKNN(rows, other, k: 5))
        #expect(abs(try #require(found["rbf_b1"]) - PlainMetrics.ckaRBF(rows, other)) < 1e-6)
        #expect(abs(try #require(found["ranks"]) - PlainMetrics.correlation(ranks(rows), ranks(other))) < 1e-6)
    }

    /// Most rows decide on the unit, so that no product of theirs, nor one with a small row, is too small.
    @Test func theUnitIsThatOfMostRows() {
        #expect(RowUnits.missing([0, 2, 5, -900]) == nil)
        #expect(RowUnits.missing([300, 301, 299]) == -301)
        #expect(RowUnits.missing([-300, -301]) == 300)
        #expect(RowUnits.missing([0, 1, 1, 515]) == 240 - 515)
        #expect(RowUnits.missing([0, 1, 1, 1000]) == 480 - 1000)
        #expect(RowUnits.missing([-548, 0, 0, 0, 515]) == 515 - 500 + 274 - 515)
        #expect(RowUnits.missing([]) == nil)
    }

    // MARK: What float32 does

    /// Two rows that are nearly all of a kernel: their one product decides what rounding does.
    @Test(arguments: 0..<12)
    func twoRowsThatDecideEverything(_ seed: UInt64) throws {
        var rows = normals(Self.n, 16, seed: 40 + seed)
        for i in 0..<2 { rows[i] = rows[i].map { $0 * 1e6 } }
        var turned = rows.map { Array($0.reversed()) }
        turned[5] = turned[5].map { $0 + 0.25 }
        let found = try scores(made(rows), made(turned))
        #expect(abs(try #require(found["unbiased"]) - PlainMetrics.uCentredCKA(rows, turned)) < 1e-6)
        #expect(abs(try #require(found["gram"]) - PlainMetrics.cka(rows, turned)) < 1e-6)
        #expect(
            abs(try #require(found["distances"]) - PlainMetrics.distanceCorrelation(rows, turned)) < 1e-6)
    }

    /// The very same kernel is one, whatever float32 makes of the sums; `names` tell.
    @Test func theSameKernelScoresOne() throws {
        let layers = (0..<4).map { made(normals(Self.n, 9, seed: 60 + $0)).kernels }
        for kind in Self.kernelKinds {
            let sources = layers.map { $0[kind] }
            let names = ["a", "b", "c", "d"]
            let rows = try KernelPanel(sources, sampleCount: Self.n, resident: true, names: names)
            let columns = try KernelPanel(
                sources.reversed(), sampleCount: Self.n, resident: true, names: names.reversed())
            let found = try KernelAlignment(rows: rows, columns: columns, sampleCount: Self.n)
            for position in 0..<4 {
                let cell = position * 4 + 3 - position
                #expect(found.cka[cell] == 1)
                if kind == .gram { #expect(found.unbiasedCKA[cell] == 1) }
            }
        }
    }

    /// Of more samples than float64 has room for by entries, a kernel that is kept by its factor has that in float64.
    @Test func narrowLayersOfManySamplesAreInFloat64ByTheirFactor() throws {
        let n = 4_200
        var rows = normals(n, 3, seed: 30)
        for i in [17, 90] { rows[i] = rows[i].map { $0 * 1e4 } }
        let others = [normals(n, 3, seed: 31), blend(rows, normals(n, 3, seed: 32), 0.5)]
        func source(_ rows: [[Double]], _ form: LinearKernelForm) throws -> any PackedKernelSource {
            let made = try LayerArtifacts(
                of: [LayerPart(Precision.float64.stored(rows), threshold: .infinity)], normalization: .none,
                request: ArtifactRequest([.gram], linearForm: form))
            return try #require(made.factoredKernel ?? made.gram)
        }
        let kernel = try source(rows, .factor)
        #expect(kernel.factor?.isWide == true && kernel.entries == .float64)
        for (other, form) in zip(others + [others[0]], [LinearKernelForm.factor, .factor, .entries]) {
            let partner = try source(other, form)
            func scores(_ rows: any PackedKernelSource, _ columns: any PackedKernelSource) throws -> (Double, Double) {
                let found = try KernelAlignment(
                    rows: KernelPanel([rows], sampleCount: n, resident: true),
                    columns: KernelPanel([columns], sampleCount: n, resident: true, residentFactors: true),
                    sampleCount: n)
                return (found.cka[0], found.unbiasedCKA[0])
            }
            let expected = uCentredCKA(rows, other)
            for found in [try scores(kernel, partner), try scores(partner, kernel)] {
                #expect(abs(found.1 - expected) < 1e-6, "\(form): \(found.1) \(expected)")
                #expect(abs(found.0 - PlainMetrics.featureSpaceCKA(rows, other)) < 1e-6)
            }
        }
        let itself = try KernelPanel([kernel], sampleCount: n, resident: true)
        #expect(try KernelAlignment(rows: itself, columns: itself, sampleCount: n).unbiasedCKA[0] == 1)
    }

    /// By U-centred Gram matrices, an entry at a time.
    private func uCentredCKA(_ a: [[Double]], _ b: [[Double]]) -> Double {
        let n = a.count
        func forEachPair(_ body: (Int, Int, Double, Double) -> Void) {
            func dot(_ x: [Double], _ y: [Double]) -> Double { x[0] * y[0] + x[1] * y[1] + x[2] * y[2] }
            for i in 0..<n { for j in (i + 1)..<max(n, i + 1) { body(i, j, dot(a[i], a[j]), dot(b[i], b[j])) } }
        }
        var (k, l) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
        forEachPair { i, j, x, y in
            k[i] += x
            k[j] += x
            l[i] += y
            l[j] += y
        }
        let size = Double(n)
        let grand = [k, l].map { $0.reduce(0, +) / ((size - 1) * (size - 2)) }
        var sums = [0.0, 0, 0]
        forEachPair { i, j, x, y in
            let u = x - (k[i] + k[j]) / (size - 2) + grand[0]
            let v = y - (l[i] + l[j]) / (size - 2) + grand[1]
            sums[0] += u * v
            sums[1] += u * u
            sums[2] += v * v
        }
        return sums[0] / (sums[1].squareRoot() * sums[2].squareRoot())
    }

    // MARK: Ranks and distances

    /// Ties are those of each pair's own rounding, whatever the rest of the layer is.
    @Test func ranksAreThoseOfTheSimilaritiesThemselves() throws {
        let other = normals(Self.n, 9, seed: 33)
        let positive = normals(Self.n, 9, seed: 34).map { $0.map(\.magnitude) }
        let few = positive.enumerated().map { i, row in i < 10 ? row.map { $0 * 1e6 } : row }
        let tiny = positive.enumerated().map { i, row in i % 10 == 1 ? row.map { $0 * 1e-15 } : row }
        let huge = positive.enumerated().map { i, row in i % 20 == 1 ? row.map { $0 * 1e8 } : row }
        for rows in [few, tiny, huge] {
            let found = try scores(made(rows), made(other))
            let expected = PlainMetrics.correlation(ranks(rows), ranks(other))
            #expect(abs(try #require(found["ranks"]) - expected) < 1e-6)
        }
    }

    /// What centring leaves of distances is known as long as the largest of them are.
    @Test(arguments: [1e6, 1e8, 1e9, 1e10])
    func distancesToALargeRowAreCentred(_ size: Double) throws {
        var rows = normals(Self.n, 9, seed: 35)
        rows[0] = rows[0].map { $0 * size }
        let other = normals(Self.n, 9, seed: 36)
        let (x, y) = (
            PlainMetrics.uCentred(PlainMetrics.distances(rows)), PlainMetrics.uCentred(PlainMetrics.distances(other))
        )
        let expected = PlainMetrics.trace(x, y) / (PlainMetrics.trace(x, x) * PlainMetrics.trace(y, y)).squareRoot()
        let found = try scores(made(rows), made(other))
        #expect(abs(try #require(found["distances"]) - expected) < 1e-6, "\(found["distances"] ?? .nan) \(expected)")
    }

    @Test func distancesToARowThatIsTooLargeAreNot() throws {
        var rows = normals(Self.n, 9, seed: 37)
        rows[0] = rows[0].map { $0 * 1e13 }
        #expect(try scores(made(rows), made(normals(Self.n, 9, seed: 38)))["distances"]?.isNaN == true)
    }

    /// Kernels as wide and as narrow as may be asked for: those of squared distances, and of nothing but themselves.
    @Test(arguments: [1e-100, 1e100])
    func bandwidthsMayBeExtreme(_ bandwidth: Double) throws {
        let kind = ArtifactKind.rbf(bandwidth: bandwidth)
        let layers = [UInt64(39), 40].map {
            artifacts(normals(Self.n, 9, seed: $0), normalization: .none, kinds: [kind])
        }
        let found = try alignment([layers[0]], [layers[1]], of: kind, sampleCount: Self.n).cka[0]
        let plain = [UInt64(39), 40].map { seed in
            PlainMetrics.doublyCentred(
                PlainMetrics.distances(normals(Self.n, 9, seed: seed)).map { $0.map { $0 * $0 } })
        }
        let squares =
            PlainMetrics.trace(plain[0], plain[1])
            / (PlainMetrics.trace(plain[0], plain[0]) * PlainMetrics.trace(plain[1], plain[1])).squareRoot()
        #expect(abs(found - (bandwidth > 1 ? squares : 1)) < 1e-6)
    }
}
