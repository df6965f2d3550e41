internal import CLinux
internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// Signals as events of a poll loop: blocked in every thread and read by one thread of their own.
package final class SignalInbox: Sendable {
    private let pending = Mutex<[Int32]>([])
    let wakeUp: WakeUp

    /// Whether a signal asks the program to come to its end: Ctrl-C, a polite kill, or a terminal that is gone.
    static func isEnd(_ signal: Int32) -> Bool { signal == SIGINT || signal == SIGTERM || signal == SIGHUP }

    /// Every signal that the program takes note of. Whoever started it under `nohup` has ignored SIGHUP for it, and a signal that is
    /// blocked would be received all the same.
    package static let usual: [Int32] = [SIGINT, SIGTERM, SIGCHLD] + (isIgnored(SIGHUP) ? [] : [SIGHUP])

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        // SIG_IGN, which Swift cannot compare with, is the handler at address 1.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Blocks `signals` in the calling thread, and so in all that it starts from now on: call it before any thread is started.
    package static func block(_ signals: [Int32] = usual) {
        var set = Self.set(signals)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A peer or pipe that goes away is an error of the call that notices.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Lets `signals` do in the calling thread what they do by default.
    package static func unblock(_ signals: [Int32] = usual) {
        var set = Self.set(signals)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Does `work` to its end: a signal that comes meanwhile does what it does afterwards, so that nothing unfinished stays behind.
    package static func uninterrupted(_ work: () throws -> Void) rethrows {
        block()
        defer { unblock() }
        try work()
    }

    /// Whether a signal that asks for the end was sent while all of them are blocked and nobody reads them yet.
    package static var isEndPending: Bool {
        var pending = sigset_t()
        return sigpending(&pending) == 0 && usual.contains { isEnd($0) && sigismember(&pending, $0) == 1 }
    }

    /// Starts to read the signals, which must be blocked.
    package init(_ signals: [Int32] = usual) throws {
        wakeUp = try WakeUp()
        let thread = Thread { [self] in
            clinux_name_thread("signals")
            var set = Self.set(signals)
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                let received = number
                pending.withLock { $0.append(received) }
                wakeUp.signal()
            }
        }
        thread.start()
    }

    /// Waits until there are signals.
    func wait() { _ = try? poll([wakeUp.pollItem], timeout: nil) }

    /// The signals since the last call, in order.
    func take() -> [Int32] {
        _ = wakeUp.drain()
        return pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
    }

    private static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}
