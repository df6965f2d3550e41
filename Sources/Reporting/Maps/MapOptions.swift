package import Projection

/// How the models of a sweep are mapped.
package struct MapOptions: Hashable, Sendable {
    /// How a score s becomes a distance.
    package enum Distance: String, CaseIterable, Sendable {
        /// -log(max(s, chance)), as in figure 2 of the paper.
        case log
        /// 1 - s.
        case linear

        /// As a formula.
        package var rule: String {
            switch self {
            case .log: "-log(max(s, chance))"
            case .linear: "1 - s"
            }
        }
    }

    /// Fewer models have no map worth looking at.
    package static let fewestModels = 3

    package var distance = Distance.log
    package var settings = UMAPSettings()

    package init(distance: Distance = .log, settings: UMAPSettings = UMAPSettings()) {
        self.distance = distance
        self.settings = settings
    }
}
