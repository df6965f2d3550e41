import CZeroMQ

/// A public or secret key of CurveZMQ: 32 bytes, written as 40 characters of Z85.
package struct CurveKey: Hashable, Sendable {
    package let bytes: [UInt8]

    /// The key that `text` spells in Z85; nil where it is none.
    package init?(z85 text: String) {
        guard text.utf8.count == 40, text.utf8.allSatisfy(Self.alphabet.contains) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        guard zmq_z85_decode(&bytes, text) != nil else { return nil }
        self.bytes = bytes
    }

    /// Nil where there are not 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// The key in Z85.
    package var z85: String {
        var text = [CChar](repeating: 0, count: 41)
        zmq_z85_encode(&text, bytes, bytes.count)
        return String(decoding: text.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static let alphabet = Set(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)
}

/// A public key and the secret key that belongs to it.
package struct CurveKeyPair: Sendable {
    package let publicKey: CurveKey
    package let secretKey: CurveKey

    /// A new pair.
    package static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var texts = (publicKey: [CChar](repeating: 0, count: 41), secretKey: [CChar](repeating: 0, count: 41))
        _ = try CallOutcome(of: { zmq_curve_keypair(&texts.publicKey, &texts.secretKey) }).value(
            of: "zmq_curve_keypair")
        func text(_ characters: [CChar]) -> String {
            String(decoding: characters.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard let publicKey = CurveKey(z85: text(texts.publicKey)), let secretKey = CurveKey(z85: text(texts.secretKey))
        else { throw ZeroMQError(code: .protocolViolation, operation: "zmq_curve_keypair") }
        return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
    }

    /// The pair of a secret key.
    package init(secretKey: CurveKey) throws(ZeroMQError) {
        var characters = [CChar](repeating: 0, count: 41)
        let secret = secretKey.z85
        _ = try CallOutcome(of: { zmq_curve_public(&characters, secret) }).value(of: "zmq_curve_public")
        let text = String(decoding: characters.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let publicKey = CurveKey(z85: text) else {
            throw ZeroMQError(code: .protocolViolation, operation: "zmq_curve_public")
        }
        self.init(publicKey: publicKey, secretKey: secretKey)
    }

    private init(publicKey: CurveKey, secretKey: CurveKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }
}

extension CurveKeyPair: CustomStringConvertible {
    /// Without the secret.
    package var description: String { "CurveKeyPair(\(publicKey.z85))" }
}
