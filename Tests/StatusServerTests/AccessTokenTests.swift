import SweepModel
import Testing

@testable import StatusServer

struct AccessTokenTests {
    @Test(arguments: ["", "short", "0123456789abcde", "0123456789 abcdef", "0123456789abcdef\n0", "0123456789abcdé"])
    func refusesWhatIsNoToken(text: String) { #expect(AccessToken(text) == nil) }

    @Test func leavesOutWhiteSpaceAroundIt() throws {
        let token = try #require(AccessToken("  0123456789-._~+/=abc\r\n"))
        #expect(token.matches("0123456789-._~+/=abc"))
        #expect(!token.matches("0123456789-._~+/=ab") && !token.matches(""))
    }

    @Test func aFileThatIsNotThereIsAComplaint() {
        #expect(throws: Complaint.self) { try AccessToken(file: "/nowhere/token") }
        #expect(throws: Complaint.self) { try AccessToken(file: "/dev/null") }
    }
}
