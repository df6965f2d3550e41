import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime

/// Where the coordinator is, and by which keys it is talked to.
struct ConnectOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The coordinator: tcp://HOST:PORT, ipc://PATH, or @DIR with its state directory (default: $PLATONIC_CONNECT).",
            valueName: "endpoint"))
    var connect: String?

    @Option(help: "The directory of keys (default: $PLATONIC_KEYS).", completion: .directory)
    var keys: String?

    @Flag(help: "Talk over TCP without keys: everyone on the way can read and change everything.")
    var insecure = false

    func validate() throws {
        if insecure, keys != nil { throw ValidationError("--insecure and --keys exclude each other") }
    }

    /// The coordinator's address.
    func address() throws(Complaint) -> EndpointArgument { try .named(connect) }

    /// What the coordinator knows this program by.
    func credentials() throws(Complaint) -> ClientCredentials {
        try ClientCredentials(keys: keysDirectory, isInsecure: insecure)
    }

    /// The directory of keys, wherever it is named.
    var keysDirectory: String? { keys ?? EnvironmentVariable.value("PLATONIC_KEYS") }

    /// The files in it, which are read.
    var keyFiles: [String] {
        guard let directory = keysDirectory else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).map { "\(directory)/\($0)" }
    }
}

extension EndpointArgument {
    /// The coordinator that `--connect` or the environment names, checked.
    static func named(_ connect: String?) throws(Complaint) -> EndpointArgument {
        if let connect { return try EndpointArgument(connect) }
        if let text = EnvironmentVariable.value("PLATONIC_CONNECT") {
            return try EndpointArgument(text, at: "PLATONIC_CONNECT")
        }
        throw Complaint(
            .request, "no coordinator is named", at: "--connect",
            advice: "give --connect tcp://HOST:PORT, or set PLATONIC_CONNECT")
    }
}

/// What users set once for many commands.
enum EnvironmentVariable {
    /// The variable's value; nil where it is not set or empty.
    static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
