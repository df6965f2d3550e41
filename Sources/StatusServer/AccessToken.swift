internal import Foundation
package import SweepModel

/// What whoever wants to look must know.
package struct AccessToken: Sendable {
    private let bytes: [UInt8]

    /// The cookie that stands for the header in a browser.
    static let cookie = "platonic_token"
    private static let shortest = 16
    private static let longest = 1024

    /// Reads it from a file, white space around it left out.
    package init(file path: String) throws(Complaint) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Complaint(
                .request, "the token cannot be read", at: path,
                advice: "make it, such as with 'openssl rand -hex 32 > \(path)'")
        }
        guard let token = AccessToken(String(decoding: data.prefix(64 << 10), as: UTF8.self)) else {
            throw Complaint(
                .request, "the file has no token of \(Self.shortest) to \(Self.longest) letters, digits and -._~+/=",
                at: path,
                advice: "make one, such as with 'openssl rand -hex 32 > \(path)'")
        }
        self = token
    }

    /// nil where it is too short, too long, or has other characters than a bearer token may (RFC 6750).
    init?(_ text: String) {
        let bytes = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        guard (Self.shortest...Self.longest).contains(bytes.count), bytes.allSatisfy(Self.mayBeIn) else { return nil }
        self.bytes = bytes
    }

    /// Whether `text` is it, in a time that does not tell how much of it is right.
    func matches(_ text: some StringProtocol) -> Bool {
        let other = Array(text.utf8)
        guard other.count == bytes.count else { return false }
        return zip(bytes, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether the value of an `Authorization` header is it.
    func isIn(authorization value: String?) -> Bool {
        guard let value, value.prefix(7).lowercased() == "bearer " else { return false }
        return matches(value.dropFirst(7).drop { $0 == " " })
    }

    /// Whether the value of a `Cookie` header has it.
    func isIn(cookies value: String?) -> Bool {
        (value ?? "").split(separator: ";").contains { part in
            let pair = part.drop { $0 == " " }
            return pair.hasPrefix(Self.cookie + "=") && matches(pair.dropFirst(Self.cookie.count + 1))
        }
    }

    /// The cookie for a browser: no script reads it, and no other site sends it along.
    func setCookie() -> String {
        "\(Self.cookie)=\(String(decoding: bytes, as: UTF8.self)); HttpOnly; SameSite=Strict; Path=/"
    }

    private static func mayBeIn(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}
