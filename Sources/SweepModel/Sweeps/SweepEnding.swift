/// How a sweep ended.
package enum SweepEnding: Hashable, Codable, Sendable {
    /// Every work item is done or, where failures are on record, given up: then the results are partial.
    case done
    /// It cannot go on.
    case refused(Complaint)
    /// Someone, by the name on the key, did not want it any more.
    case cancelled(by: String)
}
