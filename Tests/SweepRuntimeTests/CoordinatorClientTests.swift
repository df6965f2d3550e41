import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Synchronization
import Testing
import ZeroMQ

@testable import SweepRuntime

@Suite("The client of a coordinator")
struct CoordinatorClientTests {
    private let folder: EndpointFolder
    private let endpoint: String

    init() throws {
        folder = try EndpointFolder()
        endpoint = folder.endpoint("a")
    }

    /// Asks the coordinator of the test with a client of its own.
    private func withClient<Result>(
        _ address: String? = nil, isInsecure: Bool = false, patience: Duration = .seconds(10),
        resend: Duration = .seconds(60), silence: @escaping (String) -> Void = { _ in },
        _ body: (inout CoordinatorClient) throws -> Result
    ) throws -> Result {
        var settings = ClientSettings(patience: patience)
        settings.resendInterval = resend
        settings.silence = silence
        settings.silenceNotice = .milliseconds(50)
        var client = try CoordinatorClient(
            try EndpointArgument(address ?? endpoint), credentials: try ClientCredentials(isInsecure: isInsecure),
            settings: settings)
        let result = Swift.Result { try body(&client) }
        client.close()
        return try result.get()
    }

    /// What the client is told to say to the user.
    private func complaint<Result>(_ body: () throws -> Result) throws -> Complaint {
        let thrown = #expect(throws: Complaint.self) { _ = try body() }
        return try #require(thrown)
    }

    @Test func aLostReplyIsAskedForAgainUnderItsNumber() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, place in place < 2 ? [] : [.reply(.done)] }
        defer { coordinator.stop() }
        try withClient(resend: .milliseconds(10)) { try $0.change(.cancel(SweepID(7))) }
        #expect(coordinator.asked.count >= 3)
        #expect(Set(coordinator.asked.map(\.number)).count == 1, "another number would be done a second time")
        #expect(coordinator.asked.allSatisfy { $0.request == .cancel(SweepID(7)) })
    }

    @Test func eachRequestHasANumberOfItsOwn() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.reply(.done)] }
        defer { coordinator.stop() }
        try withClient { client in for _ in 0..<3 { try client.change(.retry(SweepID(1))) } }
        #expect(Set(coordinator.asked.map(\.number)).count == 3)
    }

    @Test func anAnswerThatComesTwiceIsNotTheNextOne() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, place in
            place == 0
                ? [.reply(.accepted(SweepID(1))), .reply(.accepted(SweepID(1)))] : [.reply(.accepted(SweepID(2)))]
        }
        defer { coordinator.stop() }
        let ids = try withClient { client in
            try (0..<2).map { _ in
                guard case .accepted(let id) = try client.request(.workers) else { throw ProtocolError("no id") }
                return id
            }
        }
        #expect(ids == [SweepID(1), SweepID(2)])
    }

    @Test func aCoordinatorThatWasRestartedIsAskedAgainAtOnce() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { [endpoint] _, place in
            place == 0 ? [.restart(endpoint)] : [.reply(.workers([]))]
        }
        defer { coordinator.stop() }
        // The answer to the first was lost with the coordinator, and no clock would bring the second.
        #expect(try withClient { try $0.workers() }.isEmpty)
        #expect(coordinator.asked.count == 2)
        #expect(Set(coordinator.asked.map(\.number)).count == 1)
    }

    @Test func aCoordinatorThatMovedIsFoundByItsStateDirectory() throws {
        let (file, moved) = (folder.path + "/endpoint", folder.endpoint("b"))
        try endpoint.write(toFile: file, atomically: true, encoding: .utf8)
        let coordinator = try FakeCoordinator(at: endpoint) { _, place in
            guard place == 0 else { return [.reply(.workers([]))] }
            try? (moved + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            return [.restart(moved)]
        }
        defer { coordinator.stop() }
        #expect(try withClient("@" + folder.path) { try $0.workers() }.isEmpty)
        #expect(Set(coordinator.asked.map(\.number)).count == 1)
    }

    @Test func anEndpointThatIsNotWrittenYetIsAwaited() throws {
        let (file, endpoint) = (folder.path + "/endpoint", endpoint)
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.reply(.workers([]))] }
        defer { coordinator.stop() }
        // Not on a queue of Dispatch's, whose threads other tests may keep busy for minutes.
        Thread.detachNewThread {
            usleep(50_000)
            try? endpoint.write(toFile: file, atomically: true, encoding: .utf8)
        }
        #expect(try withClient("@" + folder.path) { try $0.workers() }.isEmpty)
    }

    @Test func nobodyThere() throws {
        let told = Mutex<[String]>([])
        let found = try complaint {
            try withClient(patience: .milliseconds(150), silence: { place in told.withLock { $0.append(place) } }) {
                try $0.workers()
            }
        }
        #expect(found.kind == .work && found.what == "the coordinator does not answer" && found.place == endpoint)
        #expect(found.advice.contains("platonic coordinator"))
        #expect(told.withLock { $0 } == [endpoint], "a user is told once that it takes a while")
    }

    @Test func connectedAndSilent() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [] }
        defer { coordinator.stop() }
        let found = try complaint { try withClient(patience: .milliseconds(300)) { try $0.workers() } }
        #expect(found.what == "the coordinator does not answer")
        #expect(found.advice.contains("its log"))
    }

    @Test func aRefusalOfTheRequestIsPassedOn() throws {
        let refusal = Complaint(.request, "there is no sweep 9", at: "sweep 9", advice: "'platonic status' lists them")
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.reply(.refused(refusal))] }
        defer { coordinator.stop() }
        #expect(try complaint { try withClient { try $0.status(of: SweepID(9)) } } == refusal)
    }

    @Test func anotherVersionIsNamedWithThisOne() throws {
        let reason = "the client speaks protocol version 3, this coordinator 4"
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.say(.refusal(reason))] }
        defer { coordinator.stop() }
        let found = try complaint { try withClient { try $0.workers() } }
        #expect(found.kind == .request && found.what.contains(reason))
    }

    @Test(arguments: [[[0xFF, 0xFF, 0xFF]], [[]], Array(repeating: [1, 2], count: 3)] as [[[UInt8]]])
    func whatCannotBeReadIsNoAnswer(_ frames: [[UInt8]]) throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.send(frames)] }
        defer { coordinator.stop() }
        let found = try complaint { try withClient { try $0.workers() } }
        #expect(found.what.hasPrefix("what the coordinator says cannot be read"))
    }

    @Test func anAnswerToAnotherQuestionIsNotTaken() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.reply(.statuses([.half(2)]))] }
        defer { coordinator.stop() }
        let found = try complaint { try withClient { try $0.status(of: SweepID(1)) } }
        #expect(found.what == "the coordinator answered something else than was asked")
        #expect(throws: Complaint.self) { try withClient { try $0.workers() } }
    }

    @Test func whatIsNoCoordinatorIsNotAwaited() throws {
        let listener = try ClosingListener()
        defer { listener.stop() }
        let found = try complaint { try withClient(listener.endpoint, isInsecure: true) { try $0.workers() } }
        #expect(found.kind == .request && found.what == "every connection ends before the handshake")
    }

    @Test func networksNeedKeysOrAWord() throws {
        let found = try complaint { try withClient("tcp://127.0.0.1:1") { try $0.workers() } }
        #expect(found.kind == .request && found.advice.contains("--insecure"))
    }

    @Test func scoresComeByCursor() throws {
        let block = { @Sendable (row: Int) in
            TileScores(row: row, columns: row..<row + 1, bytes: [UInt8](repeating: 1, count: 8))
        }
        let coordinator = try FakeCoordinator(at: endpoint) { asked, _ in
            switch asked.request {
            case .scores(_, nil): [.reply(.scores([block(0), block(1)], next: 40))]
            case .scores(_, 40): [.reply(.scores([block(2)], next: 41))]
            case .scores(_, 41): [.reply(.scores([], next: nil))]
            default: []
            }
        }
        defer { coordinator.stop() }
        var rows: [Int] = []
        try withClient { try $0.fetchScores(SweepID(1)) { rows.append($0.row) } }
        #expect(rows == [0, 1, 2])
    }

    @Test func aCursorThatStaysIsNotFollowedForEver() throws {
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.reply(.scores([], next: 5))] }
        defer { coordinator.stop() }
        _ = try complaint { try withClient { try $0.fetchScores(SweepID(1)) { _ in } } }
        #expect(coordinator.asked.count == 2)
    }

    @Test func eventsThatWereSeenAreLeftOut() throws {
        let incident = Incident("worker-joined", "a worker joined")
        let coordinator = try FakeCoordinator(at: endpoint) { _, _ in
            [.reply(.events((3...5).map { RecordedIncident(number: $0, time: 0, incident: incident) }))]
        }
        defer { coordinator.stop() }
        #expect(try withClient { try $0.events(after: 4) }.map(\.number) == [5])
    }

    @Test func aSweepIsFollowedToItsEnd() throws {
        final class Observer: SweepObserver {
            var progress: [SweepProgress] = []
            func note(_ text: String, isWarning: Bool) {}
            func progress(_ progress: SweepProgress) { self.progress.append(progress) }
        }
        let coordinator = try FakeCoordinator(at: endpoint) { _, place in
            [.reply(.statuses([.half(1, [.queued, .running, .cancelled][min(place, 2)])]))]
        }
        defer { coordinator.stop() }
        let observer = Observer()
        #expect(try withClient { try $0.wait(for: SweepID(1), observer: observer) }.state == .cancelled)
        #expect(observer.progress.map(\.done) == [6, 6])
        #expect(observer.progress.allSatisfy { $0.total == 12 && $0.workers == 2 && $0.remaining == 75 })
    }
}

struct StatusProgressTests {
    @Test func ratesCountFromTheFirstLook() {
        var progress = StatusProgress()
        var status = SweepStatus.half(1)
        #expect(progress.next(status, elapsed: 0.5).gigaflops == 0, "what was done before is not this second's")
        status.flops += 4e9
        #expect(progress.next(status, elapsed: 2).gigaflops == 2)
        status.flops = 0
        #expect(progress.next(status, elapsed: 2).gigaflops == 0)
        status.flops = .infinity
        #expect(progress.next(status, elapsed: 2).gigaflops == 0)
    }
}

struct EndpointArgumentTests {
    @Test(arguments: ["tcp://host:7070", "tcp://127.0.0.1:1", "tcp://[::1]:65535", "ipc:///tmp/x"])
    func endpoints(_ text: String) throws {
        #expect(try EndpointArgument(text) == .endpoint(text))
        #expect(try EndpointArgument(text).resolve() == text)
    }

    @Test(arguments: [
        "", "@", "host:7070", "tcp://", "tcp://host", "tcp://host:", "tcp://:7070", "tcp://host:0", "tcp://host:65536",
        "ipc://", "http://host:80", "inproc://x",
    ])
    func noEndpoints(_ text: String) {
        #expect(throws: Complaint.self) { try EndpointArgument(text) }
    }

    @Test func directories() throws {
        let folder = try TemporaryFolder()
        let address = try EndpointArgument("@" + folder.path)
        #expect(try address.resolve() == nil)
        try "tcp://host:1\n".write(toFile: folder.file("endpoint"), atomically: true, encoding: .utf8)
        #expect(try address.resolve() == "tcp://host:1")
        #expect(throws: Complaint.self) { try EndpointArgument("@\(folder.path)/missing").resolve() }
        try "tcp://host\n".write(toFile: folder.file("endpoint"), atomically: true, encoding: .utf8)
        let complaint = #expect(throws: Complaint.self) { try address.resolve() }
        #expect(complaint?.place == folder.file("endpoint"))
    }
}

/// Something at a TCP port that hangs up on everybody.
private final class ClosingListener: Sendable {
    let endpoint: String
    private let descriptor: Int32
    private let hasEnded = DispatchSemaphore(value: 0)

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) | listen(descriptor, 8) | getsockname(descriptor, generic, &length)
            }
        }
        try #require(status == 0)
        endpoint = "tcp://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        self.descriptor = descriptor
        Thread { [hasEnded] in
            while true {
                let peer = accept(descriptor, nil, nil)
                if peer < 0 { break }
                close(peer)
            }
            close(descriptor)
            hasEnded.signal()
        }.start()
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        hasEnded.wait()
    }
}
