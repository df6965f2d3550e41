/// Texts of many cells in few bytes: the distinct ones once, and for each cell the position of its own among these, all in as few digits as
/// the largest takes.
struct PackedTexts: Sendable {
    /// The digits of positions: characters that neither JSON nor markup has to escape. The script (targets.js) has the same.
    private static let digits = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%()*+,-./:;=?@[]^_`{}~".utf8)

    private let distinct: [String]
    private let codes: String

    /// Texts without a bar (|), which parts them.
    init(_ texts: [String]) {
        let index = CategoryIndex(texts)
        distinct = index.names
        let base = Self.digits.count
        var (width, reach) = (0, 1)
        while reach < distinct.count { (width, reach) = (width + 1, reach * base) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * texts.count)
        for position in index.indices {
            var divisor = reach / base
            for _ in 0..<width {
                bytes.append(Self.digits[position / divisor % base])
                divisor /= base
            }
        }
        codes = String(decoding: bytes, as: UTF8.self)
    }

    /// `[distinct texts with bars between, digits]`.
    var value: JSONValue {
        [
            .string(distinct.map { Escaping.visible($0).replacing("|", with: "¦") }.joined(separator: "|")),
            .string(codes),
        ]
    }
}
