internal import Synchronization

/// An answer that somebody waits for, and that comes once: what comes later is dropped.
final class OneAnswer<Value: Sendable>: Sendable {
    private enum State {
        case awaited(CheckedContinuation<Value, any Error>)
        case settled
    }

    private let state: Mutex<State>

    init(_ continuation: CheckedContinuation<Value, any Error>) { state = Mutex(.awaited(continuation)) }

    func settle(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard case .awaited(let continuation) = state else { return nil }
            state = .settled
            return continuation
        }
        waiting?.resume(with: result)
    }

    /// What `ask` is answered within `limit`; `late` where nothing comes.
    static func wait(
        _ limit: Duration, late: any Error, _ ask: (OneAnswer<Value>) -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let answer = OneAnswer(continuation)
            Task {
                try await Task.sleep(for: limit)
                answer.settle(.failure(late))
            }
            ask(answer)
        }
    }
}
