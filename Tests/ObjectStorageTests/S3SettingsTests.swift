import Testing

@testable import ObjectStorage

struct S3SettingsTests {
    private let files = [
        "/h/.aws/credentials": """
        # mine
        [default]
        aws_access_key_id = DK
        aws_secret_access_key=ds=/+
        [lab]
        aws_access_key_id=LK
        aws_secret_access_key=ls
        aws_session_token = lt
        """,
        "/h/.aws/config":
            "[default]\nregion = eu-north-1\n[profile lab]\nregion=us-west-2\nendpoint_url = http://h:9\n",
    ]

    private func settings(_ variables: [String: String]) throws -> S3Settings {
        try S3Settings(environment: variables.merging(["HOME": "/h"]) { first, _ in first }) { files[$0] }
    }

    @Test func profiles() throws {
        let standard = try settings([:])
        #expect(standard.credentials == .init(keyID: "DK", secret: "ds=/+", token: nil))
        #expect(standard.region == "eu-north-1")
        let lab = try settings(["AWS_PROFILE": "lab"])
        #expect(lab.credentials == .init(keyID: "LK", secret: "ls", token: "lt"))
        #expect(lab.region == "us-west-2")
        #expect(lab.endpoint?.origin == "http://h:9")
        #expect(throws: TransferError.self) { _ = try settings(["AWS_PROFILE": "nobody"]) }
    }

    @Test func variablesComeFirst() throws {
        let found = try settings([
            "AWS_ACCESS_KEY_ID": "VK", "AWS_SECRET_ACCESS_KEY": "vs", "AWS_DEFAULT_REGION": "ap-south-1",
        ])
        #expect(found.credentials == .init(keyID: "VK", secret: "vs", token: nil))
        #expect(found.region == "ap-south-1")
    }

    @Test func none() throws {
        let found = try S3Settings(environment: [:]) { _ in nil }
        #expect(found.credentials == nil)
        #expect(found.region == "us-east-1")
        #expect(found.endpoint == nil)
    }

    @Test(arguments: [
        ["AWS_ACCESS_KEY_ID": "topsecret"], ["AWS_SECRET_ACCESS_KEY": "topsecret"],
        ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "topsecret\r\nX: y"],
        ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": String(repeating: "topsecret", count: 1000)],
        ["AWS_REGION": "topsecret.example/"], ["AWS_REGION": String(repeating: "a", count: 65)],
        ["AWS_ENDPOINT_URL": "http://user:topsecret@h/"], ["AWS_ENDPOINT_URL_S3": "nonsense-topsecret"],
    ]) func unusable(_ variables: [String: String]) {
        let error = #expect(throws: TransferError.self) { _ = try settings(variables) }
        #expect(error?.kind == .address)
        #expect(error?.reason.contains("topsecret") == false)
    }
}
