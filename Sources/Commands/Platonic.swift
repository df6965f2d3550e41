package import ArgumentParser
import Foundation
import SweepModel
import SweepRuntime

/// The program: commands only, no logic. Whoever adds metrics to the catalogue does so and then calls `main`, in a program of his own.
package struct Platonic: ParsableCommand {
    static let version = "0.1.0"

    package init() {}

    package static let configuration = CommandConfiguration(
        commandName: "platonic",
        abstract: "Measures how alike the representations of many neural networks are.",
        discussion: """
            Feature stores (HDF5) go in, the alignment of every layer of every model with every layer of every other comes out. \
            Try 'platonic demo' first, then 'platonic sweep --x DIRECTORY --output results.h5'.
            """,
        version: version,
        subcommands: [
            SweepCommand.self, CalibrateCommand.self, CompareCommand.self, PlanCommand.self, InspectCommand.self,
            BundleCommand.self,
            ExportCommand.self,
            ReportCommand.self, NeighboursCommand.self,
            ProjectCommand.self,
            MetricsCommand.self, DemoCommand.self, StudyCommand.self, WorkerCommand.self, CoordinatorCommand.self,
            SubmitCommand.self,
            StatusCommand.self, WaitCommand.self,
            CancelCommand.self, RetryCommand.self, ForgetCommand.self, ResultsCommand.self, WorkersCommand.self,
            DrainCommand.self, ExplainCommand.self, EventsCommand.self, KeysCommand.self, ScaleCommand.self,
            StoresCommand.self,
        ])

    /// Runs a command; errors become a sentence on standard error and an exit status of the contract.
    package static func main() {
        BLASEnvironment.reexecuteIfNeeded()
        SignalInbox.block()
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            try CommandNames.check(words)
            var command = try parseAsRoot(DefaultCounts.given(NegativeLayers.joined(words)))
            if command is any EndsAtSignals { SignalInbox.unblock() }
            OpenFiles.raiseLimit()
            try OpenFiles.require((command as? any NeedsDescriptors)?.leastDescriptors ?? OpenFiles.ofAnyCommand)
            try command.run()
        } catch let exit as ExitCode {
            Foundation.exit(exit.rawValue)
        } catch let complaint as Complaint {
            fail(complaint)
        } catch is Interruption {
            Console.note("platonic: interrupted")
            Foundation.exit(ExitStatus.interrupted)
        } catch {
            if exitCode(for: error) == .success {
                // Help and version are no errors.
                let text = fullMessage(for: error)
                print(text == version ? ProgramVersion.text(version) : CompletionScript.mended(text, asked: words))
                Foundation.exit(ExitStatus.done)
            }
            if exitCode(for: error) == .validationFailure {
                fail(Mistakes.complaint(message(for: error), words))
            }
            fail(
                OpenFiles.complaint(about: error)
                    ?? Complaint(.work, "\(error)", at: "platonic", advice: "report this as a bug"))
        }
    }

    private static func fail(_ complaint: Complaint) -> Never {
        Console.complain(complaint)
        Foundation.exit(complaint.kind == .request ? ExitStatus.wrongRequest : ExitStatus.failed)
    }
}

/// A command that needs more descriptors than others, which is said before it begins. `LocalSweep` looks at its sweep besides.
protocol NeedsDescriptors {
    var leastDescriptors: Int { get }
}

extension SweepCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofALocalSweep } }
extension CalibrateCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofALocalSweep } }
extension DemoCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofALocalSweep } }
extension PlanCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofTrials } }
extension WorkerCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAWorker } }
extension CoordinatorCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofACoordinator } }
extension SubmitCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension ResultsCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension StatusCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension WaitCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension CancelCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension RetryCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension ForgetCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension WorkersCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension DrainCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension ExplainCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension EventsCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }
extension ScaleSlurmCommand: NeedsDescriptors { var leastDescriptors: Int { OpenFiles.ofAClient } }

/// A command that starts no worker and waits for nobody: Ctrl-C just ends it.
protocol EndsAtSignals {}

extension InspectCommand: EndsAtSignals {}
extension StoresCommand: EndsAtSignals {}
extension PlanCommand: EndsAtSignals {}
extension ExportCommand: EndsAtSignals {}
extension ProjectCommand: EndsAtSignals {}
extension ReportCommand: EndsAtSignals {}
extension MetricsCommand: EndsAtSignals {}
extension ContrastiveCommand: EndsAtSignals {}
extension ColourCommand: EndsAtSignals {}
