/// Cuts bytes, given one part after the other, into frames that are full but for the last.
struct BulkWriter {
    private(set) var frames: [[UInt8]] = []
    private(set) var count = 0

    mutating func append(_ bytes: [UInt8]) {
        count += bytes.count
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = frames.last.map { ProtocolLimits.frameBytes - $0.count } ?? 0
            if room == 0 { frames.append([]) }
            let part = rest.prefix(room == 0 ? ProtocolLimits.frameBytes : room)
            frames[frames.count - 1].append(contentsOf: part)
            rest = rest.dropFirst(part.count)
        }
    }
}

/// Hands out the bytes of bulk frames part by part, and refuses frames that are not cut as `BulkWriter` cuts them.
struct BulkReader {
    private let frames: ArraySlice<[UInt8]>
    private var frame: Int
    private var offset = 0
    /// Bytes that have not been taken.
    private(set) var remaining: Int

    init(_ frames: ArraySlice<[UInt8]>) throws(ProtocolError) {
        guard frames.dropLast().allSatisfy({ $0.count == ProtocolLimits.frameBytes }),
            frames.last.map({ (1...ProtocolLimits.frameBytes).contains($0.count) }) ?? true
        else { throw ProtocolError("the bulk frames are not cut after every \(ProtocolLimits.frameBytes) bytes") }
        self.frames = frames
        frame = frames.startIndex
        remaining = frames.reduce(0) { $0 + $1.count }
        guard remaining <= ProtocolLimits.bulkBytes else {
            throw ProtocolError("the bulk frames hold \(remaining) bytes, more than any message")
        }
    }

    /// The next `count` bytes, as a control frame announced them.
    mutating func take(_ count: UInt64) throws(ProtocolError) -> [UInt8] {
        guard let count = Int(exactly: count), count <= remaining else {
            throw ProtocolError("\(count) bytes were announced, and the bulk frames hold \(remaining) more")
        }
        remaining -= count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let part = frames[frame][offset...].prefix(count - bytes.count)
            bytes.append(contentsOf: part)
            offset += part.count
            if offset == frames[frame].count { (frame, offset) = (frame + 1, 0) }
        }
        return bytes
    }

    /// Throws where bytes are left that no control frame announced.
    func finish() throws(ProtocolError) {
        guard remaining == 0 else { throw ProtocolError("the bulk frames hold \(remaining) needless bytes") }
    }
}
