import ArgumentParser
import Foundation
import Reporting
import SweepModel
import SweepRuntime

/// Opens stores and results for another process of this program, which talks to it over standard input; not for people.
struct StoresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open-stores", abstract: "Open stores for another process of this program.", shouldDisplay: false)

    func run() throws {
        try StoreService.run { name, path, step in
            Result { () throws(Complaint) -> [String] in
                guard let task = ResultsTask(rawValue: name) else {
                    throw Complaint(
                        .request, "'\(name)' is no task", at: path, advice: "use one build of the program")
                }
                return try task.perform(path, step: step)
            }
        }
    }
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

extension ResultsTask {
    /// Does it in a process of this program, which a damaged file can do no more than end.
    static let apart: Performing = { (task, path) throws(Complaint) in
        try StoreProcess.ofThisProgram().perform(task.rawValue, on: path)
    }

    /// Looks at a results file that somebody named before this process reads it.
    static func check(_ path: String) throws(Complaint) { _ = try apart(.check, path) }
}
