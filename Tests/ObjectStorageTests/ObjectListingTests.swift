import Testing

@testable import ObjectStorage

struct ObjectListingTests {
    private func expand(_ server: CannedServer, _ text: String) throws -> [String] {
        let settings = try S3Settings(environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:\(server.port)"]) { _ in nil }
        return try ObjectListing.expand(text, settings)
    }

    private static func page(_ keys: [String], next: String? = nil) -> [UInt8] {
        let rows = keys.map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
        let end = next.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
        return CannedServer.reply(200, [], Array("<ListBucketResult>\(end)\(rows)</ListBucketResult>".utf8))
    }

    @Test func pagesAreFollowed() throws {
        let server = try CannedServer { request, number in
            number == 1 ? Self.page(["p/a.h5", "p/x+y%2B%C3%A4.h5"], next: "t/+=&amp;") : Self.page(["p/q/b.h5", "p/notes.txt"])
        }
        #expect(try expand(server, "s3://bucket/p/") == ["s3://bucket/p/a.h5", "s3://bucket/p/x y+ä.h5", "s3://bucket/p/q/b.h5"])
        #expect(server.requests[0].hasPrefix("GET /bucket?encoding-type=url&list-type=2&prefix=p%2F "))
        #expect(server.requests[1].hasPrefix("GET /bucket?continuation-token=t%2F%2B%3D%26&encoding-type=url&list-type=2&prefix=p%2F "))
    }

    @Test func wildcardsStopAtSlashes() throws {
        let server = try CannedServer { _, _ in Self.page(["p/a.h5", "p/b.h5", "p/q/c.h5", "p/d.hdf"]) }
        #expect(try expand(server, "s3://bucket/p/*.h5") == ["s3://bucket/p/a.h5", "s3://bucket/p/b.h5"])
        #expect(try expand(server, "s3://bucket/p/[b-z]*") == ["s3://bucket/p/b.h5", "s3://bucket/p/d.hdf"])
        #expect(try expand(server, "s3://bucket/*/q/?.h5") == ["s3://bucket/p/q/c.h5"])
    }

    @Test(arguments: ["", "<html>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"])
    func noListing(_ body: String) throws {
        let server = try CannedServer { _, _ in CannedServer.reply(200, [], Array(body.utf8)) }
        let error = #expect(throws: TransferError.self) { _ = try expand(server, "s3://bucket") }
        #expect(error?.kind == .unsuitable)
    }

    @Test func whatIsMany() {
        for many in ["s3://bucket", "s3://bucket/", "S3://bucket/a/", "s3://bucket/a*"] { #expect(ObjectListing.isMany(many)) }
        for one in ["s3://bucket/a", "http://h/a*", "http://h/"] { #expect(!ObjectListing.isMany(one)) }
    }
}
