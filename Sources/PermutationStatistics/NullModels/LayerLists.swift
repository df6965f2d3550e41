package import LinearAlgebra

/// The lists of one layer, and what several metrics' numbers are made of, each made once.
package final class LayerLists {
    package let lists: StoredLists
    private let threads: ThreadTeam
    private var mutual: [Int: MutualNumbers] = [:]
    private var types: [Int: PairTypes] = [:]

    /// `threads` share what takes longest.
    package init(_ lists: StoredLists, threads: ThreadTeam = 1) {
        self.lists = lists
        self.threads = threads
    }

    /// Those of `mutual_knn` at each of `ks`, which are found together.
    func mutualNumbers(_ ks: [Int]) -> [MutualNumbers] {
        let missing = ks.filter { mutual[$0] == nil }
        for numbers in MutualNumbers.of(lists, ks: missing, threads: threads) { mutual[numbers.k] = numbers }
        return ks.compactMap { mutual[$0] }
    }

    func pairTypes(k: Int) -> PairTypes {
        let found = types[k] ?? PairTypes(lists, k: k)
        types[k] = found
        return found
    }
}
