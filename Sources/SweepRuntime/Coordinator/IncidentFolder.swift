internal import SweepModel

/// Counts incidents that repeat instead of repeating them.
struct IncidentFolder {
    private struct Entry {
        var incident: Incident
        var since: ContinuousClock.Instant
        var repeats = 0
    }

    private var entries: [String: Entry] = [:]

    /// What repeats within this time is one.
    private static let window = Duration.seconds(10)
    private static let limit = 1_000
    private static let strange: Set<String> = ["unreadable", "blocked", "worker-refused"]

    /// Whether `incident` is new, and so to be told now; a repetition is counted.
    mutating func admit(_ incident: Incident, now: ContinuousClock.Instant) -> Bool {
        // What strangers do differs in details that they choose.
        let key = Self.strange.contains(incident.kind) ? incident.kind : "\(incident.kind) \(incident.text)"
        if entries[key] != nil {
            entries[key]?.repeats += 1
            return false
        }
        if entries.count < Self.limit { entries[key] = Entry(incident: incident, since: now) }
        return true
    }

    /// Repetitions whose time is over, each once with its count.
    mutating func due(now: ContinuousClock.Instant) -> [Incident] {
        var due: [Incident] = []
        for (key, entry) in entries where now - entry.since >= Self.window {
            entries[key] = nil
            guard entry.repeats > 0 else { continue }
            var incident = entry.incident
            incident.count = entry.repeats
            due.append(incident)
        }
        return due.sorted { $0.text < $1.text }
    }
}
