internal import ContentHash
internal import Foundation
internal import LinearAlgebra
internal import SweepProtocol

/// Trials that were made on this host by this build, remembered in a file in the user's cache.
///
/// Keyed by host, processor, program and OpenBLAS core. Losing it costs a second; what cannot be read or written is not there.
struct TrialRecord {
    private let path: String
    private var entries: [String: Data]
    /// How many trials were found in it, and how many were made anew.
    private(set) var known = 0
    private(set) var made = 0

    /// - Parameter isEmpty: whether what is there is passed over.
    init(directory: String, isEmpty: Bool) {
        path = "\(directory)/\(Self.identity).json"
        let data = isEmpty ? nil : FileManager.default.contents(atPath: path)
        entries = data.flatMap { try? JSONDecoder().decode([String: Data].self, from: $0) } ?? [:]
    }

    /// What was found by the trial `key` says, or what `make` finds now.
    mutating func value<Value: Codable>(_ key: String, make: () throws -> Value) rethrows -> Value {
        let name = ContentDigest(of: key).description
        if let data = entries[name], let value = try? JSONDecoder().decode(Value.self, from: data) {
            known += 1
            return value
        }
        let value = try make()
        made += 1
        entries[name] = try? JSONEncoder().encode(value)
        return value
    }

    /// Writes the file, whole or not at all.
    func save() {
        guard made > 0, let data = try? JSONEncoder().encode(entries) else { return }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static var identity: String {
        var status = stat()
        _ = Executable.path.map { stat($0, &status) }
        let program = "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        let processor =
            (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
            .first { $0.hasPrefix("model name") }.map(String.init) ?? ""
        return ContentDigest(
            of: [
                MachineResources.hostName, processor, program, Products.coreName, "\(algorithmVersion)",
            ].joined(separator: "\n")
        ).description
    }
}
