import ArgumentParser
import SweepModel
import SweepProtocol
import SweepRuntime

extension CompletionKind {
    /// Feature stores and results files are both HDF5.
    static let stores = CompletionKind.file(extensions: ["h5", "hdf5", "references"])
    static let results = CompletionKind.file(extensions: ["h5"])
    static let metrics = CompletionKind.list(MetricKind.allCases.map(\.rawValue) + ["all"])

    /// The ids of the sweeps of the coordinator that the command line or the environment names.
    static let sweeps = CompletionKind.custom { words, _, _ in
        CoordinatorGlance(words).ask { try $0.statuses() }?.map { "\($0.id)" } ?? []
    }

    /// The ids of workers, and the names of their hosts.
    static let workers = CompletionKind.custom { words, _, _ in
        let workers = CoordinatorGlance(words).ask { try $0.workers() } ?? []
        return workers.map(\.id) + Set(workers.map(\.host)).sorted()
    }

    /// Every value of an enumeration.
    static func values<Value: RawRepresentable<String> & CaseIterable>(of type: Value.Type) -> CompletionKind {
        .list(Value.allCases.map(\.rawValue))
    }
}

/// A quick look at the coordinator that a command line, not yet finished, names. Whatever goes wrong, there is nothing to complete.
private struct CoordinatorGlance {
    private let words: [String]

    /// Nobody wants to wait for a shell.
    private static let patience = Duration.seconds(2)

    init(_ words: [String]) {
        // As the shell has them, with their quotes.
        self.words = words.map { $0.filter { $0 != "\"" && $0 != "'" } }
    }

    func ask<Answer>(_ question: (inout CoordinatorClient) throws -> Answer) -> Answer? {
        guard let address = try? EndpointArgument.named(value("--connect")),
            let credentials = try? ClientCredentials(
                keys: value("--keys") ?? EnvironmentVariable.value("PLATONIC_KEYS"),
                isInsecure: words.contains("--insecure")),
            var client = try? CoordinatorClient(
                address, credentials: credentials, settings: ClientSettings(patience: Self.patience))
        else { return nil }
        let answer = try? question(&client)
        client.close()
        return answer
    }

    /// What follows an option: as the next word, or after a =.
    private func value(_ option: String) -> String? {
        if let index = words.firstIndex(of: option), index + 1 < words.count { return words[index + 1] }
        return words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
    }
}
