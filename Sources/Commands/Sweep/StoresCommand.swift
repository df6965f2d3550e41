import ArgumentParser
import Foundation
import SweepModel
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

    /// Reads stores in one; ends this program between two of them where a signal asks for that. Nothing is written by then.
    static func interruptibleReading() -> PreparedSweep.Reading {
        let process = ofThisProgram()
        return { path throws(Complaint) in
            if SignalInbox.isEndPending {
                Console.note("platonic: interrupted")
                Foundation.exit(ExitStatus.interrupted)
            }
            return try process.metadata(path)
        }
    }
}
