internal import FeatureStore
internal import Foundation
internal import SweepModel

/// What goes to and fro between a process that wants to know of stores and the one that opens them: JSON behind its length in 8 bytes,
/// little-endian.
enum StoreMessages {
    struct Request: Codable {
        let path: String
        let values: Bool
        /// What else than opening a store is to be done to the file.
        var task: String?
    }

    struct Reply: Codable {
        var findings: StoreFindings?
        var complaint: Complaint?
        /// What the task has found.
        var texts: [String]?
    }

    /// A message that is longer is not one of ours.
    private static let longest = 1 << 30

    /// False where the other side is gone.
    static func write<Message: Encodable>(_ message: Message, to descriptor: Int32) throws -> Bool {
        let body = try SortedJSON.bytes(message)
        var bytes = withUnsafeBytes(of: UInt64(body.count).littleEndian) { Data($0) }
        bytes.append(contentsOf: body)
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// Nil where the other side is gone.
    static func read<Message: Decodable>(_ type: Message.Type, from descriptor: Int32) throws -> Message? {
        guard let head = bytes(8, from: descriptor) else { return nil }
        let length = head.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= longest, let body = bytes(Int(length), from: descriptor) else { return nil }
        return try SortedJSON.value(type, Array(body))
    }

    private static func bytes(_ count: Int, from descriptor: Int32) -> Data? {
        var bytes = Data(count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
