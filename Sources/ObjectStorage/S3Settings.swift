internal import Glibc

/// What the environment says of S3: who asks, and where the buckets are. It is read in every process and never sent to another one.
package struct S3Settings: Sendable {
    /// A key and its secret; `token` where they are temporary.
    struct Credentials: Equatable, Sendable {
        let keyID: String
        let secret: String
        let token: String?
    }

    let credentials: Credentials?
    let region: String
    /// An S3-compatible server, where buckets are part of the path; nil for Amazon's.
    let endpoint: HTTPLocation?

    /// Reads the usual variables of `environment`, and where they name no key, the profile in the usual files.
    package init(
        environment: [String: String], contents: (_ path: String) -> String? = Self.contents
    ) throws(TransferError) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let home = value("HOME").map { $0 + "/.aws/" }
        let profile = value("AWS_PROFILE") ?? "default"
        func section(_ file: String?, _ heading: String) -> [String: String] {
            file.flatMap(contents).map { Self.section(heading, of: $0) } ?? [:]
        }
        let secrets = section(value("AWS_SHARED_CREDENTIALS_FILE") ?? home.map { $0 + "credentials" }, profile)
        let configuration = section(
            value("AWS_CONFIG_FILE") ?? home.map { $0 + "config" },
            profile == "default" ? profile : "profile \(profile)")
        if let named = value("AWS_PROFILE"), secrets.isEmpty, configuration.isEmpty {
            throw TransferError(.address, "AWS_PROFILE is '\(named)', of which the files in ~/.aws know nothing")
        }
        // Half a pair of variables is a mistake that unsigned requests would hide.
        let pair = (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"))
        switch pair {
        case (let key?, let secret?):
            credentials = Credentials(keyID: key, secret: secret, token: value("AWS_SESSION_TOKEN"))
        case (nil, nil):
            if let key = secrets["aws_access_key_id"], let secret = secrets["aws_secret_access_key"] {
                credentials = Credentials(keyID: key, secret: secret, token: secrets["aws_session_token"])
            } else {
                credentials = nil
            }
        default:
            throw TransferError(.address, "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set")
        }
        if let credentials {
            // They become parts of header lines.
            let texts = [credentials.keyID, credentials.secret, credentials.token ?? "-"]
            guard
                texts.allSatisfy({
                    !$0.isEmpty && $0.utf8.count <= 8192 && $0.utf8.allSatisfy { (0x21...0x7e).contains($0) }
                })
            else { throw TransferError(.address, "the S3 credentials have spaces or other characters that none have") }
        }
        region = value("AWS_REGION", "AWS_DEFAULT_REGION") ?? configuration["region"] ?? "us-east-1"
        guard region.utf8.count <= 64, region.utf8.allSatisfy({ Self.isInRegion($0) }) else {
            throw TransferError(.address, "the region in AWS_REGION, AWS_DEFAULT_REGION or ~/.aws/config is none")
        }
        let server = value("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? configuration["endpoint_url"]
        do {
            endpoint = try server.map { (text) throws(TransferError) in try HTTPLocation(text) }
        } catch {
            throw TransferError(.address, "AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL cannot be used: \(error.reason)")
        }
    }

    /// The host of Amazon's S3 in the region.
    var amazonHost: String { "s3.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "") }

    private static func isInRegion(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }

    /// The keys and values below a heading in brackets.
    private static func section(_ heading: String, of text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            if line.hasPrefix("["), line.hasSuffix("]") {
                isInside = trimmed(line.dropFirst().dropLast()) == heading
            } else if isInside, !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") {
                values[trimmed(line[..<equals]).lowercased()] = String(trimmed(line[line.index(after: equals)...]))
            }
        }
        return values
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }

    /// The text of a small file; nil where there is none.
    package static func contents(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return String(decoding: bytes.prefix(fread(&bytes, 1, bytes.count, file)), as: UTF8.self)
    }
}
