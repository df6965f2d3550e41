import Testing

@testable import Reporting

struct ReportSlugTests {
    @Test(arguments: [
        ("mutual_knn_k10", "mutual_knn_k10"), ("DINOv2 (Small)", "dinov2-small"), ("../../x", "x"), ("", "unnamed"),
        ("日本", "unnamed"), ("cka_rbf_b0.5", "cka_rbf_b0.5"), ("a..b", "a-b"), (".hidden", "hidden"), ("a\u{0}b", "a-b"),
    ])
    func namesBecomeSafe(name: String, slug: String) { #expect(SlugRegistry.slug(name) == slug) }

    @Test func collisionsAreNumbered() {
        var slugs = SlugRegistry()
        #expect(slugs.unique(["a b", "c"]) == "a-b-c" && slugs.unique(["A", "B-C"]) == "a-b-c-2")
        #expect(slugs.unique(["a-b-c"]) == "a-b-c-3" && slugs.unique([String(repeating: "x", count: 300)]).count == 80)
    }
}
