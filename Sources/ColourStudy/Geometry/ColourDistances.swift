internal import LinearAlgebra

/// How far n colours are from each other: symmetric, 0 on the diagonal.
package struct ColourDistances: Hashable, Sendable {
    package let count: Int
    /// n x n, row-major.
    package let values: [Double]

    package init(count: Int, values: [Double]) {
        precondition(values.count == count * count, "a distance for each pair")
        self.count = count
        self.values = values
    }

    /// Euclidean distances of the rows of `features` (n x d).
    package init(features: [Double], count n: Int) {
        let d = n > 0 ? features.count / n : 0
        var values = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0..<i {
                var sum = 0.0
                for k in 0..<d {
                    let difference = features[i * d + k] - features[j * d + k]
                    sum += difference * difference
                }
                values[i * n + j] = sum.squareRoot()
                values[j * n + i] = values[i * n + j]
            }
        }
        self.init(count: n, values: values)
    }

    /// ΔE*ab of all pairs.
    package init(_ colours: [CIELAB]) {
        self.init(features: colours.flatMap { [$0.lightness, $0.a, $0.b] }, count: colours.count)
    }

    /// Of pairs i < j, row by row.
    package var pairs: [Double] {
        (0..<count).flatMap { i in ((i + 1)..<max(count, i + 1)).map { values[i * count + $0] } }
    }

    /// Whether all colours are the same.
    var isConstant: Bool { pairs.allSatisfy { $0 == 0 } }
}
