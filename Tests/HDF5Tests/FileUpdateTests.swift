import Testing

@testable import HDF5

struct FileUpdateTests {
    @Test func aGroupIsReplacedAndTheRestStays() throws {
        try withDirectory { directory in
            let path = directory.file("a.h5")
            let made = try HDF5File.create(path)
            let root = try made.root()
            for name in ["kept", "replaced"] {
                let group = try root.createGroup(name)
                try group.createDataset("data", shape: [2, 2], strings: ["a", "b", "c", name])
            }
            try made.close()
            let changed = try HDF5File.update(path)
            let again = try changed.root()
            try again.remove("replaced")
            let missing = failure { () throws(HDF5Error) in try again.remove("nothing") }
            #expect(missing != nil)
            let group = try again.createGroup("replaced")
            try group.createDataset("data", shape: [1], values: [7.0])
            try changed.close()
            let found = try HDF5File.open(path).root()
            let kept = try found.group("kept").dataset("data").readStrings(rank: 2)
            #expect(kept == ["a", "b", "c", "kept"])
            let replaced = try found.group("replaced").dataset("data").readDoubles()
            #expect(replaced == [7])
        }
    }

    @Test func onlyWhatIsThereCanBeUpdated() throws {
        try withDirectory { directory in
            let error = failure { () throws(HDF5Error) in _ = try HDF5File.update(directory.file("absent.h5")) }
            #expect(error?.code == .notFound)
        }
    }
}
