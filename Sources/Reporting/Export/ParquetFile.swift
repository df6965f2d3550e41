/// A writer of the least that is a Parquet file: flat optional columns, values in PLAIN encoding, uncompressed, one page a column chunk.
///
/// After https://github.com/apache/parquet-format: its page on encodings (PLAIN; RLE/bit-packing hybrid for definition levels) and
/// `parquet.thrift`, whose field numbers stand below.
struct ParquetFile {
    /// The types of `parquet.thrift` that there are columns of.
    enum Kind: Int64 {
        case int32 = 1
        case double = 5
        /// A BYTE_ARRAY that is UTF-8.
        case text = 6
    }

    /// The values of one column in a row group; nil is null.
    enum Values {
        case int32([Int32?])
        case double([Double?])
        case text([String?])

        var count: Int {
            switch self {
            case .int32(let values): values.count
            case .double(let values): values.count
            case .text(let values): values.count
            }
        }
    }

    static let magic = Array("PAR1".utf8)
    private static let plain: Int64 = 0
    private static let rle: Int64 = 3

    private let columns: [(name: String, kind: Kind)]
    private let createdBy: String
    /// Where the next byte goes in the file.
    private var position = Self.magic.count
    private var groups: [Group] = []

    private struct Group {
        let rows: Int
        /// Where each column's page begins, and its bytes with the header.
        var chunks: [(start: Int, bytes: Int)] = []
    }

    init(columns: [(name: String, kind: Kind)], createdBy: String) {
        self.columns = columns
        self.createdBy = createdBy
    }

    /// The bytes of one row group, to follow those that were made before. Columns are in the file's order and of one length.
    mutating func group(_ values: [Values]) -> [UInt8] {
        precondition(values.count == columns.count && Set(values.map(\.count)).count == 1, "columns of one length")
        var group = Group(rows: values[0].count)
        var bytes: [UInt8] = []
        for column in values {
            let page = Self.page(column)
            group.chunks.append((position + bytes.count, page.count))
            bytes += page
        }
        position += bytes.count
        groups.append(group)
        return bytes
    }

    /// What comes last: the metadata, its length and the magic.
    func footer() -> [UInt8] {
        let metadata = self.metadata
        return metadata + Self.littleEndian(UInt32(metadata.count)) + Self.magic
    }

    // MARK: Pages

    /// A data page of version 1: the header, definition levels with their length, and the values that are not null.
    private static func page(_ values: Values) -> [UInt8] {
        let levels: [Bool]
        var plain: [UInt8] = []
        switch values {
        case .int32(let numbers):
            levels = numbers.map { $0 != nil }
            for case let number? in numbers { plain += littleEndian(number) }
        case .double(let numbers):
            levels = numbers.map { $0 != nil }
            for case let number? in numbers { plain += littleEndian(number.bitPattern) }
        case .text(let texts):
            levels = texts.map { $0 != nil }
            for case let text? in texts { plain += littleEndian(UInt32(text.utf8.count)) + Array(text.utf8) }
        }
        let packed = runs(levels)
        let data = littleEndian(UInt32(packed.count)) + packed + plain
        var header = ThriftCompact()
        header.integer(1, 0)  // type: DATA_PAGE
        header.integer(2, Int64(data.count))  // uncompressed_page_size
        header.integer(3, Int64(data.count))  // compressed_page_size
        header.structure(5) { page in  // data_page_header
            page.integer(1, Int64(values.count))  // num_values
            page.integer(2, self.plain)  // encoding
            page.integer(3, rle)  // definition_level_encoding
            page.integer(4, rle)  // repetition_level_encoding
        }
        return header.ended + data
    }

    /// Levels of one bit as runs: each a varint of its length, doubled, and the level in a byte.
    private static func runs(_ levels: [Bool]) -> [UInt8] {
        var bytes: [UInt8] = []
        var start = 0
        while start < levels.count {
            let end = levels[start...].firstIndex { $0 != levels[start] } ?? levels.count
            bytes += ThriftCompact.varint(UInt64(end - start) << 1) + [levels[start] ? 1 : 0]
            start = end
        }
        return bytes
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian, Array.init)
    }

    // MARK: Metadata

    private var metadata: [UInt8] {
        var file = ThriftCompact()
        file.integer(1, 1)  // version
        file.structures(2, count: columns.count + 1) { index, element in  // schema
            guard index > 0 else {
                element.text(4, "schema")  // name
                element.integer(5, Int64(columns.count))  // num_children
                return
            }
            let column = columns[index - 1]
            element.integer(1, column.kind.rawValue)  // type
            element.integer(3, 1)  // repetition_type: OPTIONAL
            element.text(4, column.name)  // name
            guard column.kind == .text else { return }
            element.integer(6, 0)  // converted_type: UTF8
            element.structure(10) { $0.structure(1) { _ in } }  // logicalType: STRING
        }
        file.long(3, Int64(groups.reduce(0) { $0 + $1.rows }))  // num_rows
        file.structures(4, count: groups.count) { index, group in  // row_groups
            let written = groups[index]
            group.structures(1, count: columns.count) { column, chunk in  // columns
                describe(columns[column], written.chunks[column], rows: written.rows, &chunk)
            }
            group.long(2, Int64(written.chunks.reduce(0) { $0 + $1.bytes }))  // total_byte_size
            group.long(3, Int64(written.rows))  // num_rows
        }
        file.text(6, createdBy)  // created_by
        return file.ended
    }

    private func describe(
        _ column: (name: String, kind: Kind), _ place: (start: Int, bytes: Int), rows: Int, _ chunk: inout ThriftCompact
    ) {
        chunk.long(2, Int64(place.start))  // file_offset
        chunk.structure(3) { data in  // meta_data
            data.integer(1, column.kind.rawValue)  // type
            data.integers(2, [Self.plain, Self.rle])  // encodings
            data.texts(3, [column.name])  // path_in_schema
            data.integer(4, 0)  // codec: UNCOMPRESSED
            data.long(5, Int64(rows))  // num_values
            data.long(6, Int64(place.bytes))  // total_uncompressed_size
            data.long(7, Int64(place.bytes))  // total_compressed_size
            data.long(9, Int64(place.start))  // data_page_offset
        }
    }
}
