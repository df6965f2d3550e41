import SweepModel
import Testing

@testable import FeatureStore

/// Which of a bucket's objects a prefix or a pattern stands for.
struct ObjectChoiceTests {
    private static let keys = [
        "p/a.h5", "p/b.h5", "p/q/c.h5", "p/q/", "p/d.hdf", "p/notes.txt", "p/.x/e.h5", "p/._a.h5", "p/v[1].h5",
        "p/v1.h5",
    ]

    private func choose(_ written: String) -> (found: [String], passedOver: [String]) {
        let (found, passedOver) = RemoteStore.choose(Self.keys, written, "bucket")
        return (found.map { String($0.path.dropFirst("s3://bucket/".count)) }, passedOver.sentences())
    }

    @Test(arguments: [
        ("p/", ["p/a.h5", "p/b.h5", "p/q/c.h5", "p/v[1].h5", "p/v1.h5"]),
        ("p/*.h5", ["p/a.h5", "p/b.h5", "p/v[1].h5", "p/v1.h5"]),
        ("p/[b-d]*", ["p/b.h5", "p/d.hdf"]), ("*/q/?.h5", ["p/q/c.h5"]), ("**/c.h5", ["p/q/c.h5"]),
        ("p/**", ["p/a.h5", "p/b.h5", "p/q/c.h5", "p/v[1].h5", "p/v1.h5"]), ("p/**/[ab].h5", ["p/a.h5", "p/b.h5"]),
        ("p/v[1].h5", ["p/v[1].h5"]), ("p/.x/", ["p/.x/e.h5"]), ("none/", []),
    ]) func chosen(_ written: String, _ keys: [String]) {
        #expect(choose(written).found == keys)
    }

    @Test func whatIsPassedOverIsNamed() {
        #expect(
            choose("p/").passedOver == [
                "passed over (names that do not end in .h5 are taken only where they are written out): s3://bucket/p/d.hdf",
                "passed over (names that begin with a dot are taken only where they are written out): "
                    + "s3://bucket/p/._a.h5, s3://bucket/p/.x/e.h5",
            ])
        #expect(choose("p/*.h5").passedOver.first?.hasSuffix(": s3://bucket/p/._a.h5") == true)
    }
}
