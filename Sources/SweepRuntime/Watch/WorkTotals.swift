internal import SweepModel
internal import SweepProtocol

extension WorkTotals {
    /// Counts what a fact says.
    mutating func count(_ fact: JournalEntry) {
        switch fact {
        case .survey: modelsSurveyed += 1
        case .layer(_, _, _, _, let flops):
            layersPrepared += 1
            self.flops += flops
        case .tiles(_, let scores, _, let flops, _):
            tilesScored += scores.columns.count
            self.flops += flops
        case .failure: givenUp += 1
        case .submitted, .participant, .retried, .ended, .forgotten, .incident: break
        }
    }

    /// Counts an incident.
    mutating func count(_ incident: Incident) { incidents[incident.kind, default: 0] += incident.count }
}
