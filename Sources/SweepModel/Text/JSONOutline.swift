internal import Foundation

/// What a JSON document is made of, found in one pass without building its values.
///
/// Readers do not agree on what an object with one key twice says: some take the first, others the last. A document of somebody else's that decides
/// anything has to say one thing to all.
package struct JSONOutline: Sendable {
    /// Whether no object has a key twice.
    package private(set) var hasUniqueKeys = true
    /// Texts, numbers and literals, keys included.
    package private(set) var valueCount = 0

    /// Deeper documents are not looked at.
    private static let deepest = 64

    /// Nil where `bytes` are no document, as far as brackets and texts tell, or where it has more than `mostValues`.
    package init?(_ bytes: [UInt8], mostValues: Int) {
        // Of each object that is open the keys so far; nil for arrays.
        var open: [Set<String>?] = []
        var isKey = false
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"):
                open.append([])
                isKey = true
            case UInt8(ascii: "["):
                open.append(Set<String>?.none)
                isKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard let last = open.popLast(), (last != nil) == (bytes[position] == UInt8(ascii: "}")) else {
                    return nil
                }
                isKey = false
            case UInt8(ascii: ","): isKey = open.last.map { $0 != nil } ?? false
            case UInt8(ascii: ":"): isKey = false
            case UInt8(ascii: "\""):
                guard let end = Self.end(ofText: bytes, from: position) else { return nil }
                valueCount += 1
                if isKey, !open.isEmpty {
                    guard let key = Self.text(bytes[position..<end]) else { return nil }
                    if open[open.count - 1]?.insert(key).inserted == false { hasUniqueKeys = false }
                }
                position = end - 1
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
            default:
                // A number or a literal, up to what ends it.
                valueCount += 1
                while position + 1 < bytes.count, !",]} \n\r\t".utf8.contains(bytes[position + 1]) { position += 1 }
            }
            guard open.count <= Self.deepest, valueCount <= mostValues else { return nil }
            position += 1
        }
        guard open.isEmpty else { return nil }
    }

    /// The position behind the text that begins at `start`.
    private static func end(ofText bytes: [UInt8], from start: Int) -> Int? {
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""): return position + 1
            default: position += 1
            }
        }
        return nil
    }

    /// A quoted text as its reader sees it: the same key may be written in several ways.
    private static func text(_ quoted: ArraySlice<UInt8>) -> String? {
        if !quoted.contains(UInt8(ascii: "\\")) {
            return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
        }
        return try? JSONDecoder().decode(String.self, from: Data(quoted))
    }
}
