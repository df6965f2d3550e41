internal import Synchronization

/// An open object on a server: bytes at offsets, all of the version that was there when it was opened.
///
/// Small reads go through a few blocks that are kept, as HDF5 takes many to find its way; large ones are requests of their own.
// Unchecked: everything that changes, and libcurl's handle, is used under `lock` only.
package final class RemoteObject: @unchecked Sendable {
    package let url: ObjectURL
    package let byteCount: Int
    /// What the server knows this version by: its entity tag, or when it was changed.
    package let version: String
    /// Whether equal versions are surely equal bytes: for objects in buckets, whose tags follow from what they hold.
    package let versionIsExact: Bool

    private let lock = Mutex<Void>(())
    private let transfer: Transfer
    private var blocks: [Int: [UInt8]] = [:]
    /// The numbers of the blocks that are kept, the latest used last.
    private var order: [Int] = []

    private static let blockBytes = 1 << 20
    private static let keptBlocks = 16

    /// Opens the object, and gets its first block.
    package init(
        _ url: ObjectURL, _ settings: S3Settings, _ limits: TransferLimits = TransferLimits()
    ) throws(TransferError) {
        self.url = url
        transfer = try Transfer(settings, limits)
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        let answer = try Self.get(transfer, url, 0..<Self.blockBytes, into: &block)
        guard let range = ContentRange(answer.contentRange), range.first == 0, range.total > 0,
            answer.count == min(range.total, Self.blockBytes)
        else { throw TransferError(.unsuitable, "the server does not say which bytes it sends") }
        guard let version = Self.version(answer) else {
            throw TransferError(
                .unsuitable, "the server sends neither ETag nor Last-Modified, by which changes would show")
        }
        byteCount = range.total
        self.version = version
        versionIsExact = url.isInBucket && answer.entityTag.map { !$0.hasPrefix("W/") } == true
        block.removeLast(block.count - answer.count)
        blocks[0] = block
        order = [0]
    }

    /// Fills `buffer` with the bytes from `offset` on. Throws where the object is no longer the one that was opened.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(TransferError) {
        guard offset >= 0, buffer.count <= byteCount, offset <= byteCount - buffer.count else {
            throw TransferError(.unsuitable, "the object ends before what is to be read")
        }
        try lock.withLock { (_) throws(TransferError) in
            guard buffer.count < Self.blockBytes else { return try fetch(offset..<offset + buffer.count, into: buffer) }
            var done = 0
            while done < buffer.count {
                let (number, start) = (offset + done).quotientAndRemainder(dividingBy: Self.blockBytes)
                let block = try block(number)
                let count = min(block.count - start, buffer.count - done)
                block.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count]).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
                }
                done += count
            }
        }
    }

    private func block(_ number: Int) throws(TransferError) -> [UInt8] {
        order.removeAll { $0 == number }
        if let block = blocks[number] {
            order.append(number)
            return block
        }
        let first = number * Self.blockBytes
        var block = [UInt8](repeating: 0, count: min(Self.blockBytes, byteCount - first))
        let result = block.withUnsafeMutableBytes { bytes in
            Result { () throws(TransferError) in try fetch(first..<first + bytes.count, into: bytes) }
        }
        try result.get()
        if order.count >= Self.keptBlocks { blocks[order.removeFirst()] = nil }
        blocks[number] = block
        order.append(number)
        return block
    }

    private func fetch(_ range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws(TransferError) {
        guard !range.isEmpty else { return }
        let answer = try transfer.get(url.location, range: range, expecting: 206, isSigned: url.isSigned, into: buffer)
        guard let sent = ContentRange(answer.contentRange) else {
            throw TransferError(.unsuitable, "the server does not say which bytes it sends")
        }
        guard Self.version(answer) == version, sent.total == byteCount else {
            throw TransferError(.changed, "the object was replaced while it was read")
        }
        guard sent.first == range.lowerBound, answer.count == range.count else {
            throw TransferError(.unsuitable, "the server sends other bytes than were asked for")
        }
    }

    private static func get(
        _ transfer: Transfer, _ url: ObjectURL, _ range: Range<Int>, into block: inout [UInt8]
    ) throws(TransferError) -> Transfer.Answer {
        try block.withUnsafeMutableBytes { bytes in
            Result { () throws(TransferError) in
                try transfer.get(url.location, range: range, expecting: 206, isSigned: url.isSigned, into: bytes)
            }
        }.get()
    }

    private static func version(_ answer: Transfer.Answer) -> String? { answer.entityTag ?? answer.modified }
}

/// The header that says which bytes of how many came.
struct ContentRange: Equatable {
    let first: Int
    let total: Int

    /// `text` is like "bytes 0-99/1000".
    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int(parts[0].prefix { $0 != "-" }), let total = Int(parts[1]), first >= 0
        else { return nil }
        self.first = first
        self.total = total
    }
}
