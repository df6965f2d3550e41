/// What is sent: bytes of a type, and a tag that is the same as long as they are.
struct Document: Sendable {
    let type: String
    let bytes: [UInt8]
    let tag: String

    init(_ bytes: [UInt8], type: String) {
        self.type = type
        self.bytes = bytes
        // FNV-1a: whoever asks again wants to know whether anything changed, and nobody is kept out by it.
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        tag = "\"\(String(hash, radix: 16))\""
    }

    init(json text: String) { self.init(Array(text.utf8), type: "application/json") }
}
