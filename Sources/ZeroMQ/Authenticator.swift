internal import CLinux
internal import Foundation
import Synchronization

/// Somebody who wants to come in, as ZAP describes them (ZeroMQ RFC 27).
package struct AuthenticationRequest: Sendable, Equatable {
    package let domain: String
    /// The address of the peer's host.
    package let address: String
    /// NULL, PLAIN or CURVE.
    package let mechanism: String
    /// The peer's public key; nil where the mechanism is not CURVE.
    package let key: CurveKey?
}

/// Answers every handshake with the servers of a context: the ZAP handler, on a thread of its own.
///
/// It must be there before any server socket is bound: libzmq lets everybody in while there is none.
package final class Authenticator: Sendable {
    private let wakeUp: WakeUp
    private let isClosing = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    private static let limits = MessageLimits(maxParts: 16, maxBytes: 4096)
    private static let endpoint = "inproc://zeromq.zap.01"

    /// Starts to answer; `decide` is called on the handler's thread and returns the name of who is let in, nil for nobody.
    package init(
        in context: borrowing MessagingContext, decide: @escaping @Sendable (AuthenticationRequest) -> String?
    ) throws(ZeroMQError) {
        wakeUp = try WakeUp()
        let socket = try Socket(.router, in: context)
        try socket.bind(Self.endpoint)
        let box = SocketBox(socket)
        let thread = Thread { [self] in
            clinux_name_thread("authenticator")
            serve(box, decide)
            ended.signal()
        }
        thread.start()
    }

    /// Ends the thread and closes its socket; from then on nobody is let in who is not in already.
    package func close() {
        guard !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return }
        wakeUp.signal()
        ended.wait()
    }

    /// Ends at `close` and with the context, and at nothing else: without a handler nobody would be let in any more.
    private func serve(_ box: SocketBox, _ decide: (AuthenticationRequest) -> String?) {
        guard let socket = box.take() else { return }
        var isOver = false
        while !isOver, !isClosing.load(ordering: .acquiring) {
            do {
                _ = try poll([socket.pollItem(.receive), wakeUp.pollItem], timeout: nil)
                while let received = try socket.receive(limits: Self.limits) {
                    guard case .message(let frames) = received, let reply = Self.reply(to: frames, decide) else {
                        continue
                    }
                    _ = try socket.send(reply)
                }
            } catch {
                // Who hung up while it was being decided cannot be reached, and the next one waits for an answer.
                isOver = error.code == .terminated || error.code == .notASocket
            }
        }
        socket.close()
    }

    /// The answer to a request in ZAP 1.0; nil where it is none.
    static func reply(to frames: [[UInt8]], _ decide: (AuthenticationRequest) -> String?) -> [[UInt8]]? {
        // Routing id, delimiter, version, request id, domain, address, identity, mechanism, credentials …
        guard frames.count >= 8, frames[1].isEmpty, frames[2] == Array("1.0".utf8) else { return nil }
        let head = [frames[0], [], frames[2], frames[3]]
        guard let domain = String(validating: frames[4], as: UTF8.self),
            let address = String(validating: frames[5], as: UTF8.self),
            let mechanism = String(validating: frames[7], as: UTF8.self)
        else { return head + [Array("500".utf8), Array("malformed".utf8), [], []] }
        let key = mechanism == "CURVE" && frames.count == 9 ? CurveKey(bytes: frames[8]) : nil
        let request = AuthenticationRequest(domain: domain, address: address, mechanism: mechanism, key: key)
        guard let name = decide(request) else { return head + [Array("400".utf8), Array("not admitted".utf8), [], []] }
        return head + [Array("200".utf8), Array("OK".utf8), Array(name.utf8), []]
    }
}

/// Carries a socket to the thread that will own it.
private final class SocketBox: Sendable {
    private let socket: Mutex<Socket?>

    init(_ socket: consuming sending Socket) { self.socket = Mutex(socket) }

    func take() -> sending Socket? { socket.withLock { $0.take() } }
}
