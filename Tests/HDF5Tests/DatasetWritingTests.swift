import Glibc
import Testing

@testable import HDF5

struct DatasetWritingTests {
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

    @Test(arguments: [
        nil, ChunkedStorage(shape: [7, 5], deflate: 4, shuffle: true), ChunkedStorage(shape: [100, 3]),
        ChunkedStorage(shape: [1, 11], deflate: 9),
    ])
    func rowRangesAgreeWithTheWhole(_ chunks: ChunkedStorage?) throws {
        let doubles = (0..<220).map { sin(Double($0)) }
        let bits = (0..<220).map { UInt16($0 * 251 % 65536) }
        try rereading { root in
            try root.createDataset("f64", shape: [20, 11], values: doubles, chunks: chunks)
            try root.createDataset("f32", shape: [20, 11], values: doubles.map { Float($0) }, chunks: chunks)
            try root.createDataset("f16", shape: [20, 11], float16BitPatterns: bits, chunks: chunks)
        } _: { root in
            let f64 = try root.dataset("f64")
            let f32 = try root.dataset("f32")
            let f16 = try root.dataset("f16")
            for rows in [0..<20, 0..<1, 19..<20, 3..<13, 6..<8, 5..<5] {
                let part = rows.lowerBound * 11..<rows.upperBound * 11
                let wide = try f64.rows(rows, of: 0.0)
                #expect(wide == Array(doubles[part]))
                let single = try f32.rows(rows, of: Float(0))
                #expect(single == doubles[part].map { Float($0) })
                let half = try f16.rows(rows, of: UInt16(0))
                #expect(half == Array(bits[part]))
            }
            let kinds = [f64.elementKind, f32.elementKind, f16.elementKind]
            #expect(kinds == [.float64, .float32, .float16])
        }
    }

    @Test func layoutAndFiltersAreReported() throws {
        let values = [Double](repeating: 1, count: 60)
        try rereading { root in
            try root.createDataset("plain", shape: [6, 10], values: values)
            let chunks = ChunkedStorage(shape: [50, 4], deflate: 6, shuffle: true)
            try root.createDataset("packed", shape: [6, 10], values: values, chunks: chunks)
        } _: { root in
            let plain = try root.dataset("plain")
            let packed = try root.dataset("packed")
            let layouts = [try plain.layout(), try packed.layout()]
            #expect(layouts == [.contiguous, .chunked([6, 4])])
            let none = try plain.filters()
            #expect(none.isEmpty)
            let filters = try packed.filters()
            #expect(filters.map(\.name) == ["shuffle", "deflate"])
            #expect(filters.map(\.isAvailable) == [true, true])
        }
    }

    @Test func integersAndTextSurvive() throws {
        let texts = ["", "emoji 😀", String(repeating: "long ", count: 2000)]
        try rereading { root in
            try root.createDataset("i32", shape: [2, 2], values: [Int32.min, -1, 0, .max])
            try root.createDataset("i64", shape: [3], values: [Int64.min, 0, .max])
            try root.createDataset("text", shape: [3], strings: texts)
            try root.createDataset("cube", shape: [2, 1, 2], values: [1.5, .nan, -.infinity, -0.0])
        } _: { root in
            let small = try root.dataset("i32")
            let shape = small.shape
            #expect(shape == [2, 2])
            let narrow = try small.readInt64s(rank: 2)
            #expect(narrow == [Int64(Int32.min), -1, 0, Int64(Int32.max)])
            let converted = try small.readDoubles(rank: 2)
            #expect(converted == [-2_147_483_648, -1, 0, 2_147_483_647])
            let wide = try root.dataset("i64").readInt64s()
            #expect(wide == [.min, 0, .max])
            let strings = try root.dataset("text").readStrings()
            #expect(strings == texts)
            let cube = try root.dataset("cube").readDoubles(rank: 3)
            #expect(cube.map(\.bitPattern) == [1.5, Double.nan, -.infinity, -0.0].map(\.bitPattern))
        }
    }

    @Test func impossibleShapesAreRefused() throws {
        let errors = try rereading { _ in
        } _: { root in
            [
                failure { () throws(HDF5Error) in try root.createDataset("a", shape: [0], values: [Double]()) },
                failure { () throws(HDF5Error) in try root.createDataset("a", shape: [3, 0], strings: []) },
                failure { () throws(HDF5Error) in try root.createDataset("a", shape: [2], values: [1.0]) },
                failure { () throws(HDF5Error) in try root.createDataset("a", shape: [-1, -1], values: [1.0]) },
                failure { () throws(HDF5Error) in
                    try root.createDataset("a", shape: [1 << 40, 1 << 40], values: [1.0])
                },
                failure { () throws(HDF5Error) in
                    let chunks = ChunkedStorage(shape: [1])
                    try root.createDataset("a", shape: [1, 1], values: [1.0], chunks: chunks)
                },
            ]
        }
        #expect(errors.map { $0?.code } == Array(repeating: .wrongShape, count: 6))
    }

    @Test func aRefusedDatasetDoesNotSpoilTheFile() throws {
        let names = try rereading { root in
            let text = failure { () throws(HDF5Error) in try root.createDataset("a", shape: [1], strings: ["a\0b"]) }
            #expect(text?.code == .invalidText)
            try root.createDataset("b", shape: [1], values: [1.0])
            let again = failure { () throws(HDF5Error) in try root.createDataset("b", shape: [1], values: [1.0]) }
            #expect(again?.code == .alreadyExists)
        } _: { root in
            try root.childNames()
        }
        #expect(names == ["b"])
    }
}
