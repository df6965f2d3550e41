import Testing

@testable import ObjectStorage

struct ObjectURLTests {
    private let keys = ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "secret"]

    private func url(_ text: String, _ variables: [String: String] = [:]) throws -> ObjectURL {
        try ObjectURL(text, S3Settings(environment: variables) { _ in nil })
    }

    @Test(arguments: [
        ("s3://bucket/a/b.h5", "https://bucket.s3.eu-west-1.amazonaws.com/a/b.h5"),
        ("S3://bucket/b", "https://bucket.s3.eu-west-1.amazonaws.com/b"),
        ("s3://with.dots/b", "https://s3.eu-west-1.amazonaws.com/with.dots/b"),
        ("s3://bucket/a b+c%20ä?#.h5", "https://bucket.s3.eu-west-1.amazonaws.com/a%20b%2Bc%2520%C3%A4%3F%23.h5"),
        ("s3://bucket//../x", "https://bucket.s3.eu-west-1.amazonaws.com//../x"),
    ]) func bucketsOfAmazon(_ text: String, _ location: String) throws {
        let found = try url(text, ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "no"])
        #expect(found.location == location)
        #expect(found.name == text)
        #expect(!found.isSigned)
    }

    @Test func bucketsOfAnEndpoint() throws {
        let variables = ["AWS_ENDPOINT_URL": "http://elsewhere", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9000/base/"]
        let found = try url("s3://b_u.c/k 1", keys.merging(variables) { $1 })
        #expect(found.location == "http://127.0.0.1:9000/base/b_u.c/k%201")
        #expect(found.isSigned)
    }

    @Test func credentialsGoToTheEndpointAlone() throws {
        let local = keys.merging(["AWS_ENDPOINT_URL": "http://127.0.0.1:9000"]) { $1 }
        #expect(try url("http://127.0.0.1:9000/b/k", local).isSigned)
        for other in [
            "http://127.0.0.1:9001/b/k", "https://127.0.0.1:9000/b/k", "http://127.0.0.1/b/k",
            "http://127.0.0.1.example:9000/b",
            "https://b.s3.us-east-1.amazonaws.com/k",
        ] { #expect(try !url(other, local).isSigned, "\(other)") }
        #expect(try url("https://b.s3.us-east-1.amazonaws.com/k", keys).isSigned)
        #expect(try url("https://s3.us-east-1.amazonaws.com:443/b/k", keys).isSigned)
        for other in [
            "http://b.s3.us-east-1.amazonaws.com/k", "https://evils3.us-east-1.amazonaws.com/k",
            "https://s3.us-east-1.amazonaws.com.example/b/k", "https://b.s3.us-east-1.amazonaws.com:444/k",
            "https://b.s3.eu-west-1.amazonaws.com/k",
        ] { #expect(try !url(other, keys).isSigned, "\(other)") }
    }

    @Test(arguments: [
        ("http://h/a b/ä%20%zz", "http://h/a%20b/%C3%A4%20%zz"), ("HTTPS://Host:443/x", "https://host/x"),
        ("http://[::1]:80/x", "http://[::1]/x"), ("http://h:8080/a+b", "http://h:8080/a+b"),
    ]) func plainURLs(_ text: String, _ location: String) throws { #expect(try url(text).location == location) }

    @Test func signedPathsAreEncodedAsSignaturesWant() throws {
        let local = keys.merging(["AWS_ENDPOINT_URL": "http://h:1"]) { $1 }
        #expect(try url("http://h:1/b/a+b%2f%7E", local).location == "http://h:1/b/a%2Bb/~")
    }

    @Test(arguments: [
        "ftp://h/x", "gs://b/k", "://", "http://", "http:///x", "http://h", "http://h/", "http://h/x/", "http://h:0/x",
        "http://h:65536/x",
        "http://h:/x", "http://h:1a/x", "http://h:99999999999999999999/x", "http://a:b@h/x",
        "http://h/x?X-Amz-Signature=1", "http://h/x#y",
        "http://h\\@g/x", "http://h/\u{0}x", "http://h/x\ny", "http://[::1/x", "http://[]/x", "http://h]/x",
        "http://ä/x", "http://h x/x",
        "http://\(String(repeating: "h", count: 300))/x", "http://h/\(String(repeating: "x", count: 9000))", "s3://",
        "s3://b", "s3://bucket",
        "s3://bucket/", "s3://bucket/x/", "s3://BAD BUCKET/x", "s3://../x", "s3://bucket/\u{7f}", "s3://bucket@host/x",
        "s3://bu:80/x",
        "s3://bucket/\(String(repeating: "k", count: 1025))", "file:///x",
    ]) func noURLs(_ text: String) {
        let error = #expect(throws: TransferError.self) { _ = try url(text, keys) }
        #expect(error?.kind == .address)
    }

    /// Whatever is thrown at it, it says no or makes a URL without anything that breaks a request.
    @Test func anything() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "s3://", "http://", "https://", "bucket", "/", "//", ":", "@", "[", "]", "%", "%2", "%41", "?", "#", "\\",
            "\0", "\n", "ä",
            "😀", " ", "+", "..", "*", "\u{301}", "80",
        ]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }.joined()
            guard let found = try? url(text, keys) else { continue }
            #expect(found.location.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "\(text.debugDescription)")
            #expect(found.location.hasPrefix("http"))
        }
    }

    @Test func namesOfFiles() {
        #expect(ObjectURL.fileName("s3://b/a/x%20y.h5") == "x%20y.h5")
        #expect(ObjectURL.fileName("http://h/a/x%20y.h5") == "x y.h5")
    }
}
