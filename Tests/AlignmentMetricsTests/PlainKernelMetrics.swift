import Foundation

/// Metrics of distances and of similarity matrices.
extension PlainMetrics {
    /// Rows less the column means.
    static func centred(_ rows: Rows) -> Rows {
        let means = rows[0].indices.map { j in rows.reduce(0) { $0 + ($1[j] - rows[0][j]) } / Double(rows.count) }
        return rows.map { row in row.indices.map { row[$0] - rows[0][$0] - means[$0] } }
    }

    static func upperTriangle(_ k: Rows) -> [Double] { k.indices.flatMap { i in k[i][(i + 1)...] } }

    static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        let (x, y) = (a.map { $0 - meanA }, b.map { $0 - meanB })
        func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    }

    /// For each value how many are less, and half of those that are equal up to the `tolerances` of both.
    static func averageRanks(_ values: [Double], tolerances: [Double]) -> [Double] {
        values.indices.map { place in
            var (less, equal) = (0, 0)
            for other in values.indices {
                let tolerance = tolerances[place] + tolerances[other]
                if values[other] < values[place] - tolerance {
                    less += 1
                } else if values[other] <= values[place] + tolerance {
                    equal += 1
                }
            }
            return Double(less) + Double(equal + 1) / 2
        }
    }

    /// Similarities up to a constant, from centred rows: x_i·x_j = K_c,ij + x_c,i·m + x_c,j·m + |m|². Ties as SimilarityRanks
    /// documents them: what rounding alone can set apart.
    static func rsa(_ a: Rows, _ b: Rows) -> Double { correlation(similarityRanks(a), similarityRanks(b)) }

    static func similarityRanks(_ rows: Rows) -> [Double] {
        let x = centred(rows)
        let mean = zip(rows[0], x[0]).map { $0 - $1 }
        let k = gram(x)
        let along = x.map { similarity($0, mean) }
        let similarities = k.indices.map { i in k.indices.map { j in k[i][j] + along[i] + along[j] } }
        let norms = k.indices.map { k[$0][$0].squareRoot() }
        let length = similarity(mean, mean).squareRoot()
        let tolerances = k.indices.map { i in
            k.indices.map { j in
                Double(mean.count + 8) * 0x1p-53 * (norms[i] * norms[j] + (norms[i] + norms[j]) * length)
            }
        }
        return averageRanks(upperTriangle(similarities), tolerances: upperTriangle(tolerances))
    }

    static func distances(_ rows: Rows) -> Rows {
        rows.map { a in rows.map { b in zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() } }
    }

    /// R* by U-centred distances (Székely & Rizzo 2014); NaN where centring leaves nothing but rounding.
    static func distanceCorrelation(_ a: Rows, _ b: Rows) -> Double {
        let (d, e) = (distances(a), distances(b))
        let (x, y) = (uCentred(d), uCentred(e))
        guard trace(x, x) > 0x1p-60 * trace(d, d), trace(y, y) > 0x1p-60 * trace(e, e) else { return .nan }
        return trace(x, y) / (trace(x, x) * trace(y, y)).squareRoot()
    }

    /// R* as first published (Székely & Rizzo 2013): doubly centred distances A, A* = n/(n-1)(A - a/n) with its own diagonal
    /// n/(n-1)(row mean - mean), and U* = Σ_{i≠j} A*B* - 2/(n-2) Σ_i A*_ii B*_ii.
    static func biasCorrectedDistanceCorrelation(_ a: Rows, _ b: Rows) -> Double {
        func modified(_ d: Rows) -> Rows {
            let n = Double(d.count)
            let means = d.map { $0.reduce(0, +) / n }
            let mean = means.reduce(0, +) / n
            var result = doublyCentred(d)
            for i in d.indices {
                for j in d.indices {
                    result[i][j] = n / (n - 1) * (i == j ? means[i] - mean : result[i][j] - d[i][j] / n)
                }
            }
            return result
        }
        func product(_ x: Rows, _ y: Rows) -> Double {
            let diagonal = x.indices.reduce(0) { $0 + x[$1][$1] * y[$1][$1] }
            return trace(x, y) - diagonal - 2 / Double(x.count - 2) * diagonal
        }
        let (x, y) = (modified(distances(a)), modified(distances(b)))
        return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Biased CKA of exp(-D²/2σ²), σ = `bandwidth` x the median distance between two different samples.
    static func ckaRBF(_ a: Rows, _ b: Rows, bandwidth: Double = 1) -> Double {
        func kernel(_ rows: Rows) -> Rows {
            let d = distances(rows)
            let sigma = bandwidth * median(upperTriangle(d))
            return doublyCentred(d.map { $0.map { exp(-$0 * $0 / (2 * sigma * sigma)) } })
        }
        let (k, l) = (kernel(a), kernel(b))
        return trace(k, l) / (trace(k, k) * trace(l, l)).squareRoot()
    }

    /// ‖X_cᵀY_c‖²_F/(‖X_cᵀX_c‖_F ‖Y_cᵀY_c‖_F): biased CKA from d x d matrices.
    static func featureSpaceCKA(_ a: Rows, _ b: Rows) -> Double {
        let (x, y) = (centred(a), centred(b))
        func square(_ x: Rows, _ y: Rows) -> Double {
            let product = leftTransposed(x, y)
            return trace(product, product)
        }
        return square(x, y) / (square(x, x) * square(y, y)).squareRoot()
    }

    /// XᵀY.
    static func leftTransposed(_ x: Rows, _ y: Rows) -> Rows {
        var result = Rows(repeating: Array(repeating: 0, count: y[0].count), count: x[0].count)
        for (a, b) in zip(x, y) { for i in a.indices { for j in b.indices { result[i][j] += a[i] * b[j] } } }
        return result
    }
}
