import Glibc
import Testing

@testable import ZeroMQ

@Suite(.timeLimit(.minutes(1))) struct WakeUpTests {
    @Test func signalFromAnotherThreadEndsThePoll() throws {
        let wakeUp = try WakeUp()
        let thread = try TestThread { wakeUp.signal() }
        #expect(try poll([wakeUp.pollItem], timeout: .seconds(10)) == [.receive])
        thread.join()
    }

    @Test func signalsBetweenDrainsAreOne() throws {
        let wakeUp = try WakeUp()
        #expect(!wakeUp.drain())
        wakeUp.signal()
        wakeUp.signal()
        #expect(wakeUp.drain())
        #expect(!wakeUp.drain())
        #expect(try poll([wakeUp.pollItem], timeout: .zero) == [[]])
    }

    @Test func fullCounterIsStillASignal() throws {
        let wakeUp = try WakeUp()
        var full = UInt64.max - 1
        try #require(write(wakeUp.descriptor, &full, 8) == 8)
        wakeUp.signal()
        #expect(wakeUp.drain())
    }

    @Test func descriptorIsNeitherInheritedNorWaitedFor() throws {
        let wakeUp = try WakeUp()
        #expect(fcntl(wakeUp.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(wakeUp.descriptor, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func descriptorClosesWithItsOwner() throws {
        var wakeUp: WakeUp? = try WakeUp()
        let descriptor = try #require(wakeUp?.descriptor)
        let identity = try #require(eventIdentity(of: descriptor))
        wakeUp = nil
        // The number may belong to something else by now, but not to this eventfd.
        #expect(wakeUp == nil && eventIdentity(of: descriptor) != identity)
    }

    private func eventIdentity(of descriptor: Int32) -> Substring? {
        guard let file = fopen("/proc/self/fdinfo/\(descriptor)", "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = fread(&buffer, 1, buffer.count, file)
        let lines = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("eventfd-id") }
    }
}
