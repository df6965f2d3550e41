internal import Foundation
internal import SweepModel

/// Several worker processes of one host, started together: none is started again, and the worst exit status is theirs.
package struct WorkerGroup {
    private let arguments: [String]
    private let count: Int

    /// - Parameter arguments: of 'platonic worker', without the number of workers.
    package init(arguments: [String], count: Int) {
        self.arguments = arguments
        self.count = count
    }

    /// Starts them and waits until all have ended; signals go on to them.
    package func run(signals: SignalInbox) throws -> Int32 {
        let pool = try WorkerProcessPool(arguments: arguments, count: count, logs: nil)
        try pool.fill()
        while !pool.running.isEmpty {
            signals.wait()
            for signal in signals.take() {
                if signal == SIGCHLD { _ = try pool.reap() } else { pool.signal(signal) }
            }
        }
        return pool.worstStatus
    }
}
