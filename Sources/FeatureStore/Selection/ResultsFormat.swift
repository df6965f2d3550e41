internal import SweepModel

/// The format by which results of a sweep are told from features.
package enum ResultsFormat {
    /// What the root attribute `format` of results says.
    package static let name = "platonic-results"

    /// What is said of results that were taken for a store.
    static let complaint = "the file holds the results of a sweep, not features"

    /// Whether that was the reason why a store could not be opened, in this process or in another.
    static func isReason(of complaint: Complaint) -> Bool { complaint.what == self.complaint }
}
