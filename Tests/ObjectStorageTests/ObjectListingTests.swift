import Testing

@testable import ObjectStorage

struct ObjectListingTests {
    private func keys(_ server: CannedServer, prefix: String = "") throws -> [String] {
        let settings = try S3Settings(environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:\(server.port)"]) { _ in nil }
        return try ObjectListing.keys(in: "bucket", prefix: prefix, settings)
    }

    private static func page(_ keys: [String], next: String? = nil) -> [UInt8] {
        let rows = keys.map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
        let end =
            next.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
        return CannedServer.reply(200, [], Array("<ListBucketResult>\(end)\(rows)</ListBucketResult>".utf8))
    }

    @Test func pagesAreFollowed() throws {
        let server = try CannedServer { request, number in
            number == 1
                ? Self.page(["p/a.h5", "p/x+y%2B%C3%A4.h5"], next: "t/+=&amp;")
                : Self.page(["p/q/b.h5", "p/notes.txt"])
        }
        #expect(try keys(server, prefix: "p/") == ["p/a.h5", "p/x y+ä.h5", "p/q/b.h5", "p/notes.txt"])
        #expect(server.requests[0].hasPrefix("GET /bucket?encoding-type=url&list-type=2&prefix=p%2F "))
        #expect(
            server.requests[1].hasPrefix(
                "GET /bucket?continuation-token=t%2F%2B%3D%26&encoding-type=url&list-type=2&prefix=p%2F "))
    }

    @Test(arguments: ["", "<html>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"])
    func noListing(_ body: String) throws {
        let server = try CannedServer { _, _ in CannedServer.reply(200, [], Array(body.utf8)) }
        let error = #expect(throws: TransferError.self) { _ = try keys(server) }
        #expect(error?.kind == .unsuitable)
    }

    @Test(arguments: [("s3://bucket", ""), ("S3://bucket/", ""), ("s3://bucket/a/*.h5", "a/*.h5")])
    func bucketAndKey(_ text: String, _ key: String) {
        let parts = ObjectListing.parts(text)
        #expect(parts?.bucket == "bucket" && parts?.key == key)
    }

    @Test(arguments: ["http://h/a*", "s3://", "/s3/bucket"]) func noBucket(_ text: String) {
        #expect(ObjectListing.parts(text) == nil)
    }
}
