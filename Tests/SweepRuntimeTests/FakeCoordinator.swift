import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Synchronization
import Testing
import ZeroMQ

/// A coordinator that knows nothing and does as it is told, on a thread of its own.
final class FakeCoordinator: Sendable {
    struct Asked: Sendable {
        let number: UInt64
        let request: ClientRequest
    }

    enum Action: Sendable {
        case reply(ClientReply)
        case say(CoordinatorMessage)
        case send([[UInt8]])
        /// Crash, and start anew at an endpoint.
        case restart(String)
    }

    private let requests = Mutex<[Asked]>([])
    private let wakeUp: WakeUp
    private let isOver = Mutex(false)
    private let failure = Mutex<String?>(nil)
    private let isListening = DispatchSemaphore(value: 0)
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Listens at `endpoint`. `answer` gets each request and its place among all, and says what to do.
    init(at endpoint: String, answer: @escaping @Sendable (Asked, _ place: Int) -> [Action]) throws {
        wakeUp = try WakeUp()
        let thread = Thread { [self] in
            do { try serve(endpoint, answer) } catch { failure.withLock { $0 = "\(error)" } }
            isListening.signal()
            hasEnded.signal()
        }
        thread.start()
        isListening.wait()
        if let failure = failure.withLock({ $0 }) { throw ProtocolError(failure) }
    }

    /// Everything that was asked, in order.
    var asked: [Asked] { requests.withLock { $0 } }

    /// Goes away, and waits until it is gone.
    func stop() {
        isOver.withLock { $0 = true }
        wakeUp.signal()
        hasEnded.wait()
    }

    private func serve(_ endpoint: String, _ answer: (Asked, Int) -> [Action]) throws {
        var next: String? = endpoint
        while let endpoint = next { next = try serve(at: endpoint, answer) }
    }

    /// Serves until it is stopped, or to go on at another endpoint.
    private func serve(at endpoint: String, _ answer: (Asked, Int) -> [Action]) throws -> String? {
        let context = try MessagingContext()
        let socket = try Socket(.router, in: context)
        try socket.bind(endpoint)
        isListening.signal()
        var next: String?
        while next == nil, !isOver.withLock({ $0 }) {
            _ = try poll([socket.pollItem(.receive), wakeUp.pollItem], timeout: nil)
            while let received = try socket.receive(limits: MessageLimits(maxParts: 100, maxBytes: 1 << 24)) {
                guard case .message(let frames) = received,
                    case .client(let number, let request) = try PeerMessage(frames: Array(frames.dropFirst()))
                else { continue }
                let asked = Asked(number: number, request: request)
                let place = requests.withLock {
                    $0.append(asked)
                    return $0.count - 1
                }
                for action in answer(asked, place) {
                    switch action {
                    case .reply(let reply):
                        _ = try socket.send([frames[0]] + CoordinatorMessage.reply(number: number, reply).encoded())
                    case .say(let message): _ = try socket.send([frames[0]] + message.encoded())
                    case .send(let raw): _ = try socket.send([frames[0]] + raw)
                    case .restart(let endpoint): next = endpoint
                    }
                }
            }
        }
        try socket.close(linger: isOver.withLock { $0 } ? .seconds(1) : .zero)
        context.close()
        return next
    }
}

/// A folder for ipc endpoints, short enough for them.
final class EndpointFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/platonic-test-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    func endpoint(_ name: String) -> String { "ipc://\(path)/\(name)" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension SweepStatus {
    /// A sweep that is half done.
    static func half(_ id: UInt32, _ state: State = .running) -> SweepStatus {
        SweepStatus(
            id: SweepID(id), name: "emoji", owner: "ada", priority: 0, state: state, submitted: 1_800_000_000,
            modelsSurveyed: 2, models: 2, layersPrepared: 3, layers: 6, tilesScored: 1, tiles: 4, workers: 2,
            remainingSeconds: 75, flops: 5e9, retries: 0, failureCount: 0, failures: [], reason: nil)
    }
}
