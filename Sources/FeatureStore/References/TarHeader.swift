/// The head of a member of a tar archive (POSIX.1-1988, "ustar"), as far as files of references need it: regular files with plain names.
struct TarHeader {
    static let bytes = 512
    /// What eleven octal digits can say.
    static let largestMember = 1 << 33 - 1

    let name: String
    let memberBytes: Int

    init(name: String, memberBytes: Int) {
        precondition(name.utf8.count < 100 && (0...Self.largestMember).contains(memberBytes))
        self.name = name
        self.memberBytes = memberBytes
    }

    /// What `block` says; nil where it is none that `encoded` makes.
    init?(_ block: [UInt8]) {
        guard block.count == Self.bytes, block[0] != 0 else { return nil }
        let name = String(decoding: block[..<100].prefix { $0 != 0 }, as: UTF8.self)
        guard let size = Int(String(decoding: block[124..<135], as: UTF8.self), radix: 8),
            name.utf8.count < 100, (0...Self.largestMember).contains(size)
        else { return nil }
        self.init(name: name, memberBytes: size)
        guard encoded == block else { return nil }
    }

    /// The same bytes for the same member, whoever writes it and when.
    var encoded: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.bytes)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        for (offset, value, digits) in [
            (100, 0o644, 7), (108, 0, 7), (116, 0, 7), (124, memberBytes, 11), (136, 0, 11),
        ] {
            put(Self.octal(value, digits), at: offset)
        }
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\0" + "00", at: 257)
        put(Self.octal(block.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        return block
    }

    /// With what follows the member up to the next head.
    var spanBytes: Int { Self.bytes + Self.padded(memberBytes) }

    static func padded(_ count: Int) -> Int { (count + bytes - 1) / bytes * bytes }

    private static func octal(_ value: Int, _ digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
