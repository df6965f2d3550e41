import CHDF5
import Testing

@testable import HDF5

struct DimensionScalesTests {
    @Test func scalesAndLabelsAreFoundAgain() throws {
        try withDirectory { directory in
            let path = directory.file("a.h5")
            let created = try HDF5File.create(path)
            let root = try created.root()
            let models = try root.createDataset("x", shape: [2], strings: ["bert", "gpt"])
            try models.makeScale(named: "x")
            let steps = try root.createDataset("k", shape: [3], values: [Int32(1), 2, 3])
            try steps.makeScale(named: "k")
            for index in 0..<5 {
                let scores = try root.createDataset("scores\(index)", shape: [3, 2], values: [0.0, 1, 2, 3, 4, 5])
                try scores.attachScale(steps, toDimension: 0)
                try scores.attachScale(models, toDimension: 1)
            }
            try created.close()

            let group = try HDF5File.open(path).root()
            let scores = try group.dataset("scores4")
            let scaleK = try group.dataset("k")
            let scaleX = try group.dataset("x")
            Library.enter()
            defer { Library.leave() }
            #expect(H5DSis_attached(scores.reference.id, scaleK.reference.id, 0) > 0)
            #expect(H5DSis_attached(scores.reference.id, scaleX.reference.id, 1) > 0)
            #expect(H5DSis_attached(scores.reference.id, scaleX.reference.id, 0) == 0)
            var name = [CChar](repeating: 0, count: 16)
            H5DSget_scale_name(scaleX.reference.id, &name, name.count)
            #expect(name.prefix(2) == "x\0".utf8.map { CChar($0) }[...])
        }
    }

    @Test func whatCannotBeAScaleOrADimension() throws {
        try withDirectory { directory in
            let file = try HDF5File.create(directory.file("a.h5"))
            let root = try file.root()
            let scale = try root.createDataset("x", shape: [2], values: [1.0, 2])
            try scale.makeScale(named: "x")
            let scores = try root.createDataset("scores", shape: [2], values: [1.0, 2])
            let errors = [
                failure { () throws(HDF5Error) in try scores.attachScale(scale, toDimension: 1) },
                failure { () throws(HDF5Error) in try scores.attachScale(scale, toDimension: -1) },
                failure { () throws(HDF5Error) in try scale.attachScale(scores, toDimension: 0) },
                failure { () throws(HDF5Error) in try scores.attachScale(scores, toDimension: 0) },
            ]
            #expect(errors.map { $0?.code } == [.wrongShape, .wrongShape, .wrongType, .wrongType])
            try file.close()
        }
    }
}
