import Testing

@testable import SweepModel

@Suite("Where a coordinator listens or is found")
struct EndpointTests {
    @Test(arguments: [
        "tcp://127.0.0.1:7070", "tcp://head-1.cluster:65535", "tcp://[::1]:7070", "tcp://[fe80::1%eth0]:1",
        "ipc:///run/x",
    ])
    func both(text: String) throws {
        #expect("\(try Endpoint(text, for: .connecting, at: "--connect"))" == text)
        #expect("\(try Endpoint(text, for: .listening, at: "--bind"))" == text)
    }

    @Test(arguments: [
        ("tcp://127.0.0.1", "no port"), ("tcp://127.0.0.1:", "no port"), ("tcp://:7070", "no host"),
        ("tcp://host:70700", "'70700'"), ("tcp://host:-1", "'-1'"), ("tcp://::1:7070", "brackets"),
        ("tcp://[::1", "a bracket without its other one"), ("tcp://[::1:7070", "a bracket without its other one"),
        ("tcp://::1]:7070", "a bracket without its other one"),
        ("tcp://[::g]:7070", "no IPv6"), ("tcp://256.1.1.1:7070", "256.1.1.1"), ("tcp://a b:7070", "'a b'"),
        ("tcp://host/x:7070", "'host/x'"), ("ipc://", "no path"), ("host:7070", "no endpoint"),
        ("udp://host:1", "no endpoint"),
        ("ipc:///" + String(repeating: "x", count: 107), "108 bytes"),
    ])
    func neither(text: String, words: String) {
        for use in [Endpoint.Use.listening, .connecting] {
            let complaint = #expect(throws: Complaint.self) { try Endpoint(text, for: use, at: "the place") }
            #expect(complaint?.what.contains(words) == true, "\(complaint?.what ?? "")")
            #expect(complaint?.place == "the place" && complaint?.kind == .request)
        }
    }

    @Test func portZeroAndWildcardsAreToListenAtOnly() throws {
        for (text, meant) in [
            ("tcp://[::]:0", "tcp://[::]:0"), ("tcp://*:7070", "tcp://0.0.0.0:7070"),
            ("tcp://127.0.0.1:*", "tcp://127.0.0.1:0"),
        ] {
            #expect("\(try Endpoint(text, for: .listening, at: ""))" == meant)
            #expect(throws: Complaint.self) { try Endpoint(text, for: .connecting, at: "") }
        }
    }
}
