/// The worlds that the study looks at.
package enum WorldKind: String, Sendable, CaseIterable {
    case ring, torus, graph, recurring, rough, window

    /// Whether the theory holds of it: every pair of events happens, and nearby ones alike.
    package var isSmooth: Bool {
        switch self {
        case .ring, .torus, .graph: true
        case .recurring, .rough, .window: false
        }
    }

    /// What it is, as a clause.
    package var definition: String {
        switch self {
        case .ring: "events at uneven places on a ring; P(a, b) falls with the angle between them as exp(2 cos θ)"
        case .torus: "events at uneven places on a torus; P(a, b) falls with both angles as exp(1.5 (cos θ + cos φ))"
        case .graph:
            "events are the nodes of a random connected graph of mean degree 6; P(a, b) is where heat from a has gone after one unit of time"
        case .recurring: "half of the time an event happens with itself, and otherwise with almost any other alike"
        case .rough:
            "the affinity of every pair is drawn by itself, exp of a standard normal number: nothing is near anything"
        case .window: "a hard window on a ring: events happen together alike within it, and never beyond"
        }
    }
}
