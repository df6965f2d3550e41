internal import CXXHash

/// Digests a stream of bytes piece by piece; the digest depends on the bytes alone, not on how they were cut.
package struct ContentHasher: ~Copyable {
    private let state: OpaquePointer?

    package init() {
        state = XXH3_createState()
        XXH3_128bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    /// xxHash's version, such as `0.8.1`.
    package static var libraryVersion: String {
        let number = XXH_versionNumber()
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }

    /// Takes in `bytes`.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        fastest_XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
    }

    /// Takes in the UTF-8 of `text`, preceded by its length, so that two texts in a row cannot be mistaken for others.
    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            withUnsafeBytes(of: UInt64(utf8.count).littleEndian) { update($0) }
            update(UnsafeRawBufferPointer(utf8))
        }
    }

    /// The digest of all that was taken in.
    package consuming func finish() -> ContentDigest {
        let hash = XXH3_128bits_digest(state)
        return ContentDigest(high: hash.high64, low: hash.low64)
    }
}

extension ContentDigest {
    /// The digest of sample ids in order.
    package init(ofIDs ids: [String]) {
        var hasher = ContentHasher()
        for id in ids { hasher.update(id) }
        self = hasher.finish()
    }
}
