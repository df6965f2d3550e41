internal import Foundation
internal import SweepJournal
package import SweepModel
internal import ZeroMQ

/// The file in a state directory that says where its coordinator listens, for `--connect @DIR`.
package enum EndpointFile {
    /// Writes `endpoint`, whole or not at all.
    static func write(_ endpoint: String, in directory: String) throws(Complaint) {
        try write(endpoint, to: "\(directory)/\(StateDirectory.endpoint)")
    }

    /// Writes where the coordinator is shown over HTTP, or takes away where an earlier one was.
    static func write(http address: String?, in directory: String) throws(Complaint) {
        let path = "\(directory)/\(StateDirectory.http)"
        if let address { return try write("http://\(address)", to: path) }
        // A directory of that name is nobody's address, and stays.
        try? OwnedEntries.delete(path)
    }

    private static func write(_ endpoint: String, to path: String) throws(Complaint) {
        do { try Data((endpoint + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw Complaint(
                .work, "the endpoint cannot be written: \(error.localizedDescription)", at: path,
                advice: "make the state directory writable")
        }
    }

    /// The endpoint in `directory`; nil where there is none yet. Throws where something else is there.
    package static func read(in directory: String) throws(Complaint) -> String? {
        let path = "\(directory)/\(StateDirectory.endpoint)"
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : "\(try Endpoint(text, for: .connecting, at: path))"
    }

    /// How others reach what is bound as `bound`: every interface stands for this host's name, if that can be found.
    static func reachable(_ bound: String, advertised: String?) -> String {
        guard bound.hasPrefix("tcp://"), let colon = bound.lastIndex(of: ":") else { return bound }
        let port = bound[bound.index(after: colon)...]
        if let advertised { return "tcp://\(NetworkAddress.inBrackets(advertised)):\(port)" }
        guard bound.hasPrefix("tcp://0.0.0.0:") || bound.hasPrefix("tcp://[::]:") else { return bound }
        let name = MachineResources.hostName
        return "tcp://\(HostAddress.numeric(name) == nil ? "127.0.0.1" : name):\(port)"
    }
}
