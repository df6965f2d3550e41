import HDF5
import LinearAlgebra
import SweepModel
import SweepTestSupport
import Testing

@testable import FeatureStore

struct LayerReadingTests {
    private static let n = 37
    private static let width = 11

    private static let storages: [ChunkedStorage?] = [
        nil, ChunkedStorage(shape: [8, 4]), ChunkedStorage(shape: [5, 11], deflate: 6, shuffle: true),
        ChunkedStorage(shape: [37, 1], deflate: 1),
    ]

    /// Random finite values of every magnitude, subnormal numbers and both zeros included, and their bytes.
    private static func values(_ precision: StoredPrecision) -> (StoreFixture.Values, [UInt8]) {
        var generator = SeededGenerator(seed: 77)
        let count = n * width
        switch precision {
        case .float16:
            let half = (0..<count).map { _ in
                UInt16.random(in: 0..<0x7C00, using: &generator) | (Bool.random(using: &generator) ? 0x8000 : 0)
            }
            return (.float16(half), half.withUnsafeBytes { Array($0) })
        case .float32:
            var single = (0..<count).map { _ in Float(bitPattern: UInt32.random(in: 0..<0x7F80_0000, using: &generator))
            }
            single.replaceSubrange(0..<3, with: [-0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude])
            return (.float32(single), single.withUnsafeBytes { Array($0) })
        case .float64:
            var double = (0..<count).map { _ in
                Double(bitPattern: UInt64.random(in: 0..<0x7FF0_0000_0000_0000, using: &generator))
            }
            double.replaceSubrange(0..<3, with: [-0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude])
            return (.float64(double), double.withUnsafeBytes { Array($0) })
        }
    }

    private static func fixture(_ values: StoreFixture.Values) -> StoreFixture {
        StoreFixture(
            ids: (0..<n).map { "s\($0)" },
            layers: [
                .init(name: "first", rows: n, width: 2, values: .float32([Float](repeating: 9, count: 2 * n))),
                .init(name: "second", rows: n, width: width, values: values),
            ])
    }

    @Test(arguments: [StoredPrecision.float16, .float32, .float64], storages)
    func valuesAreReadBitByBit(_ precision: StoredPrecision, _ storage: ChunkedStorage?) throws {
        let folder = try TemporaryFolder()
        let (values, expected) = Self.values(precision)
        var fixture = Self.fixture(values)
        fixture.chunks = storage
        let reader = try fixture.opened(in: folder)
        let matrix = try reader.readLayer(1, order: nil)
        #expect(reader.metadata.layers[1].precision == precision)
        #expect((matrix.rows, matrix.columns) == (Self.n, Self.width))
        #expect(bytes(matrix) == expected)
        #expect(try reader.checkValues(matrix, layer: 1, ids: reader.metadata.sampleIDs) == [])
    }

    @Test(arguments: [StoredPrecision.float16, .float32, .float64])
    func reorderedRows(_ precision: StoredPrecision) throws {
        let folder = try TemporaryFolder()
        let (values, stored) = Self.values(precision)
        var generator = SeededGenerator(seed: 5)
        let order = Array(0..<Self.n).shuffled(using: &generator)
        let matrix = try Self.fixture(values).opened(in: folder).readLayer(1, order: order)
        let rowBytes = Self.width * precision.byteSize
        #expect(bytes(matrix) == order.flatMap { stored[($0 * rowBytes)..<(($0 + 1) * rowBytes)] })
    }

    @Test(arguments: [0..<37, 0..<1, 5..<20, 36..<37, 9..<9], [false, true])
    func runsOfRows(_ samples: Range<Int>, _ isReordered: Bool) throws {
        let folder = try TemporaryFolder()
        let (values, stored) = Self.values(.float32)
        var generator = SeededGenerator(seed: 6)
        let order = isReordered ? Array(0..<Self.n).shuffled(using: &generator) : nil
        let reader = try Self.fixture(values).opened(in: folder)
        let matrix = try reader.readRows(samples, ofLayer: 1, order: order)
        let rowBytes = Self.width * 4
        let expected = samples.flatMap { sample in
            let row = order?[sample] ?? sample
            return stored[(row * rowBytes)..<((row + 1) * rowBytes)]
        }
        #expect(bytes(matrix) == expected)
    }

    /// Rows of 64 KiB: a slab holds 256 of them, and the last one is not full.
    @Test(arguments: [false, true]) func layersLongerThanASlab(_ isReordered: Bool) throws {
        let folder = try TemporaryFolder()
        let (n, width) = (523, 16_384)
        let fixture = StoreFixture(
            ids: (0..<n).map(String.init),
            layers: [.init(name: "long", rows: n, width: width, values: .float32((0..<(n * width)).map { Float($0) }))])
        let order = (0..<n).map { ($0 * 100) % n }
        let matrix = try fixture.opened(in: folder).readLayer(0, order: isReordered ? order : nil)
        guard case .float32(let values) = matrix else {
            Issue.record("float32 was stored")
            return
        }
        withExtendedLifetime(values) {
            let wrong = (0..<n).filter { row in
                let first = (isReordered ? order[row] : row) * width
                return [0, 1, width - 1].contains { values.row(row)[$0] != Float(first + $0) }
            }
            #expect(wrong == [])
        }
    }

    /// The second layer of a store with one value of `bits` in row 2, column 3.
    private static func complaint(_ values: StoreFixture.Values) throws -> (Complaint?, String) {
        let folder = try TemporaryFolder()
        let fixture = StoreFixture(
            ids: ["w", "x", "y", "z"],
            layers: [
                .init(name: "fine", rows: 4, width: 1, values: .float32([1, 2, 3, 4])),
                .init(name: "block 2", rows: 4, width: 5, values: values),
            ])
        let reader = try fixture.opened(in: folder)
        let matrix = try reader.readLayer(1, order: [3, 2, 1, 0])
        let ids = Array(fixture.ids.reversed())
        let complaint = #expect(throws: Complaint.self) { _ = try reader.checkValues(matrix, layer: 1, ids: ids) }
        return (complaint, reader.metadata.path)
    }

    private static func values<Element>(_ bad: Element, _ fine: Element) -> [Element] {
        (0..<20).map { $0 == 13 ? bad : fine }
    }

    @Test(arguments: [
        (StoreFixture.Values.float16(values(0x7E00, 0x3C00)), "nan"), (.float16(values(0xFE01, 0x3C00)), "nan"),
        (.float32(values(.nan, 1)), "nan"), (.float32(values(-.signalingNaN, 1)), "nan"),
        (.float64(values(.nan, 1)), "nan"),
        (.float32(values(.infinity, 1)), "inf"), (.float32(values(-.infinity, 1)), "-inf"),
        (.float64(values(.infinity, 1)), "inf"), (.float64(values(-.infinity, 1)), "-inf"),
    ])
    func valuesThatAreNotFinite(_ values: StoreFixture.Values, _ found: String) throws {
        let (complaint, path) = try Self.complaint(values)
        #expect(complaint?.what == "the value is \(found)")
        #expect(complaint?.place == "\(path), /layers/0001 'block 2', sample 'y', feature 3")
        #expect(complaint?.kind == .request)
    }

    @Test(arguments: [0x7C00, 0xFC00] as [UInt16]) func halfPrecisionOverflow(_ bits: UInt16) throws {
        let (complaint, path) = try Self.complaint(.float16(Self.values(bits, 0x7BFF)))
        #expect(complaint?.what.contains("65,504") == true)
        #expect(complaint?.advice.contains("float32") == true)
        #expect(complaint?.place == "\(path), /layers/0001 'block 2', sample 'y', feature 3")
    }

    @Test func zeroRowsAreFoundAndAllowed() throws {
        let folder = try TemporaryFolder()
        let rows: [[Float]] = [[0, 1], [0, 0], [-0.0, 0], [.leastNonzeroMagnitude, 0], [0, -0.0]]
        let fixture = StoreFixture(
            ids: ["a", "b", "c", "d", "e"],
            layers: [.init(name: "l", rows: 5, width: 2, values: .float32(rows.flatMap(\.self)))])
        let reader = try fixture.opened(in: folder)
        let matrix = try reader.readLayer(0, order: nil)
        #expect(try reader.checkValues(matrix, layer: 0, ids: fixture.ids) == [1, 2, 4])
    }

    @Test func zeroRowsOfOtherPrecisions() throws {
        let folder = try TemporaryFolder()
        let fixture = StoreFixture(
            ids: ["a", "b", "c", "d"],
            layers: [
                .init(name: "half", rows: 4, width: 1, values: .float16([0, 0x8000, 1, 0])),
                .init(name: "double", rows: 4, width: 1, values: .float64([1, 0, -0.0, .leastNonzeroMagnitude])),
            ])
        let reader = try fixture.opened(in: folder)
        let zero = try (0..<2).map {
            try reader.checkValues(try reader.readLayer($0, order: nil), layer: $0, ids: fixture.ids)
        }
        #expect(zero == [[0, 1, 3], [1, 2]])
    }
}
