import Testing

@testable import SweepModel

struct NearestNameTests {
    private let metrics = MetricKind.allCases.map(\.rawValue)

    @Test(arguments: [
        ("mutual_knn", "mutual_knn"), ("mutual_nn", "mutual_knn"), ("CKA", "cka"), ("ckaa", "cka"),
        ("unbiased-cka", "unbiased_cka"),
        ("distance_corelation", "distance_correlation"), ("Procrutes", "procrustes"),
    ])
    func near(_ name: String, _ meant: String) { #expect(nearestName(to: name, among: metrics) == meant) }

    @Test(arguments: ["xyzzyxyzzyxyzzy", "0123456789abcdefghi"])
    func far(_ name: String) { #expect(nearestName(to: name, among: metrics) == nil) }

    @Test func emptyTexts() {
        #expect(nearestName(to: "a", among: []) == nil)
        #expect(nearestName(to: "", among: ["abcdefgh"]) == nil)
        #expect(nearestName(to: "a", among: ["", "abcdefgh"]) == "")
    }

    @Test func theFirstOfEquallyNearNames() { #expect(nearestName(to: "lear", among: ["bear", "leap"]) == "bear") }
}
