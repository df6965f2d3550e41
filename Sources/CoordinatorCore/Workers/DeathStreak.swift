internal import SweepModel

/// What work items are for: those of one stage do the same with other data.
enum WorkStage: Hashable {
    case surveys
    case layers
    case tiles

    init(_ item: WorkItem) {
        switch item {
        case .survey: self = .surveys
        case .layer, .step: self = .layers
        case .tile: self = .tiles
        }
    }

    /// What workers do in it.
    var words: String {
        switch self {
        case .surveys: "read models"
        case .layers: "prepared layers"
        case .tiles: "scored tiles"
        }
    }
}

/// Workers that died at work of one stage of a sweep since that stage last got something done.
///
/// What was begun before the latest death is not counted: a rack that loses power takes many workers with it and is one death. A long
/// streak is then one work item after the other that was begun and killed whoever had it.
struct DeathStreak {
    private(set) var count = 0
    private(set) var items: Set<WorkItem> = []
    /// When the first and the latest of them died.
    private(set) var since = Duration.zero
    private var latest = Duration.zero
    /// How the latest of which that is known ended, and on which hosts they were.
    private(set) var ending: ProcessEnding?
    private(set) var hosts: Set<String> = []

    /// So many work items that kill whoever has them are not at fault themselves.
    private static let itemLimit = 3

    mutating func note(_ item: WorkItem, begunAt: Duration, host: String, ending: ProcessEnding?, now: Duration) {
        items.insert(item)
        hosts.insert(host)
        self.ending = ending ?? self.ending
        if count > 0, begunAt < latest { return }
        if count == 0 { since = now }
        count += 1
        latest = now
    }

    /// Whether the stage kills workers, rather than single work items of it.
    func isOfTheStage(limit: Int) -> Bool { count >= limit && items.count >= Self.itemLimit }
}
