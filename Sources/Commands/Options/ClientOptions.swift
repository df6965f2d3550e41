import ArgumentParser
import Reporting
import SweepModel
import SweepRuntime

/// What every command that asks a coordinator has.
struct ClientOptions: ParsableArguments {
    @OptionGroup var connection: ConnectOptions

    @Option(
        help: "Give up when the coordinator does not answer for so long (default: 30s; 10m for commands that wait).")
    var timeout: DurationArgument?

    @Flag(help: "Print JSON instead of text.")
    var json = false

    /// How patient a command is that asks once, and one that waits and outlasts a restart of the coordinator.
    enum Patience {
        case asking
        case waiting

        var duration: Duration { self == .asking ? .seconds(30) : .seconds(600) }
    }

    /// Connects, asks and closes the connection.
    func withClient<Result>(
        _ patience: Patience = .asking, _ body: (inout CoordinatorClient) throws -> Result
    ) throws -> Result {
        var settings = ClientSettings(patience: timeout?.duration ?? patience.duration)
        settings.silence = { Console.note("platonic: waiting for the coordinator at \(TerminalText.safe($0))") }
        var client = try CoordinatorClient(
            try connection.address(), credentials: try connection.credentials(), settings: settings,
            signals: try SignalInbox())
        let result = Swift.Result { try body(&client) }
        client.close()
        return try result.get()
    }

    /// The options of a command that goes on with the same coordinator, to be shown to the user.
    var again: String { connection.connect.map { " --connect \(TerminalText.safe($0))" } ?? "" }
}

extension SweepID: ExpressibleByArgument {
    /// The id as it is typed.
    public init?(argument: String) { self.init(argument) }
}
