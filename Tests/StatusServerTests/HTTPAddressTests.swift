import SweepModel
import Testing

@testable import StatusServer

@Suite struct HTTPAddressTests {
    @Test(arguments: [
        ("127.0.0.1:7071", "127.0.0.1", 7071), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
        ("0.0.0.0:9", "0.0.0.0", 9), ("head-1.cluster:65535", "head-1.cluster", 65535),
    ])
    func readsHostAndPort(text: String, host: String, port: Int) throws {
        let address = try HTTPAddress(text)
        #expect(address.host == host && address.port == port)
        #expect("\(address)" == text)
    }

    @Test(arguments: [
        "", "7071", ":7071", "localhost", "localhost:", "localhost:65536", "::1:80", "a b:1", "http://x:1", "[host]:80",
        "[::1]", "1.2.3:80",
    ])
    func refusesWhatIsNoAddress(text: String) { #expect(throws: NetworkAddress.Fault.self) { try HTTPAddress(text) } }

    @Test func knowsWhatOnlyThisHostReaches() throws {
        for text in ["127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "localhost:1"] {
            #expect(try HTTPAddress(text).isLoopback)
        }
        for text in ["0.0.0.0:1", "10.0.0.1:1", "127.evil.example:1", "[::]:1"] {
            #expect(try !HTTPAddress(text).isLoopback)
        }
    }

    @Test func aNameThatPointsHereIsNotThisHost() {
        for header in ["localhost", "localhost:7071", "127.0.0.1:7071", "[::1]:7071", "10.0.0.7"] {
            #expect(HTTPAddress.isOwnName(header))
        }
        for header in ["evil.example", "evil.example:7071", "", "127.0.0.1.evil.example"] {
            #expect(!HTTPAddress.isOwnName(header))
        }
    }
}
