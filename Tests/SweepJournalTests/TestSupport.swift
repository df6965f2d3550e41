import Foundation
import SweepModel
import Testing

@testable import SweepJournal

/// An open journal and a way to wait for it.
final class OpenJournal {
    let journal: SweepJournal
    private let progress: DispatchSemaphore

    init(_ directory: String, onNetwork: Bool? = nil) throws(Complaint) {
        let progress = DispatchSemaphore(value: 0)
        self.progress = progress
        journal = try SweepJournal(directory: directory, onNetwork: onNetwork) { progress.signal() }
    }

    deinit { journal.close() }

    /// Appends facts and waits until they are durable, or never will be.
    @discardableResult
    func commit(_ facts: [JournalEntry], ticket: UInt64) -> Complaint? {
        journal.append(facts, ticket: ticket)
        return wait(for: ticket)
    }

    @discardableResult
    func wait(for ticket: UInt64) -> Complaint? {
        while true {
            let (committed, failure) = journal.committed
            if let failure { return failure }
            if let committed, committed >= ticket { return nil }
            progress.wait()
        }
    }

    /// Everything that is replayed, comparable to the bit.
    func replayed() throws(Complaint) -> [String] {
        var found: [String] = []
        try journal.replay { found.append(exact($0)) }
        return found
    }

    func scores(_ sweep: UInt32) throws(Complaint) -> [TileScores] {
        var found: [TileScores] = []
        try journal.readAllScores(of: SweepID(sweep)) { found.append($0) }
        return found
    }

    /// The result of a call with a completion.
    func result<Value: Sendable>(_ call: (@escaping SweepJournal.Completion<Value>) -> Void) throws -> Value {
        let box = Box<Result<Value, Complaint>>()
        call { box.put($0) }
        return try box.take().get()
    }
}

/// Hands one value from a thread to another.
final class Box<Value: Sendable>: Sendable {
    private let filled = DispatchSemaphore(value: 0)
    // Written before the semaphore is signalled, read after it was waited for.
    nonisolated(unsafe) private var value: Value?

    func put(_ value: Value) {
        self.value = value
        filled.signal()
    }

    func take() throws -> Value {
        filled.wait()
        return try #require(value)
    }
}

/// A text that is the same for the same value and no other, numbers to the bit.
func exact(_ value: Any) -> String {
    if let number = value as? Double { return String(number.bitPattern, radix: 16) }
    let mirror = Mirror(reflecting: value)
    let parts = mirror.children.map { "\($0.label ?? ""):\(exact($0.value))" }
    if parts.isEmpty { return "\(value)" }
    let isOrdered = mirror.displayStyle != .dictionary && mirror.displayStyle != .set
    let name = mirror.displayStyle == .tuple ? "" : "\(type(of: value))"
    return
        "\(name)(\((isOrdered ? parts : parts.map { String($0.drop { $0 != ":" }) }.sorted()).joined(separator: ",")))"
}

/// The entry as it is replayed.
func replayable(_ fact: JournalEntry) -> String {
    guard case .tiles(let sweep, let scores, let seconds, let flops, let isPartial) = fact else {
        return exact(fact)
    }
    let place = TileScores(row: scores.row, columns: scores.columns, bytes: [])
    return exact(JournalEntry.tiles(sweep, place, seconds: seconds, flops: flops, isPartial: isPartial))
}

func record(_ number: UInt32, dossier: [UInt8] = [9, 8, 7]) -> SweepRecord {
    SweepRecord(
        id: SweepID(number), name: "sweep \(number)", owner: "ada", priority: -3, spec: "metrics: [cka]\n",
        algorithmVersion: 7,
        workerBytes: .max, failsFast: number % 2 == 0, submitted: 1.5e9 + 0.1, context: [0, 1, 255], dossier: dossier)
}

func tile(_ sweep: UInt32, _ row: Int, _ columns: Range<Int>, isPartial: Bool = false) -> JournalEntry {
    let scores = columns.flatMap { column in (0..<8).map { UInt8(truncatingIfNeeded: row * 31 + column * 7 + $0) } }
    return .tiles(
        SweepID(sweep), TileScores(row: row, columns: columns, bytes: scores), seconds: 0.25, flops: -0.0,
        isPartial: isPartial)
}

func summary(_ value: Double) -> LayerSummary {
    LayerSummary(
        diagnostics: .init(clippedShare: value, isConstant: true, effectiveRank: .nan, meanCosine: -.nan),
        neighbourhood: .init(tiedShares: [value, -0.0, 0.1], cycleChances: [.infinity], largestInDegree: 1 << 40),
        chanceFactors: [.gram: -.infinity, .rbf(bandwidth: 0.1): .leastNonzeroMagnitude, .ranks: value],
        artifacts: [.gram: "a\u{0}b", .rbf(bandwidth: 0.1): "é/\"", .basis: ""])
}

func cause(_ text: String) -> Complaint { Complaint(.work, text, at: "some/\"place\"", advice: "näh") }

/// A folder that is gone with its last reference: in memory if there is such a place, for these tests open many journals.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let memory = "/dev/shm"
        let parent = access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
        path = parent + "/platonic-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// Copies a journal's files as they are, and not the lock.
    func copy(of directory: String, as name: String) throws -> String {
        let destination = file(name)
        try? FileManager.default.removeItem(atPath: destination)
        try FileManager.default.createDirectory(atPath: destination, withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: directory) where file != "lock" {
            try FileManager.default.copyItem(atPath: directory + "/" + file, toPath: destination + "/" + file)
        }
        return destination
    }
}

/// The complaint that `body` ends in.
func complaint(_ body: () throws -> Void) -> Complaint? {
    do {
        try body()
        return nil
    } catch { return error as? Complaint }
}
