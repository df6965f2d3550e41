import CoordinatorCore
import Testing

@testable import SweepRuntime

@Suite("What waits for peers")
struct PeerAccountsTests {
    private let peer = Peer(routingID: [0, 1])
    private let other = Peer(routingID: [0, 2])
    private let large = 16 << 20

    private func ticket(_ consequence: PeerAccounts.Consequence) -> UInt64? {
        if case .ping(let ticket) = consequence { ticket } else { nil }
    }

    @Test func whoReadsMayAskForEver() throws {
        var accounts = PeerAccounts()
        for number in 0..<100 as Range<UInt64> {
            #expect(accounts.admits(number, from: peer))
            let ticket = try #require(ticket(accounts.sent(large, to: peer, answering: number, at: .zero)))
            accounts.returned(ticket, by: peer)
            #expect(accounts.waiting == 0)
        }
    }

    @Test func whoNeverReadsIsDropped() {
        var accounts = PeerAccounts()
        var sent = 0
        for number in 0..<100 as Range<UInt64> {
            #expect(accounts.admits(number, from: peer))
            sent += large
            guard case .drop(let waiting) = accounts.sent(large, to: peer, answering: number, at: .zero) else { continue }
            #expect(waiting == sent && waiting <= PeerAccounts.limit + 2 * large)
            accounts.forget(peer)
            return #expect(accounts.waiting == 0 && accounts.peers.isEmpty)
        }
        Issue.record("it was served for ever")
    }

    @Test func smallAnswersAddUp() {
        var accounts = PeerAccounts()
        var pings = 0
        for number in 0..<(1 << 20) as Range<UInt64> {
            _ = accounts.admits(number, from: peer)
            switch accounts.sent(100, to: peer, answering: number, at: .zero) {
            case .nothing: continue
            case .ping: pings += 1
            case .drop(let waiting):
                #expect(waiting <= PeerAccounts.limit + 200 && pings == PeerAccounts.limit / PeerAccounts.bytesPerPing)
                return
            }
        }
        Issue.record("it was served for ever")
    }

    /// A single message of any size is sent: there is no smaller one.
    @Test func oneMessageMayBeLargerThanTheLimit() {
        var accounts = PeerAccounts()
        #expect(ticket(accounts.sent(10 * PeerAccounts.limit, to: peer, answering: nil, at: .zero)) != nil)
        #expect(accounts.sent(100, to: peer, answering: nil, at: .zero) == .nothing)
    }

    /// A slow client asks again before it has read the answer: it is on its way.
    @Test func aLargeAnswerIsNotSentTwice() throws {
        var accounts = PeerAccounts()
        #expect(accounts.admits(7, from: peer) && !accounts.admits(7, from: peer), "it is being answered")
        let ticket = try #require(ticket(accounts.sent(large, to: peer, answering: 7, at: .zero)))
        #expect(!accounts.admits(7, from: peer) && accounts.admits(7, from: other))
        accounts.returned(ticket &+ 1, by: peer)
        accounts.returned(ticket, by: other)
        #expect(!accounts.admits(7, from: peer), "the ticket is another one, or another peer's")
        accounts.returned(ticket, by: peer)
        #expect(accounts.admits(7, from: peer))
        // A small one may as well be sent again.
        #expect(accounts.sent(100, to: peer, answering: 7, at: .zero) == .nothing)
        #expect(accounts.admits(7, from: peer))
    }

    @Test func requestsThatAreBeingAnsweredAreFew() {
        var accounts = PeerAccounts()
        let admitted = (0..<100 as Range<UInt64>).count { accounts.admits($0, from: peer) }
        #expect(admitted == PeerAccounts.requestLimit)
        #expect(accounts.admits(0, from: other))
    }

    @Test func manyPeersThatReadNothingMakeRoomForOthers() throws {
        var accounts = PeerAccounts()
        var first: Peer?
        for number in 0..<200 as Range<UInt8> where accounts.waiting < PeerAccounts.totalLimit {
            let peer = Peer(routingID: [1, number])
            first = first ?? peer
            _ = accounts.sent(large, to: peer, answering: nil, at: .seconds(Int(number)))
        }
        let busy = try #require(first)
        #expect(!accounts.admits(1, from: busy) && accounts.admits(1, from: peer))
        #expect(accounts.inTheWay(at: .seconds(5)) == nil)
        let found = try #require(accounts.inTheWay(at: .seconds(60)))
        #expect(found.peer == busy && found.waiting == large)
        accounts.forget(busy)
        #expect(accounts.inTheWay(at: .seconds(60)) == nil)
    }

    @Test func burstsEndOnce() {
        var burst = BurstEnd()
        #expect(!burst.isOver(waiting: 1 << 20) && !burst.isOver(waiting: 0), "it was none")
        #expect(!burst.isOver(waiting: 64 << 20) && !burst.isOver(waiting: 32 << 20))
        #expect(burst.isOver(waiting: 1 << 20) && !burst.isOver(waiting: 0))
    }
}
