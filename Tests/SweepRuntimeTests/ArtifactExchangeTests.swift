import ArtifactStore
import CoordinatorCore
import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Synchronization
import Testing

@testable import SweepRuntime
@testable import WorkerCore

/// A worker's exchange and a coordinator's desk with a bad line between them.
@Suite("Artifacts over a bad line")
struct ArtifactExchangeTests {
    /// Delivers at once, or loses, doubles and damages what is said.
    final class Line: ArtifactChannel {
        enum Fault: CaseIterable { case none, losses, repetitions, damage, reconnections, everything }

        private struct State {
            var desk: ArtifactDesk
            var events: [ArtifactEvent] = []
            var generator: SeededGenerator
            var peer: UInt8 = 1
            var said = 0
            var isWanted = true
            var isDead = false
        }

        private let state: Mutex<State>
        private let fault: Fault
        let isAway = false

        init(_ directory: ArtifactDirectory, _ fault: Fault, seed: UInt64 = 1, limit: Int = .max) {
            var limits = ArtifactDesk.Limits()
            limits.directoryBytes = limit
            state = Mutex(State(desk: ArtifactDesk(directory, limits: limits), generator: SeededGenerator(seed: seed)))
            self.fault = fault
        }

        var isWanted: Bool { state.withLock { $0.isWanted } }
        func end(isWanted: Bool) { state.withLock { ($0.isWanted, $0.isDead) = (isWanted, true) } }
        var said: Int { state.withLock { $0.said } }

        func send(_ message: ArtifactMessage) {
            state.withLock { state in
                state.said += 1
                guard !state.isDead else { return }
                for message in pass(message, &state.generator) {
                    let replies = state.desk.take(message, from: Peer(routingID: [state.peer]), now: .zero)
                    for reply in replies { state.events += pass(reply.message, &state.generator).map { .said($0) } }
                }
                if fault == .reconnections || fault == .everything,
                    Int.random(in: 0..<15, using: &state.generator) == 0
                {
                    _ = state.desk.forget(Peer(routingID: [state.peer]), now: .zero)
                    state.peer &+= 1
                    state.events = [.reconnected]
                }
            }
        }

        func next(within: Duration) -> ArtifactEvent? {
            let event = state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() }
            // The other side has nothing to say: time passes.
            if event == nil { usleep(2_000) }
            return event
        }

        private func pass(_ message: ArtifactMessage, _ generator: inout SeededGenerator) -> [ArtifactMessage] {
            let chance = Int.random(in: 0..<100, using: &generator)
            switch fault {
            case .losses where chance < 15, .everything where chance < 8: return []
            case .repetitions where chance < 30, .everything where chance < 16: return [message, message]
            case .damage where chance < 15, .everything where chance < 20:
                guard case .piece(let piece) = message else { return [message] }
                var bytes = piece.bytes
                bytes[chance] ^= 1
                return [
                    .piece(
                        ArtifactPiece(
                            name: piece.name, offset: piece.offset, fileBytes: piece.fileBytes,
                            digestHigh: piece.digestHigh, digestLow: piece.digestLow, ticket: piece.ticket,
                            bytes: bytes))
                ]
            default: return [message]
            }
        }
    }

    private let folder: TemporaryFolder
    private let remote: ArtifactDirectory

    init() throws {
        folder = try TemporaryFolder()
        remote = try ArtifactDirectory(path: folder.file("remote"))
    }

    private static let patience = {
        var patience = ArtifactPatience()
        patience.repetition = .milliseconds(10)
        patience.limit = .seconds(20)
        patience.absence = .milliseconds(100)
        return patience
    }()

    private func home(_ name: String, _ line: Line, limit: Int = .max, _ patience: ArtifactPatience = patience) throws
        -> ArtifactHome
    {
        try ArtifactHome(own: folder.file(name), limit: limit, remote: remote.path, channel: line, patience: patience)
    }

    private func key(_ number: Int) -> ArtifactKey { ArtifactKey(kind: "test", parts: [("number", "\(number)")]) }

    private func payload(_ number: Int, bytes: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: UInt64(number))
        let words = (0..<bytes / 8).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
        return words.withUnsafeBytes { Array($0) }
    }

    private func store(_ number: Int, bytes: Int, in home: ArtifactHome) throws {
        try payload(number, bytes: bytes).withUnsafeBytes { try home.store(key(number), metadata: [7], parts: [$0]) }
    }

    @Test(arguments: Line.Fault.allCases)
    func whatOneMakesAnotherReads(_ fault: Line.Fault) throws {
        let sizes = [0, 8, 1 << 20, 5_000_000, (6 << 20) + 8]
        for seed in 1...3 as ClosedRange<UInt64> {
            let maker = try home("maker \(seed)", Line(remote, fault, seed: seed))
            for (number, bytes) in sizes.enumerated() {
                // A line that damages pieces again and again gives up some time; so does whoever has tried often.
                let number = number + 10 * Int(seed)
                var tries = 0
                while true {
                    do {
                        try store(number, bytes: bytes, in: maker)
                        break
                    } catch let complaint as Complaint where complaint.what.contains("damaged") && tries < 20 {
                        tries += 1
                    }
                }
                #expect(remote.isIntact(key(number).name))
            }
            let reader = try home("reader \(seed)", Line(remote, fault, seed: seed + 10))
            for (number, bytes) in sizes.enumerated() {
                let number = number + 10 * Int(seed)
                var found: [UInt8]?
                for _ in 0..<20 where found == nil { found = try? reader.announced(key(number).name)?.readAll() }
                #expect(found == payload(number, bytes: bytes))
            }
        }
        let left = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        #expect(!left.contains { $0.hasSuffix(".partial") })
    }

    @Test func whatTheCoordinatorHasIsNotMadeAgain() throws {
        try payload(1, bytes: 800).withUnsafeBytes { try remote.write(key(1), metadata: [7], parts: [$0]) }
        let home = try home("own", Line(remote, .none))
        func find(_ number: Int) throws -> ArtifactFile? { try home.find(key(number)) { $0.isIntact() } }
        #expect(try find(1)?.readAll() == payload(1, bytes: 800))
        #expect(try find(2) == nil)
        // And what only the worker has, the coordinator gets.
        try payload(3, bytes: 800).withUnsafeBytes { try home.directory.write(key(3), metadata: [], parts: [$0]) }
        #expect(try find(3) != nil)
        #expect(remote.isIntact(key(3).name))
        // But for what is not what it should be.
        try payload(4, bytes: 800).withUnsafeBytes { try home.directory.write(key(4), metadata: [], parts: [$0]) }
        #expect(try home.find(key(4)) { _ in false } == nil)
        #expect(!remote.isIntact(key(4).name))
    }

    @Test func whatIsDamagedThereIsMadeAgain() throws {
        let line = Line(remote, .none)
        try store(1, bytes: 8_000, in: try home("first", line))
        let path = "\(remote.path)/v1/\(key(1).name.prefix(2))/\(key(1).name)"
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 4_000)
        file.write(Data([1, 2, 3]))
        try file.close()
        let other = try home("second", line)
        #expect(try other.find(key(1)) { $0.isIntact() } == nil)
        #expect(try other.announced(key(1).name) == nil)
        try store(1, bytes: 8_000, in: other)
        #expect(remote.isIntact(key(1).name))
    }

    @Test func aSmallDirectoryDropsWhatIsOldAndFetchesItAgain() throws {
        let line = Line(remote, .none)
        let maker = try home("maker", line)
        for number in 0..<8 { try store(number, bytes: 1 << 20, in: maker) }
        let small = try home("small", line, limit: 3 << 20)
        for _ in 0..<2 {
            for number in 0..<8 {
                #expect(try small.announced(key(number).name)?.readAll() == payload(number, bytes: 1 << 20))
                #expect(small.directory.usedBytes() <= 3 << 20)
            }
        }
    }

    @Test func aLineThatIsDeadEndsInAComplaint() throws {
        let line = Line(remote, .none)
        var patience = Self.patience
        patience.limit = .milliseconds(80)
        let home = try home("own", line, patience)
        line.end(isWanted: true)
        let complaint = #expect(throws: Complaint.self) { try store(1, bytes: 100, in: home) }
        #expect(complaint?.what.contains("stands still") == true && complaint?.kind == .work)
        #expect(throws: Complaint.self) { try home.announced(key(2).name) }
        #expect(line.said >= 4, "it was said again")
        line.end(isWanted: false)
        let unwanted = #expect(throws: Complaint.self) { try store(3, bytes: 100, in: home) }
        #expect(unwanted?.what.contains("nobody wants") == true)
    }

    @Test func theCoordinatorsComplaintArrives() throws {
        let home = try home("own", Line(remote, .none, limit: 100))
        let complaint = #expect(throws: Complaint.self) { try store(1, bytes: 4_000, in: home) }
        #expect(complaint?.what.contains("is full") == true && complaint?.place == remote.path)
    }

    @Test func namesThatAreNoneReachNoFileSystem() throws {
        let line = Line(remote, .none)
        let home = try home("own", line)
        #expect(try home.announced("../../../etc/passwd") == nil)
        #expect(line.said == 0)
    }

    @Test func everyPieceIsProgress() throws {
        let line = Line(remote, .none)
        let steps = Mutex(0)
        let maker = try home("maker", line)
        maker.onStep = { steps.withLock { $0 += 1 } }
        try store(1, bytes: 5 << 20, in: maker)
        #expect(steps.withLock { $0 } >= 5)
        let reader = try home("reader", line)
        reader.onStep = { steps.withLock { $0 += 1 } }
        _ = try reader.announced(key(1).name)
        #expect(steps.withLock { $0 } >= 10)
    }
}
