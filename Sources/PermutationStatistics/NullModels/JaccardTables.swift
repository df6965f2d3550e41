internal import Synchronization

/// The table of the latest n and k of each k: every layer of a sweep needs the same.
enum JaccardTables {
    private static let latest = Mutex<[Int: JaccardTable]>([:])

    static func table(sampleCount n: Int, k: Int) -> JaccardTable {
        if let known = latest.withLock({ $0[k] }), known.sampleCount == n { return known }
        let table = JaccardTable(sampleCount: n, k: k)
        latest.withLock { $0[k] = table }
        return table
    }
}
