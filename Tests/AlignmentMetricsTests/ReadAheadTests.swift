import Foundation
import Synchronization
import Testing

@testable import AlignmentMetrics

struct ReadAheadTests {
    private struct Broken: Error {}

    @Test func itemsComeInOrderAndOneIsReadAtATime() throws {
        let reading = Mutex((now: 0, most: 0))
        var found: [Int] = []
        try ReadAhead.forEach(
            Array(0..<50),
            read: { item in
                reading.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                defer { reading.withLock { $0.now -= 1 } }
                return item * item
            }
        ) { item, square in
            #expect(square == item * item)
            found.append(item)
        }
        #expect(found == Array(0..<50))
        #expect(reading.withLock { $0.most } == 1)
    }

    @Test func theNextIsReadWhileOneIsWorkedOn() throws {
        let second = DispatchSemaphore(value: 0)
        try ReadAhead.forEach([0, 1], read: { if $0 == 1 { second.signal() } }) { item, _ in
            if item == 0 { #expect(second.wait(timeout: .now() + 10) == .success) }
        }
    }

    @Test func nothingIsReadOnceItHasFailed() {
        let reads = Mutex(0)
        #expect(throws: Broken.self) {
            try ReadAhead.forEach(Array(0..<9), read: { _ in reads.withLock { $0 += 1 } }) { item, _ in
                if item == 3 { throw Broken() }
            }
        }
        #expect(reads.withLock { $0 } == 5)
        #expect(throws: Broken.self) {
            try ReadAhead.forEach(Array(0..<9), read: { if $0 == 2 { throw Broken() } }) { item, _ in
                #expect(item < 2)
            }
        }
        #expect(throws: Never.self) { try ReadAhead.forEach([Int](), read: { $0 }) { _, _ in } }
    }
}
