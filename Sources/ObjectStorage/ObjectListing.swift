/// The objects that are in a bucket.
package enum ObjectListing {
    private static let pageBytes = 8 << 20
    private static let limit = 100_000

    /// The bucket of `text`, `s3://BUCKET` or `s3://BUCKET/KEY`, and the key: nil for what is no such URL.
    package static func parts(_ text: String) -> (bucket: String, key: String)? {
        guard BucketPath.isOne(text), let path = try? BucketPath(text) else { return nil }
        return (path.bucket, path.key)
    }

    /// The keys of the objects in a bucket that begin with `prefix`, in the server's order.
    package static func keys(
        in bucket: String, prefix: String, _ settings: S3Settings, _ limits: TransferLimits = TransferLimits()
    ) throws(TransferError) -> [String] {
        let path = try BucketPath("s3://\(bucket)")
        let transfer = try Transfer(settings, limits)
        var page = [UInt8](repeating: 0, count: pageBytes)
        var keys: [String] = []
        var token: String?
        repeat {
            // In the order that signatures want.
            var query = token.map { "continuation-token=\(PercentEncoding.encode($0.utf8, keeping: ""))&" } ?? ""
            query += "encoding-type=url&list-type=2&prefix=\(PercentEncoding.encode(prefix.utf8, keeping: ""))"
            let base = path.location(settings)
            // A bucket that is part of the host has the path "/", which signatures want to see.
            let slash = base.dropFirst(8).contains("/") ? "" : "/"
            let answer = try page.withUnsafeMutableBytes { bytes in
                Result { () throws(TransferError) in
                    try transfer.get(
                        "\(base)\(slash)?\(query)", expecting: 200, isSigned: settings.credentials != nil, into: bytes)
                }
            }.get()
            let listing = String(decoding: page.prefix(answer.count), as: UTF8.self)
            guard listing.utf8.count > 0, listing.range(of: "<ListBucketResult") != nil else {
                throw TransferError(.unsuitable, "the server does not list objects as S3 does")
            }
            keys += texts("Key", in: listing).map { String(decoding: decoded($0), as: UTF8.self) }
            let isCut = texts("IsTruncated", in: listing).first == "true"
            token = isCut ? texts("NextContinuationToken", in: listing).first.map(unescaped) : nil
            guard keys.count <= limit, !isCut || token != nil else {
                throw TransferError(.unsuitable, "there are more than 100,000 objects, or the list of them is cut")
            }
        } while token != nil
        return keys
    }

    /// The texts of the elements of one name, in order. A listing nests none in itself.
    static func texts(_ element: String, in listing: String) -> [Substring] {
        let bytes = listing.utf8
        let open = Array("<\(element)>".utf8)
        var found: [Substring] = []
        var index = bytes.startIndex
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            if bytes[start...].starts(with: open) {
                let text = bytes.index(start, offsetBy: open.count)
                let end = bytes[text...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.endIndex
                found.append(listing[text..<end])
                index = end
            } else {
                index = bytes.index(after: start)
            }
        }
        return found
    }

    /// A key as `encoding-type=url` has it: as in forms, where a plus sign is a space.
    static func decoded(_ key: Substring) -> [UInt8] {
        PercentEncoding.decode(unescaped(key).replacing("+", with: " "))
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = String(text)
        for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
            result = result.replacing(entity, with: character)
        }
        return result
    }
}
