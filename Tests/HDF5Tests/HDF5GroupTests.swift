import CHDF5
import Testing

@testable import HDF5

struct HDF5GroupTests {
    private func withGroup<Value>(_ body: (borrowing HDF5Group) throws -> Value) throws -> Value {
        try withDirectory { directory in
            let file = try HDF5File.create(directory.file("a.h5"))
            let value = try body(try file.root())
            try file.close()
            return value
        }
    }

    @Test func namesComeSorted() throws {
        let names = try withGroup { root in
            for name in ["b", "0010", "ä", "0009", "B"] { _ = try root.createGroup(name) }
            for index in 0..<40 { try root.createDataset("x\(index)", shape: [1], values: [Double(index)]) }
            return try root.childNames()
        }
        #expect(names.count == 45)
        #expect(names.prefix(4) == ["0009", "0010", "B", "b"])
        #expect(names.last == "ä")
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(names == sorted)
    }

    @Test func kinds() throws {
        let kinds = try withGroup { root in
            let inner = try root.createGroup("inner")
            try inner.createDataset("data", shape: [1], values: [1.0])
            Library.enter()
            H5Lcreate_soft("/nowhere", root.reference.id, "dangling", chdf5_default(), chdf5_default())
            let type = H5Tcopy(Native.double)
            H5Tcommit2(root.reference.id, "type", type, chdf5_default(), chdf5_default(), chdf5_default())
            H5Tclose(type)
            Library.leave()
            var kinds: [ObjectKind?] = []
            for path in ["inner", "inner/data", "/inner/data", "/", "type", "dangling", "inner/absent", "no/such"] {
                kinds.append(try root.kind(of: path))
            }
            return kinds
        }
        #expect(kinds == [.group, .dataset, .dataset, .group, .other, nil, nil, nil])
    }

    @Test func missingAndOtherwiseUsedNames() throws {
        let errors = try withGroup { root in
            let inner = try root.createGroup("inner")
            try inner.createDataset("data", shape: [1], values: [1.0])
            return [
                failure { () throws(HDF5Error) in _ = try root.dataset("inner/absent") },
                failure { () throws(HDF5Error) in _ = try root.group("absent/inner") },
                failure { () throws(HDF5Error) in _ = try root.dataset("inner") },
                failure { () throws(HDF5Error) in _ = try inner.group("data") },
                failure { () throws(HDF5Error) in _ = try root.createGroup("inner") },
                failure { () throws(HDF5Error) in try inner.createDataset("data", shape: [1], values: [2.0]) },
            ]
        }
        #expect(
            errors.map { $0?.code } == [
                .missingObject, .missingObject, .wrongType, .wrongType, .alreadyExists, .alreadyExists,
            ])
        #expect(errors[0]?.operation == "open dataset /inner/absent")
        #expect(errors[2]?.reason == "it is a group")
        #expect(errors[3]?.operation == "open group /inner/data")
    }
}
