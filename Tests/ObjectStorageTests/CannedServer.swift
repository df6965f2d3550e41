import Foundation
import Synchronization

/// A server on the loopback that answers each request with whatever a test says; nil leaves it without an answer.
final class CannedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let log = Log()

    var requests: [String] { log.received.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)/object" }

    private final class Log: Sendable {
        let received = Mutex<[String]>([])
    }

    init(_ answer: @escaping @Sendable (_ request: String, _ number: Int) -> [UInt8]?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) | listen(listener, 16) | getsockname(listener, address, &length)
            }
        }
        guard listener >= 0, status == 0 else { throw POSIXError(.EADDRINUSE) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [log] in
            var unanswered: [Int32] = []
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                var request: [UInt8] = []
                var bytes = [UInt8](repeating: 0, count: 4096)
                while !request.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
                    let count = recv(connection, &bytes, bytes.count, 0)
                    guard count > 0 else { break }
                    request += bytes.prefix(count)
                }
                let text = String(decoding: request, as: UTF8.self)
                let number = log.received.withLock { list in
                    list.append(text)
                    return list.count
                }
                guard let reply = answer(text, number) else {
                    unanswered.append(connection)
                    continue
                }
                var sent = 0
                while sent < reply.count {
                    let count = reply.withUnsafeBytes {
                        send(connection, $0.baseAddress.map { $0 + sent }, reply.count - sent, Int32(MSG_NOSIGNAL))
                    }
                    guard count > 0 else { break }
                    sent += count
                }
                close(connection)
            }
            for connection in unanswered { close(connection) }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// An answer of `status` that ends the connection.
    static func reply(_ status: Int, _ headers: [String] = [], _ body: [UInt8] = [], length: Int? = nil) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) -", "Content-Length: \(length ?? body.count)", "Connection: close"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    /// The part of `content` that a request asks for.
    static func part(of content: [UInt8], _ request: String, tag: String = "\"1\"") -> [UInt8] {
        let line = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("range: bytes=") } ?? ""
        let ends = line.dropFirst(13).split(separator: "-").compactMap { Int($0) }
        guard ends.count == 2 else { return reply(400) }
        let last = min(ends[1], content.count - 1)
        return reply(
            206, ["ETag: \(tag)", "Content-Range: bytes \(ends[0])-\(last)/\(content.count)"],
            Array(content[ends[0]...last]))
    }
}
