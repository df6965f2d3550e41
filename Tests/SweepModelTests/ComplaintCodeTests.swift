import Foundation
import SweepModel
import Testing

@Suite("Codes of complaints")
struct ComplaintCodeTests {
    private func complaint(_ what: String, at place: String = "host", code: Complaint.Code = .other) -> Complaint {
        Complaint(.work, what, at: place, advice: "try again", code: code)
    }

    private func decoded(_ json: String) throws -> Complaint {
        try JSONDecoder().decode(Complaint.self, from: Data(json.utf8))
    }

    @Test func sentencesThatDifferAreOneCauseByTheirCode() {
        let (one, two) = (
            complaint("layer 1 died", code: .workerDied), complaint("layer 2 died", at: "b", code: .workerDied)
        )
        #expect(one.cause == two.cause && one != two)
        #expect(one.cause != complaint("layer 1 died", code: .misfit).cause)
        #expect(one.cause != Complaint(.request, "layer 1 died", at: "host", advice: "", code: .workerDied).cause)
    }

    @Test func withoutACodeTheSentenceAndThePlaceDecide() {
        #expect(complaint("no memory").cause == complaint("no memory").cause)
        #expect(complaint("no memory").cause != complaint("no disk").cause)
        #expect(complaint("no memory").cause != complaint("no memory", at: "b").cause)
        // Of an error that nobody expected the place is the work item.
        #expect(
            complaint("odd", at: "a", code: .unexpected).cause == complaint("odd", at: "b", code: .unexpected).cause)
        #expect(complaint("odd", code: .unexpected).cause != complaint("odder", code: .unexpected).cause)
    }

    @Test func whatEarlierAndLaterReleasesWroteIsRead() throws {
        let earlier = try decoded(#"{"advice":"a","kind":"work","place":"p","what":"w"}"#)
        #expect(earlier == Complaint(.work, "w", at: "p", advice: "a"))
        let later = try decoded(#"{"advice":"a","code":"moon_phase","kind":"work","place":"p","what":"w","when":1}"#)
        #expect(later == earlier)
        for code in Complaint.Code.allCases {
            let complaint = complaint("w", code: code)
            #expect(try JSONDecoder().decode(Complaint.self, from: JSONEncoder().encode(complaint)) == complaint)
        }
    }

    @Test func endingsOfProcessesAreReadFromTheirStatus() {
        #expect(ProcessEnding(waitStatus: 0).isGood)
        #expect("\(ProcessEnding(waitStatus: 3 << 8))" == "exit status 3")
        #expect("\(ProcessEnding(waitStatus: 11))" == "signal 11, SIGSEGV")
        // With a core file.
        #expect(ProcessEnding(waitStatus: 0x80 | 6) == .killed(signal: 6))
        #expect("\(ProcessEnding.killed(signal: 40))" == "signal 40")
    }
}
