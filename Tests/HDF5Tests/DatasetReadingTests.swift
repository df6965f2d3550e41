import CHDF5
import Foundation
import Glibc
import Testing

@testable import HDF5

struct DatasetReadingTests {
    private func foreign<Value>(
        _ write: (hid_t) -> Void, _ read: (borrowing HDF5Group) throws -> Value
    ) throws -> Value {
        try withDirectory { directory in
            ForeignFile.write(directory.file("a.h5"), write)
            return try read(try HDF5File.open(directory.file("a.h5")).root())
        }
    }

    private func variable() -> hid_t { ElementTypes.variableString() }

    @Test func bigEndianNumbersArriveInNativeOrder() throws {
        let patterns: [UInt16] = [0x3c00, 0x0001, 0x7e01, 0xfbff, 0x8000, 0x7c00]
        try foreign { file in
            let half = ElementTypes.float16(like: Native.float)
            let types = [half, Native.float, Native.double, Native.int32]
            let foreign = types.map(ForeignFile.bigEndian)
            ForeignFile.dataset(file, "half", shape: [2, 3], stored: foreign[0], memory: types[0], patterns)
            ForeignFile.dataset(file, "single", shape: [2, 1], stored: foreign[1], memory: types[1], [Float(0.1), 3])
            ForeignFile.dataset(file, "double", shape: [2], stored: foreign[2], memory: types[2], [0.1, 1e300])
            ForeignFile.dataset(file, "int", shape: [2], stored: foreign[3], memory: types[3], [Int32(-2), 258])
            for type in foreign + [half] { H5Tclose(type) }
        } _: { root in
            let half = try root.dataset("half")
            let kind = half.elementKind
            #expect(kind == .float16)
            let bits = try half.rows(0..<2, of: UInt16(0))
            #expect(bits == patterns)
            let single = try root.dataset("single").rows(0..<2, of: Float(0))
            #expect(single == [0.1, 3])
            let double = try root.dataset("double").readDoubles()
            #expect(double == [0.1, 1e300])
            let row = try root.dataset("int").rows(1..<2, of: Int32(0))
            #expect(row == [258])
        }
    }

    @Test func textOfEveryForm() throws {
        try foreign { file in
            let text = variable()
            H5Tset_cset(text, H5T_CSET_ASCII)
            let words = ["one", ""].map { $0.withCString { strdup($0) } }
            let pointers = words.map { UInt(bitPattern: $0) }
            ForeignFile.dataset(file, "ascii", shape: [2], stored: text, memory: text, pointers)
            for word in words { free(word) }
            H5Tclose(text)
            let fixed = ForeignFile.fixedString(4, H5T_STR_NULLPAD)
            let bytes = Array("full\0\0\0\0é\0\0".utf8)
            ForeignFile.dataset(file, "fixed", shape: [3], stored: fixed, memory: fixed, bytes)
            H5Tclose(fixed)
        } _: { root in
            let ascii = try root.dataset("ascii").readStrings()
            #expect(ascii == ["one", ""])
            let fixed = try root.dataset("fixed")
            let kind = fixed.elementKind
            #expect(kind == .fixedString(length: 4))
            let texts = try fixed.readStrings()
            #expect(texts == ["full", "", "é"])
        }
    }

    @Test func invalidUTF8NamesTheElement() throws {
        let error = try foreign { file in
            let text = variable()
            let bytes: [[CChar]] = [[97, 0], [98, -1, 0]]
            bytes[0].withUnsafeBufferPointer { first in
                bytes[1].withUnsafeBufferPointer { second in
                    let pointers = [first, second].map { UInt(bitPattern: $0.baseAddress) }
                    ForeignFile.dataset(file, "ids", shape: [2], stored: text, memory: text, pointers)
                }
            }
            H5Tclose(text)
        } _: { root in
            let dataset = try root.dataset("ids")
            return failure { () throws(HDF5Error) in _ = try dataset.readStrings() }
        }
        #expect(error?.code == .invalidText)
        #expect(error?.operation == "read dataset /ids")
        #expect(error?.reason == "element 1 is not valid UTF-8")
    }

    @Test func unsignedIntegersAreNotClipped() throws {
        try foreign { file in
            let native = Native.uint64
            ForeignFile.dataset(file, "fits", shape: [2], stored: native, memory: native, [0, UInt64(Int64.max)])
            ForeignFile.dataset(file, "large", shape: [2], stored: native, memory: native, [0, UInt64(1) << 63])
        } _: { root in
            let fits = try root.dataset("fits").readInt64s()
            #expect(fits == [0, .max])
            let large = try root.dataset("large")
            let error = failure { () throws(HDF5Error) in _ = try large.readInt64s() }
            #expect(error?.code == .wrongType)
            #expect(error?.reason == "element 1 is 9223372036854775808, beyond Int64")
        }
    }

    @Test func wrongTypesAndShapes() throws {
        try withDirectory { directory in
            let file = try HDF5File.create(directory.file("a.h5"))
            let root = try file.root()
            let numbers = try root.createDataset("numbers", shape: [4, 3], values: [Double](repeating: 1, count: 12))
            let text = try root.createDataset("text", shape: [2], strings: ["a", "b"])
            let integers = try root.createDataset("integers", shape: [2], values: [Int64(1), 2])
            var buffer = [UInt8](repeating: 0, count: 96)
            let codes = buffer.withUnsafeMutableBytes { bytes in
                [
                    failure { () throws(HDF5Error) in _ = try numbers.readStrings() },
                    failure { () throws(HDF5Error) in _ = try numbers.readInt64s(rank: 2) },
                    failure { () throws(HDF5Error) in _ = try text.readDoubles() },
                    failure { () throws(HDF5Error) in _ = try integers.readDoubles() },
                    failure { () throws(HDF5Error) in try text.readRows(0..<1, into: bytes) },
                    failure { () throws(HDF5Error) in _ = try numbers.readDoubles() },
                    failure { () throws(HDF5Error) in _ = try numbers.readDoubles(rank: 2, limit: 11) },
                    failure { () throws(HDF5Error) in try numbers.readRows(0..<5, into: bytes) },
                    failure { () throws(HDF5Error) in try numbers.readRows(-1..<3, into: bytes) },
                    failure { () throws(HDF5Error) in try numbers.readRows(0..<3, into: bytes) },
                    failure { () throws(HDF5Error) in try numbers.readRows(0..<4, into: bytes) },
                ].map { $0?.code }
            }
            let type = Array(repeating: HDF5Error.Code.wrongType, count: 5)
            let shape = Array(repeating: HDF5Error.Code.wrongShape, count: 5)
            #expect(codes == type + shape + [nil])
            try file.close()
        }
    }

    @Test func claimedSizesDoNotExhaustMemory() throws {
        try foreign { file in
            let list = H5Pcreate(chdf5_dataset_create_class())
            H5Pset_chunk(list, 1, [1000])
            let space = H5Screate_simple(1, [hsize_t(1) << 60], nil)
            let fixed = ForeignFile.fixedString(1 << 30, H5T_STR_NULLPAD)
            for (name, type) in [("numbers", Native.double), ("text", variable())] {
                H5Dclose(H5Dcreate2(file, name, type, space, chdf5_default(), list, chdf5_default()))
            }
            let small = H5Screate_simple(1, [100], nil)
            H5Dclose(H5Dcreate2(file, "long", fixed, small, chdf5_default(), chdf5_default(), chdf5_default()))
        } _: { root in
            let numbers = try root.dataset("numbers")
            let text = try root.dataset("text")
            let long = try root.dataset("long")
            let errors = [
                failure { () throws(HDF5Error) in _ = try numbers.readDoubles() },
                failure { () throws(HDF5Error) in _ = try text.readStrings() },
                failure { () throws(HDF5Error) in _ = try long.readStrings() },
            ]
            #expect(errors.map { $0?.code } == [.wrongShape, .wrongShape, .wrongShape])
            let rows = try numbers.rows(1 << 59..<1 << 59 + 2, of: 1.0)
            #expect(rows == [0, 0], "a range of rows can still be read")
        }
    }

    @Test func emptyAndScalarDatasets() throws {
        try foreign { file in
            let native = Native.double
            ForeignFile.dataset(file, "empty", shape: [0], stored: native, memory: native, [Double]())
            ForeignFile.dataset(file, "wide", shape: [0, 5], stored: native, memory: native, [Double]())
            let scalar = H5Screate(H5S_SCALAR)
            H5Dclose(H5Dcreate2(file, "scalar", native, scalar, chdf5_default(), chdf5_default(), chdf5_default()))
            let null = H5Screate(H5S_NULL)
            H5Dclose(H5Dcreate2(file, "null", native, null, chdf5_default(), chdf5_default(), chdf5_default()))
        } _: { root in
            for name in ["empty", "null"] {
                let values = try root.dataset(name).readDoubles()
                #expect(values.isEmpty)
            }
            let none = try root.dataset("wide").rows(0..<0, of: 0.0)
            #expect(none.isEmpty)
            let scalar = try root.dataset("scalar")
            let shape = scalar.shape
            #expect(shape.isEmpty)
            let value = try scalar.readDoubles(rank: 0)
            #expect(value == [0])
            let error = failure { () throws(HDF5Error) in _ = try scalar.rows(0..<1, of: 0.0) }
            #expect(error?.code == .wrongShape)
        }
    }

    @Test func missingFilterIsNamed() throws {
        try withDirectory { directory in
            let path = directory.file("a.h5")
            ForeignFile.write(path) { file in
                let list = H5Pcreate(chdf5_dataset_create_class())
                H5Pset_chunk(list, 1, [4])
                H5Pset_deflate(list, 1)
                let space = H5Screate_simple(1, [4], nil)
                H5Dclose(H5Dcreate2(file, "a", Native.double, space, chdf5_default(), list, chdf5_default()))
            }
            // In this format, without checksums, the number of a filter lies 8 bytes before its name.
            var bytes = try contents(path)
            let name = try #require(bytes.firstRange(of: Data("deflate".utf8)))
            bytes.replaceSubrange(name.lowerBound - 8..<name.lowerBound - 6, with: [0x90, 0x01])
            try bytes.write(to: URL(fileURLWithPath: path))

            let dataset = try HDF5File.open(path).root().dataset("a")
            let filters = try dataset.filters()
            #expect(filters.map(\.identifier) == [400])
            #expect(filters.map(\.isAvailable) == [false])
            let error = failure { () throws(HDF5Error) in _ = try dataset.readDoubles() }
            #expect(error?.code == .missingFilter)
            #expect(error?.operation == "read dataset /a")
            #expect(error?.reason == "its chunks need filter 400 (deflate), which is not installed")
        }
    }
}
