import ArgumentParser
import SweepModel

/// The commands by name: whoever mistypes one is told which was meant.
enum CommandNames {
    /// The command that a command line begins with, as far as there is one: "platonic keys issue".
    static func path(_ words: [String]) -> (words: String, command: any ParsableCommand.Type) {
        var (path, command): (String, any ParsableCommand.Type) = (Platonic._commandName, Platonic.self)
        for word in words {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
            command = next
            path += " \(word)"
        }
        return (path, command)
    }

    /// Throws where a word of the command line stands for a command and is none.
    static func check(_ words: [String]) throws(Complaint) {
        var command: any ParsableCommand.Type = Platonic.self
        var path = Platonic._commandName
        for word in words {
            let commands = command.configuration.subcommands
            // Beyond the commands there are arguments, whatever they are called.
            guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            guard let next = commands.first(where: { $0._commandName == word }) else {
                let names = commands.map { $0._commandName }
                let guess = nearestName(to: word, among: names).map { "did you mean '\(path) \($0)'? " } ?? ""
                throw Complaint(
                    .request, "'\(path)' has no command '\(word)'", at: "command line",
                    advice: "\(guess)'\(path) --help' lists \(names.count > 6 ? "them all" : "them")")
            }
            command = next
            path += " \(word)"
        }
    }
}
