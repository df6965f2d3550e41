import ArgumentParser
import SweepRuntime

/// Opens stores for another process of this program, which talks to it over standard input; not for people.
struct StoresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open-stores", abstract: "Open stores for another process of this program.", shouldDisplay: false)

    func run() throws { try StoreService.run() }
}

extension StoreProcess {
    /// A process of this program.
    static func ofThisProgram() -> StoreProcess { StoreProcess([StoresCommand.configuration.commandName ?? ""]) }
}
