/// Models at distance 0 from one another, directly or through others, which a map shows as one point.
///
/// Methods that look at distances alone draw equal models apart: UMAP by its noise, and both by differences that are rounding.
struct CoincidentModels {
    /// For each of n models its point, numbered in the order of the points' first models.
    let pointOf: [Int]
    /// The distances between points: those of their first models.
    let distinct: DistanceMatrix

    init(_ matrix: DistanceMatrix) {
        let n = matrix.count
        // The first model that each one coincides with, itself at the latest.
        var first = Array(0..<n)
        for i in 0..<n {
            for j in 0..<i where matrix[i, j] == 0 && first[i] != first[j] {
                let (kept, dropped) = (min(first[i], first[j]), max(first[i], first[j]))
                for model in 0...i where first[model] == dropped { first[model] = kept }
            }
        }
        let firsts = first.indices.filter { first[$0] == $0 }
        var point = [Int](repeating: 0, count: n)
        for (position, model) in firsts.enumerated() { point[model] = position }
        pointOf = first.map { point[$0] }
        distinct = DistanceMatrix(of: firsts, in: matrix)
    }

    /// The same distances with those of models that coincide made equal: n x n.
    var straightened: DistanceMatrix { DistanceMatrix(of: pointOf, in: distinct) }

    /// For each model its point's place.
    func places(_ points: [SIMD2<Double>]) -> [SIMD2<Double>] { pointOf.map { points[$0] } }
}

extension DistanceMatrix {
    /// The distances among `positions` of `matrix`, which may name one of them more than once.
    fileprivate init(of positions: [Int], in matrix: DistanceMatrix) {
        self.init(straight: positions.flatMap { i in positions.map { matrix[i, $0] } }, count: positions.count)
    }
}
