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
        #expect(abs((paired.means[0].value?.mean ?? 0) - 0.35) < 1e-12 && paired.means.map(\.n) == [2, 2])
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
