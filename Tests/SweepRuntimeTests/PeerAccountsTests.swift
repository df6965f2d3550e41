import CoordinatorCore
import Testing

@testable import SweepRuntime

@Suite("What waits for peers")
struct PeerAccountsTests {
    private let peer = Peer(routingID: [0, 1])
    private let other = Peer(routingID: [0, 2])
    private let large = 16 << 20

    /// The ticket of the ping that follows a message.
    private func ticket(_ accounts: inout PeerAccounts, _ bytes: Int, answering number: UInt64?) throws -> UInt64 {
        let consequence = accounts.sent(bytes, to: peer, answering: number, at: .zero)
        guard case .ping(let ticket) = consequence else {
            Issue.record("no ping: \(consequence)")
            return 0
        }
        return ticket
    }

    /// Whether requests are taken up, each asked for in turn.
    private func admitted(_ accounts: inout PeerAccounts, _ requests: [(UInt64, Peer)]) -> [Bool] {
        var found: [Bool] = []
        for (number, peer) in requests { found.append(accounts.admits(number, from: peer)) }
        return found
    }

    @Test func whoReadsMayAskForEver() throws {
        var accounts = PeerAccounts()
        for number in 0..<100 as Range<UInt64> {
            #expect(admitted(&accounts, [(number, peer)]) == [true])
            let issued = try ticket(&accounts, large, answering: number)
            accounts.returned(issued, by: peer)
            #expect(accounts.waiting == 0)
        }
    }

    @Test func whoNeverReadsIsDropped() {
        var accounts = PeerAccounts()
        var sent = 0
        for number in 0..<100 as Range<UInt64> {
            #expect(admitted(&accounts, [(number, peer)]) == [true])
            sent += large
            guard case .drop(let waiting) = accounts.sent(large, to: peer, answering: number, at: .zero) else {
                continue
            }
            #expect(waiting == sent && waiting <= PeerAccounts.limit + 2 * large)
            accounts.forget(peer)
            #expect(accounts.waiting == 0 && accounts.peers.isEmpty)
            return
        }
        Issue.record("it was served for ever")
    }

    @Test func smallAnswersAddUp() {
        var accounts = PeerAccounts()
        for number in 0..<(1 << 20) as Range<UInt64> {
            _ = accounts.admits(number, from: peer)
            if case .drop(let waiting) = accounts.sent(100, to: peer, answering: number, at: .zero) {
                #expect(waiting > PeerAccounts.limit && waiting <= PeerAccounts.limit + 200)
                return
            }
        }
        Issue.record("it was served for ever")
    }

    /// A single message of any size is sent: there is no smaller one.
    @Test func oneMessageMayBeLargerThanTheLimit() throws {
        var accounts = PeerAccounts()
        _ = try ticket(&accounts, 10 * PeerAccounts.limit, answering: nil)
        let next = accounts.sent(100, to: peer, answering: nil, at: .zero)
        #expect(next == .nothing)
    }

    /// A slow client asks again before it has read the answer: it is on its way.
    @Test func aLargeAnswerIsNotSentTwice() throws {
        var accounts = PeerAccounts()
        #expect(admitted(&accounts, [(7, peer), (7, peer)]) == [true, false], "it is being answered")
        let issued = try ticket(&accounts, large, answering: 7)
        #expect(admitted(&accounts, [(7, peer), (7, other)]) == [false, true])
        accounts.returned(issued &+ 1, by: peer)
        accounts.returned(issued, by: other)
        #expect(admitted(&accounts, [(7, peer)]) == [false], "the ticket is another one, or another peer's")
        accounts.returned(issued, by: peer)
        #expect(admitted(&accounts, [(7, peer)]) == [true])
        // A small one may as well be sent again.
        let next = accounts.sent(100, to: peer, answering: 7, at: .zero)
        #expect(next == .nothing)
        #expect(admitted(&accounts, [(7, peer)]) == [true])
    }

    @Test func requestsThatAreBeingAnsweredAreFew() {
        var accounts = PeerAccounts()
        let found = admitted(&accounts, (0..<100).map { ($0, peer) } + [(0, other)])
        #expect(found.prefix(100).count(where: \.self) == PeerAccounts.requestLimit)
        #expect(found.last == true)
    }

    @Test func manyPeersThatReadNothingMakeRoomForOthers() throws {
        var accounts = PeerAccounts()
        let busy = Peer(routingID: [1, 0])
        for number in 0..<200 as Range<UInt8> where accounts.waiting < PeerAccounts.totalLimit {
            _ = accounts.sent(large, to: Peer(routingID: [1, number]), answering: nil, at: .seconds(Int(number)))
        }
        #expect(admitted(&accounts, [(1, busy), (1, peer)]) == [false, true])
        #expect(accounts.inTheWay(at: .seconds(5)) == nil)
        let found = try #require(accounts.inTheWay(at: .seconds(60)))
        #expect(found.peer == busy && found.waiting == large)
        accounts.forget(busy)
        #expect(accounts.inTheWay(at: .seconds(60)) == nil)
    }

    @Test func burstsEndAndWhatTheyLeaveComesLate() {
        var burst = BurstEnd()
        var found: [Bool] = []
        for mebibytes in [1, 0, 64, 32, 1, 1, 1, 1, 0] { found.append(burst.isOver(waiting: mebibytes << 20)) }
        #expect(found == [false, false, false, false, false, false, false, true, false])
        // What connections leave may come late; and then it is over.
        let later = (0..<200).filter { _ in burst.isOver(waiting: 0) }
        #expect(later == [2, 10, 26, 58])
    }
}
