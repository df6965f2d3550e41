import FeatureStore
import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import Reporting

struct StoreInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inspection(_ name: String = "vit.h5", _ change: (inout StoreFixture) -> Void) throws -> StoreInspection
    {
        var fixture = StoreFixture(model: "vit", samples: 5, widths: [2, 6], seed: 1)
        change(&fixture)
        try fixture.write(folder.file(name))
        return try StoreInspection(StoreFindings(path: folder.file(name), values: true))
    }

    @Test func whatAPersonSees() throws {
        let text = try inspection { $0.scores = ["gsm8k": 0.5] }.text
        #expect(text.hasPrefix(folder.file("vit.h5") + "\n"))
        #expect(text.contains("model     vit (vision)\n"))
        #expect(text.contains("data set  fixture, n = 5\n"))
        #expect(text.contains("layers    2, width 2 to 6, float32, 'layer 0' to 'layer 1'\n"))
        #expect(text.contains("scores    gsm8k = 0.500\n"))
        #expect(!text.contains("warning"))
    }

    @Test func zeroRowsAreNamedOnceEach() throws {
        let found = try inspection { fixture in
            fixture.layers[0].values = .float32([0, 0, 1, 1, 1, 1, 1, 1, 0, 0])
            fixture.layers[1].values = .float32([Float](repeating: 0, count: 6) + [Float](repeating: 1, count: 24))
        }
        #expect(
            found.text.contains(
                "all-zero rows, which stay zero when normalised, in 2 samples: 'sample 0', 'sample 4'\n"))
        let json = try StoreInspection.json([found])
        #expect(json.contains("\"sample 4\""))
    }

    /// The quantile of a sparse model's magnitudes is 0, and clipping there leaves nothing.
    @Test func whereClippingWouldLeaveNothing() throws {
        func sparse(_ count: Int, _ values: (Int) -> StoreFixture.Values) throws -> StoreInspection {
            try inspection("\(count).h5") { fixture in
                fixture.layers[0].values = .float32([Float](repeating: 0, count: 10))
                fixture.layers[1].values = values(count)
            }
        }
        // Element 38 of 40 magnitudes is the threshold: with one that is not 0 it is 0, with two it is not.
        let found = try sparse(1) { count in .float32((0..<30).map { $0 < count ? 7 : -0.0 }) }
        #expect(
            found.text.contains("warning   clipping leaves nothing of the model") && found.text.contains("--clip none"))
        #expect(try StoreInspection.json([found]).contains("\"zeroShare\" : 0.975"))
        #expect(try !sparse(2) { count in .float32((0..<30).map { $0 < count ? 7 : 0 }) }.text.contains("clipping"))
    }

    @Test func networkAndGroupsWhereThereAreAny() throws {
        let bare = try inspection { _ in }
        #expect(!bare.text.contains("network") && !bare.text.contains("groups"))
        let path = folder.file("whole.h5")
        var fixture = StoreFixture(model: "vit", samples: 5, widths: [2], seed: 1)
        fixture.groups = [3, 3, 8, 8, 8]
        fixture.textAttributes = ["network": "ViT-B", "family": "vi\u{1B}t"]
        fixture.integerAttributes = ["parameters": 86_000_000]
        try fixture.write(path)
        let found = try StoreInspection(StoreFindings(path: path, values: true))
        #expect(found.text.contains("  network   ViT-B, family vi?t, 86,000,000 parameters\n"))
        #expect(found.text.contains("  groups    2 among the samples\n"))
        let json = try StoreInspection.json([found])
        #expect(json.contains("\"groups\" : 2") && json.contains("\"parameters\" : 86000000"))
    }

    @Test func hostileNamesAndHugeScores() throws {
        let text = try inspection { fixture in
            fixture.model = "m\u{1B}]0;title\u{7}"
            fixture.scores = ["s": 1e300]
        }.text
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.contains("m?]0;title?"))
    }

    @Test func scoresThatJSONCannotHold() throws {
        let found = try inspection { $0.scores = ["missing": .nan, "fine": 1] }
        let json = try StoreInspection.json([found])
        #expect(json.contains("\"fine\" : 1"))
    }

    @Test func badValuesAreRefused() throws {
        let complaint = #expect(throws: Complaint.self) {
            _ = try inspection { $0.layers[1].values = .float32([Float](repeating: .nan, count: 30)) }
        }
        #expect(complaint?.place.contains("/layers/0001 'layer 1', sample 'sample 0', feature 0") == true)
    }
}
