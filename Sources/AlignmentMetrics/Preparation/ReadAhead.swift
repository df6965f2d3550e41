internal import Dispatch
internal import Synchronization

/// Reads one thing while the one before it is worked on.
package enum ReadAhead {
    /// Calls `body` with each of `items` and what `read` makes of it, in order; `read` runs on another thread, one item ahead and never
    /// twice at a time, and not any more once this returns or throws.
    package static func forEach<Item: Sendable, Value>(
        _ items: [Item], read: @escaping @Sendable (Item) throws -> Value, _ body: (Item, Value) throws -> Void
    ) throws {
        guard let first = items.first else { return }
        var coming = Pending<Value>(first, read)
        for (position, item) in items.enumerated() {
            let value = try coming.wait().get()
            if position + 1 < items.count { coming = Pending(items[position + 1], read) }
            do {
                try body(item, value)
            } catch {
                if position + 1 < items.count { _ = coming.wait() }
                throw error
            }
        }
    }

    /// What is being read.
    private final class Pending<Value>: Sendable {
        /// What was read is handed over once, from the thread that read it to the one that waits.
        private struct Handover: @unchecked Sendable {
            var result: Result<Value, any Error>?
        }

        private let handover = Mutex(Handover())
        private let isDone = DispatchSemaphore(value: 0)

        init<Item: Sendable>(_ item: Item, _ read: @escaping @Sendable (Item) throws -> Value) {
            DispatchQueue.global(qos: .userInitiated).async { [self] in
                let found = Handover(result: Result { try read(item) })
                handover.withLock { $0 = found }
                isDone.signal()
            }
        }

        /// Waits for what is read; called once.
        func wait() -> Result<Value, any Error> {
            isDone.wait()
            return handover.withLock { $0 }.result ?? .failure(CancellationError())
        }
    }
}
