import ArgumentParser
import Reporting
import SweepModel
import SweepRuntime

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print what happened on a coordinator, as JSON lines.",
        discussion: """
            Each line is an object with number, time (ISO 8601), kind, text, warning and count, and sweep, worker and host where it \
            concerns one. Numbers ascend and are never given twice, so that --after with the last number that was seen goes on there. \
            --follow waits for more until Ctrl-C, also across restarts of the coordinator.
            """)

    @Flag(help: "Go on with what happens from now on.")
    var follow = false

    @Option(help: "Begin after the event of this number.")
    var after: Int64 = 0

    @OptionGroup var client: ClientOptions

    func validate() throws {
        guard after >= 0 else { throw ValidationError("--after is \(after); give a number from 0") }
    }

    func run() throws {
        try client.withClient(follow ? .waiting : .asking) { connection in
            var last = after
            while true {
                let events = try connection.events(after: last)
                for event in events { try Console.print(IncidentLine.json(event)) }
                if let event = events.last {
                    last = event.number
                } else if follow {
                    try connection.pause(.milliseconds(500))
                } else {
                    return
                }
            }
        }
    }
}
