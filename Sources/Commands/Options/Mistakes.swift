import ArgumentParser
import Foundation
import SweepModel

/// What to say of a command line that cannot be understood.
enum Mistakes {
    /// - Parameter message: the parser's, which names what is missing before what is mistyped.
    static func complaint(_ message: String, _ words: [String]) -> Complaint {
        let (path, command) = CommandNames.path(words)
        let message = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: " ")
        let advice = "see '\(path) --help'"
        guard message.hasPrefix("Missing expected argument") else {
            return Complaint(.request, message, at: "command line", advice: advice)
        }
        let arguments = Array(words.dropFirst(path.split(separator: " ").count - 1))
        if let unknown = mistyped(arguments, command) {
            return Complaint(.request, unknown, at: "command line", advice: advice)
        }
        // Stores without --x, where a specification would be, are the likelier mistake.
        if command == SweepCommand.self, let first = arguments.first, !first.hasPrefix("-") {
            do { try SpecOptions.checkIsNoStore(first) } catch { return error }
        }
        return Complaint(.request, message, at: "command line", advice: advice)
    }

    /// The first word that looks like an option of `command` and is none.
    private static func mistyped(_ arguments: [String], _ command: any ParsableCommand.Type) -> String? {
        let known = options(of: command)
        guard !known.isEmpty else { return nil }
        for word in arguments.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
            let name = String(word.dropFirst(2).prefix { $0 != "=" })
            if known.contains(name) { continue }
            let guess = nearestName(to: name, among: known.sorted()).map { ". Did you mean '--\($0)'?" } ?? ""
            return "Unknown option '--\(name)'\(guess)"
        }
        return nil
    }

    /// The long names of its options, as the parser says them to programs.
    private static func options(of command: any ParsableCommand.Type) -> Set<String> {
        struct Dump: Decodable {
            struct Command: Decodable { let arguments: [Argument]? }
            struct Argument: Decodable { let names: [Name]? }
            struct Name: Decodable {
                let kind: String
                let name: String
            }
            let command: Command
        }
        guard let dump = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8)) else { return [] }
        let names = (dump.command.arguments ?? []).flatMap { $0.names ?? [] }
        return Set(names.filter { $0.kind == "long" }.map(\.name)).union(["help", "version"])
    }
}
