internal import CCrypto

/// SHA-256, by which what is published is told from everything else: `sha256sum` gives the same.
package struct StrongDigest: Hashable, Sendable, CustomStringConvertible {
    /// 64 hexadecimal digits in lower case.
    package let description: String

    package init(of bytes: UnsafeRawBufferPointer) {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        // Of nothing there may be no address.
        SHA256(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &digest)
        description = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    package init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { StrongDigest(of: $0) } }
}
