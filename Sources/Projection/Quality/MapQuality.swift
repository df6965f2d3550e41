/// What a map kept of the distances it was made from.
package struct MapQuality: Hashable, Sendable {
    /// nil for fewer than three models.
    package let neighbours: NeighbourPreservation?
    /// Kruskal's stress-1 with the map at the scale that fits the distances best, so that maps in other units compare; nil where
    /// all distances are zero or all points coincide.
    package let stress1: Double?
    /// Spearman's correlation of distances and distances in the map, over pairs; nil where either are all the same.
    package let rankCorrelation: Double?

    /// - Parameter neighbours: k of trustworthiness, continuity and recall.
    package init(_ matrix: DistanceMatrix, _ points: [SIMD2<Double>], neighbours: Int = 10) {
        precondition(points.count == matrix.count, "a point a model")
        let n = matrix.count
        var (distances, embedded) = ([Double](), [Double]())
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                distances.append(matrix[i, j])
                let difference = points[i] - points[j]
                embedded.append((difference * difference).sum().squareRoot())
            }
        }
        self.neighbours = NeighbourPreservation(matrix, points, requested: neighbours)
        stress1 = Self.stress1(distances, embedded)
        rankCorrelation = RankCorrelation.spearman(distances, embedded)
    }

    /// min over s of (Σ(δ - sd)²/Σδ²)^½ = (1 - c²)^½, c = Σδd/(Σδ²·Σd²)^½. Dividing by Σ(sd)², as Kruskal (1964) does, has
    /// the same minimum, and so has scikit-learn's normalised stress where SMACOF has converged (Borg & Groenen 2005, section 11.1).
    static func stress1(_ distances: [Double], _ embedded: [Double]) -> Double? {
        var (dd, de, ee) = (0.0, 0.0, 0.0)
        for (d, e) in zip(distances, embedded) {
            dd += d * d
            de += d * e
            ee += e * e
        }
        guard dd > 0, ee > 0 else { return nil }
        let scale = de / ee
        var squares = 0.0
        for (d, e) in zip(distances, embedded) { squares += (d - scale * e) * (d - scale * e) }
        return (squares / dd).squareRoot()
    }
}
