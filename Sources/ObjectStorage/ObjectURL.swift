/// An object as a user names it, and where it is: `s3://bucket/key`, or a URL of scheme http or https.
package struct ObjectURL: Sendable {
    /// As the user named it, without anything secret.
    package let name: String
    /// Its URL of scheme http or https, percent-encoded.
    let location: String
    /// Whether requests for it are signed: only ever those to the S3 endpoint.
    let isSigned: Bool
    /// Whether it was named by bucket and key.
    package let isInBucket: Bool

    /// What `text` stands for under `settings`. Throws for what is no URL of an object.
    package init(_ text: String, _ settings: S3Settings) throws(TransferError) {
        name = text
        isInBucket = BucketPath.isOne(text)
        if isInBucket {
            let path = try BucketPath(text)
            guard !path.key.isEmpty, !path.key.hasSuffix("/") else {
                throw TransferError(.address, "the URL names no object")
            }
            location = path.location(settings) + "/" + PercentEncoding.encode(path.key.utf8)
            isSigned = settings.credentials != nil
        } else {
            let parts = try HTTPLocation(text)
            guard parts.path.utf8.count > 1, !parts.path.hasSuffix("/") else {
                throw TransferError(.address, "the URL names no object")
            }
            guard parts.path.utf8.count <= 8192 else { throw TransferError(.address, "the URL is too long") }
            isSigned = settings.credentials != nil && Self.isEndpoint(parts, settings)
            let path =
                isSigned
                ? PercentEncoding.encode(PercentEncoding.decode(parts.path))
                : PercentEncoding.encode(parts.path.utf8, keeping: "/%!$&'()*+,;=:@")
            location = parts.origin + path
        }
    }

    /// Whether `text` is to be taken for a URL rather than a path.
    package static func isURL(_ text: String) -> Bool { text.range(of: "://") != nil }

    /// The last component of the path, decoded where it is encoded.
    package static func fileName(_ name: String) -> String {
        let last = name.split(separator: "/").last ?? ""
        return BucketPath.isOne(name) ? String(last) : String(decoding: PercentEncoding.decode(last), as: UTF8.self)
    }

    /// Whether a URL is at the S3 endpoint, which credentials may be used for.
    private static func isEndpoint(_ parts: HTTPLocation, _ settings: S3Settings) -> Bool {
        if let endpoint = settings.endpoint { return parts.origin == endpoint.origin }
        let host = settings.amazonHost
        return parts.scheme == "https" && parts.port == 443 && (parts.host == host || parts.host.hasSuffix("." + host))
    }
}

/// A bucket, and a key or the beginning of some.
struct BucketPath: Sendable {
    let bucket: String
    let key: String

    static func isOne(_ text: String) -> Bool { text.prefix(5).lowercased() == "s3://" }

    init(_ text: String) throws(TransferError) {
        let rest = text.dropFirst(5)
        bucket = String(rest.prefix { $0 != "/" })
        key = String(rest.dropFirst(bucket.count + 1))
        guard (3...255).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isInBucket),
            bucket.utf8.first != UInt8(ascii: "."), bucket.utf8.last != UInt8(ascii: ".")
        else { throw TransferError(.address, "'\(bucket)' is no name of a bucket") }
        guard key.utf8.count <= 1024, key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw TransferError(.address, "the key has more than 1,024 bytes or control characters")
        }
    }

    /// The bucket's URL. Certificates of Amazon's do not hold for buckets with dots.
    func location(_ settings: S3Settings) -> String {
        if let endpoint = settings.endpoint {
            var base = endpoint.path
            while base.hasSuffix("/") { base.removeLast() }
            return endpoint.origin + PercentEncoding.encode(PercentEncoding.decode(base)) + "/" + bucket
        }
        let isPartOfHost =
            !bucket.contains { $0 == "." || $0 == "_" || $0.isUppercase } && bucket.utf8.count <= 63
        return "https://" + (isPartOfHost ? "\(bucket).\(settings.amazonHost)" : "\(settings.amazonHost)/\(bucket)")
    }

    private static func isInBucket(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
