/// The candidate that `name` was most likely meant to be, by Levenshtein distance; nil where none is near.
package func nearestName(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let ranked = candidates.map { (name: $0, distance: editDistance(wanted, Array($0.lowercased()))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(2, best.name.count / 2) ? best.name : nil
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var previous = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var current = [i + 1]
        for (j, y) in b.enumerated() {
            current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + (x == y ? 0 : 1)))
        }
        previous = current
    }
    return previous[b.count]
}
