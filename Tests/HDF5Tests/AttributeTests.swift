import CHDF5
import Testing

@testable import HDF5

struct AttributeTests {
    private func rereading<Value>(
        _ write: (borrowing HDF5Group) throws -> Void, _ read: (borrowing HDF5Group) throws -> Value
    ) throws -> Value {
        try withDirectory { directory in
            let file = try HDF5File.create(directory.file("a.h5"))
            try write(try file.root())
            try file.close()
            return try read(try HDF5File.open(directory.file("a.h5")).root())
        }
    }

    private func foreign(_ write: (hid_t) -> Void, _ names: [String]) throws -> [AttributeValue?] {
        try withDirectory { directory in
            ForeignFile.write(directory.file("a.h5"), write)
            let root = try HDF5File.open(directory.file("a.h5")).root()
            return try names.map { try root.attribute($0) }
        }
    }

    @Test func whatIsWrittenIsRead() throws {
        let texts = ["", "naïve", "日本"]
        let values = try rereading { root in
            try root.setAttribute("text", to: "π is 3")
            try root.setAttribute("nothing", to: "")
            try root.setAttribute("texts", to: texts)
            try root.setAttribute("no texts", to: [String]())
            try root.setAttribute("integer", to: Int64.min)
            try root.setAttribute("number", to: -0.1)
            try root.setAttribute("größe", to: 1.0)
        } _: { root in
            try root.attributeNames().map { ($0, try root.attribute($0)) }
        }
        #expect(values.map(\.0) == ["größe", "integer", "no texts", "nothing", "number", "text", "texts"])
        #expect(
            values.map(\.1) == [
                .float64(1), .int64(.min), .strings([]), .string(""), .float64(-0.1), .string("π is 3"),
                .strings(texts),
            ])
    }

    @Test func replacingAndAbsence() throws {
        let values = try rereading { root in
            try root.setAttribute("a", to: "first")
            try root.setAttribute("a", to: 2.0)
            try root.createDataset("data", shape: [1], values: [1.0]).setAttribute("units", to: "m")
        } _: { root in
            [try root.attribute("a"), try root.attribute("b"), try root.dataset("data").attribute("units")]
        }
        #expect(values == [.float64(2), nil, .string("m")])
    }

    @Test func longListsAndTexts() throws {
        let texts = (0..<20_000).map { "sample \($0)" }
        let long = String(repeating: "spec: value\n", count: 20_000)
        let values = try rereading { root in
            try root.setAttribute("texts", to: texts)
            try root.setAttribute("long", to: long)
        } _: { root in
            [try root.attribute("texts"), try root.attribute("long")]
        }
        #expect(values == [.strings(texts), .string(long)])
    }

    @Test func textWithNULIsRefused() throws {
        let error = try rereading { _ in
        } _: { root in
            failure { () throws(HDF5Error) in try root.setAttribute("a", to: ["fine", "cut\0off"]) }
        }
        #expect(error?.code == .invalidText)
        #expect(error?.reason == "element 1 contains a NUL")
    }

    @Test func integersOfAllWidths() throws {
        let native = Native.int64
        let kinds: [(String, Int, H5T_sign_t)] = [1, 2, 4, 8].flatMap { size in
            [("i\(size)", size, H5T_SGN_2), ("u\(size)", size, H5T_SGN_NONE)]
        }
        let values = try foreign(
            { file in
                for (name, size, sign) in kinds {
                    let type = ForeignFile.bigEndian(native)
                    H5Tset_size(type, size)
                    H5Tset_sign(type, sign)
                    ForeignFile.attribute(file, name, shape: nil, stored: type, memory: native, [Int64(100)])
                    H5Tclose(type)
                }
            }, kinds.map(\.0))
        #expect(values == Array(repeating: .int64(100), count: 8))
    }

    @Test func unsignedBeyondInt64IsNotClipped() throws {
        let native = Native.uint64
        let values = try foreign(
            { ForeignFile.attribute($0, "a", shape: [2], stored: native, memory: native, [1, UInt64.max]) }, ["a"])
        #expect(values == [.other("unsigned integer, beyond int64")])
        let one = try foreign(
            { ForeignFile.attribute($0, "a", shape: [1], stored: native, memory: native, [UInt64.max]) }, ["a"])
        #expect(one == [.unsigned(.max)])
        #expect(one.first??.integer == nil && one.first??.number == 0x1p64)
    }

    @Test func floatsOfAllWidths() throws {
        let native = Native.double
        let values = try foreign(
            { file in
                let half = ElementTypes.float16(like: Stored.float32)
                ForeignFile.attribute(file, "half", shape: nil, stored: half, memory: native, [0.5])
                H5Tclose(half)
                let big = ForeignFile.bigEndian(Stored.float32)
                ForeignFile.attribute(file, "single", shape: [2, 1], stored: big, memory: native, [0.25, -2])
                H5Tclose(big)
                ForeignFile.attribute(file, "double", shape: [1], stored: native, memory: native, [0.1])
            }, ["half", "single", "double"])
        #expect(values == [.float64(0.5), .float64s([0.25, -2]), .float64s([0.1])])
    }

    @Test func truthValues() throws {
        let values = try foreign(
            { file in
                let type = ForeignFile.boolean()
                ForeignFile.attribute(file, "one", shape: nil, stored: type, memory: type, [Int8(1)])
                ForeignFile.attribute(file, "two", shape: [2], stored: type, memory: type, [Int8(0), 1])
                H5Tclose(type)
            }, ["one", "two"])
        #expect(values == [.boolean(true), .booleans([false, true])])
        #expect(values[0]?.integer == 1)
    }

    @Test(arguments: [(H5T_STR_NULLTERM, "ab\0zzz"), (H5T_STR_NULLPAD, "ab\0\0\0\0"), (H5T_STR_SPACEPAD, "ab    ")])
    func fixedLengthText(_ padding: H5T_str_t, _ bytes: String) throws {
        let values = try foreign(
            { file in
                let type = ForeignFile.fixedString(6, padding)
                ForeignFile.attribute(file, "a", shape: nil, stored: type, memory: type, Array(bytes.utf8))
                H5Tclose(type)
            }, ["a"])
        #expect(values == [.string("ab")])
    }

    @Test func valuesWithoutAnInterpretation() throws {
        let values = try foreign(
            { file in
                let null = H5Screate(H5S_NULL)
                H5Aclose(H5Acreate2(file, "empty", Native.double, null, chdf5_default(), chdf5_default()))
                H5Sclose(null)
                let pair = H5Tcreate(H5T_COMPOUND, 8)
                H5Tinsert(pair, "first", 0, Native.float)
                ForeignFile.attribute(file, "pair", shape: nil, stored: pair, memory: pair, [Float(1), 2])
                H5Tclose(pair)
            }, ["empty", "pair"])
        #expect(values == [.empty, .other("compound")])
    }

    @Test func invalidTextNamesTheElement() throws {
        try withDirectory { directory in
            let path = directory.file("a.h5")
            ForeignFile.write(path) { file in
                let type = ForeignFile.fixedString(2, H5T_STR_NULLPAD)
                let bytes: [UInt8] = [0x61, 0x62, 0xff, 0xfe]
                ForeignFile.attribute(file, "a", shape: [2], stored: type, memory: type, bytes)
                H5Tclose(type)
            }
            let root = try HDF5File.open(path).root()
            let error = failure { () throws(HDF5Error) in _ = try root.attribute("a") }
            #expect(error?.code == .invalidText)
            #expect(error?.operation == "read attribute a of /")
            #expect(error?.reason == "element 1 is not valid UTF-8")
        }
    }
}
