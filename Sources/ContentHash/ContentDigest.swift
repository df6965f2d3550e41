internal import CXXHash

/// A 128-bit XXH3 digest that names contents: stored layers, joined sample ids, artifacts.
///
/// It guards against accidents, not against adversaries: artifacts live in a directory of the user's own, and every
/// artifact also carries its full key in the clear.
package struct ContentDigest: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The digest of the bytes of `text` in UTF-8.
    package init(of text: String) {
        var hasher = ContentHasher()
        hasher.update(text)
        self = hasher.finish()
    }

    /// The digest of `bytes`.
    package init(of bytes: UnsafeRawBufferPointer) {
        let hash = fastest_XXH3_128bits(bytes.baseAddress, bytes.count)
        self.init(high: hash.high64, low: hash.low64)
    }

    /// The digest that `hex`, 32 hexadecimal digits as in `description`, stands for; nil where it is anything else.
    package init?(hex: String) {
        guard hex.utf8.count == 32, hex.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let high = UInt64(hex.prefix(16), radix: 16), let low = UInt64(hex.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension ContentDigest: CustomStringConvertible {
    package var description: String { Self.hex(high) + Self.hex(low) }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension ContentDigest: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = ContentDigest(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a digest has 32 hexadecimal digits")
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
