import Testing

@testable import SweepAnalysis

struct PairedFacetsTests {
    /// Vision models with captions by several networks; alignment is the network's own plus 0.1 for rich captions.
    private func facets(_ models: [(network: String, captions: String)]) throws -> FacetedAlignment {
        let names = models.indices.map { "l\($0)" } + ["v0", "v1"]
        let base = ["a": 0.2, "b": 0.5, "c": 0.7, "d": 0.9]
        let rows = names.indices.map { i in
            names.indices.map { j -> Double in
                guard (i < models.count) != (j < models.count) else { return 0 }
                let model = models[min(i, j)]
                return (base[model.network] ?? 0) + (model.captions == "rich" ? 0.1 : 0)
            }
        }
        let side = side(
            names,
            attributes: [
                "modality": models.map { _ in "language" } + ["vision", "vision"],
                "network": models.map(\.network) + ["v", "w"],
                "captions": models.map(\.captions) + ["", ""],
            ])
        let all = FacetedAlignment.all(ComparedSweep(scored(side, [scored("m", rows)])), attribute: "captions")
        return try #require(all.first { $0.subjects == .modality("language") })
    }

    @Test func theSameNetworksAreComparedWithEachOther() throws {
        // Rich captions were read by the weak networks: over all models they look worse.
        let section = try facets([
            ("a", "name"), ("a", "rich"), ("b", "name"), ("b", "rich"), ("d", "name"), ("d", "name"),
        ])
        #expect((section.facets[0].alignment.value?.mean ?? 0) > (section.facets[1].alignment.value?.mean ?? 1))
        let paired = try #require(section.paired)
        #expect(paired.networks == ["a", "b"] && paired.facets == [0, 1])
        #expect(abs((paired.differences[1].value?.mean ?? 0) - 0.1) < 1e-12 && paired.differences[0].value?.mean == 0)
        // Of two networks nothing is known of others.
        #expect(paired.differences[1].value?.interval.reason == "fewer than 3 models of different networks")
        #expect(abs((paired.means[0].value?.mean ?? 0) - 0.35) < 1e-12 && paired.means.map(\.n) == [2, 2])
    }

    /// Where a difference is x of the network less y of the reference model, its interval is that of Welch's test:
    /// `scipy.stats.ttest_ind(x, y, equal_var=False).confidence_interval()`.
    @Test func intervalsAreOverNetworksAndReferences() throws {
        let (x, y): ([Double], [Double]) = ([1, 4, 2, 8, 5, 7], [3, 9, 2.5, 1])
        // Each network with plain and with rich captions, then the reference models.
        let names = (0..<12).map { "l\($0)" } + (0..<4).map { "v\($0)" }
        let rows = names.indices.map { i in
            names.indices.map { j -> Double in
                guard (i < 12) != (j < 12) else { return 0 }
                let (model, reference) = (min(i, j), max(i, j) - 12)
                return 0.1 * Double(model / 2) + (model % 2 == 0 ? 0 : x[model / 2] - y[reference])
            }
        }
        let models = side(
            names,
            attributes: [
                "modality": names.map { $0.hasPrefix("l") ? "language" : "vision" },
                "network": names.indices.map { $0 < 12 ? "n\($0 / 2)" : "" },
                "captions": names.indices.map { $0 < 12 ? ["plain", "rich"][$0 % 2] : "" },
            ])
        let all = FacetedAlignment.all(ComparedSweep(scored(models, [scored("m", rows)])), attribute: "captions")
        let section = try #require(all.first { $0.subjects == .modality("language") })
        let difference = try #require(section.paired?.differences[1].value)
        let interval = try #require(difference.interval.value)
        #expect(close(difference.mean, 0.625) && close(interval.degreesOfFreedom, 5.382799130177439))
        #expect(close(interval.lower, -4.623070608088931) && close(interval.upper, 5.873070608088931))
        // One network's mean is over the reference models alone.
        let own = section.series[0].alignments[1].interval
        #expect(own.n == 4 && own.value?.degreesOfFreedom == 3)
    }

    @Test func valuesOfDifferentNetworksAreConfounded() throws {
        #expect(try facets([("a", "name"), ("b", "rich"), ("c", "name")]).paired == nil)
    }

    @Test func whereNoNetworkHasAllTheTwoThatMostHaveArePaired() throws {
        let paired = try #require(
            try facets([("a", "name"), ("a", "rich"), ("b", "name"), ("b", "rich"), ("c", "plain"), ("c", "rich")])
                .paired)
        #expect(paired.networks == ["a", "b"] && paired.facets == [0, 2])
    }
}
