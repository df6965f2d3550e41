package import SweepModel

/// An incident as `platonic events` prints it: a JSON object on a line of its own.
package enum IncidentLine {
    package static func json(_ recorded: RecordedIncident) throws -> String {
        try SafeJSON.line(Document(recorded))
    }

    private struct Document: Encodable {
        let number: Int64
        let time: String
        let kind: String
        let text: String
        let warning: Bool
        let sweep: UInt32?
        let worker: String?
        let host: String?
        let count: Int

        init(_ recorded: RecordedIncident) {
            let incident = recorded.incident
            number = recorded.number
            time = TimeText.moment(secondsSince1970: recorded.time)
            kind = incident.kind
            text = incident.text
            warning = incident.isWarning
            sweep = incident.sweep?.number
            worker = incident.worker
            host = incident.host
            count = incident.count
        }
    }
}
