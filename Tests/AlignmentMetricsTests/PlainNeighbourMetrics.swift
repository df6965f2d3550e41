import SweepModel

/// Neighbour metrics of two sets of lists, of which the first `k` of each are compared.
extension PlainMetrics {
    typealias Lists = [[Int]]

    static func mutualKNN(lists a: Lists, _ b: Lists, k: Int) -> Double {
        let common = zip(a, b).map { Set($0.prefix(k)).intersection($1.prefix(k)).count }
        return Double(common.reduce(0, +)) / Double(a.count * k)
    }

    static func jaccardKNN(_ a: Lists, _ b: Lists, k: Int) -> Double {
        let shares = zip(a, b).map { a, b in
            let (left, right) = (Set(a.prefix(k)), Set(b.prefix(k)))
            return Double(left.intersection(right).count) / Double(left.union(right).count)
        }
        return shares.reduce(0, +) / Double(a.count)
    }

    /// 1/n Σ_i [ i ∈ ∪_{j ∈ N_B(i)} N_A(j) ].
    static func cycleKNN(_ a: Lists, _ b: Lists, k: Int) -> Double {
        let returning = a.indices.filter { i in b[i].prefix(k).contains { a[$0].prefix(k).contains(i) } }
        return Double(returning.count) / Double(a.count)
    }

    static func lcsKNN(_ a: Lists, _ b: Lists, k: Int) -> Double {
        let lengths = zip(a, b).map { commonSubsequence($0.prefix(k), $1.prefix(k)) }
        return Double(lengths.reduce(0, +)) / Double(a.count * k)
    }

    static func editDistanceKNN(_ a: Lists, _ b: Lists, k: Int) -> Double {
        let distances = zip(a, b).map { levenshtein($0.prefix(k), $1.prefix(k)) }
        return 1 - Double(distances.reduce(0, +)) / Double(a.count * k)
    }

    /// The length of the longest common subsequence, by dynamic programming.
    static func commonSubsequence(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Int {
        var previous = [Int](repeating: 0, count: b.count + 1)
        for x in a {
            var current = [0]
            for (j, y) in b.enumerated() {
                current.append(x == y ? previous[j] + 1 : max(previous[j + 1], current[j]))
            }
            previous = current
        }
        return previous[b.count]
    }

    /// The Levenshtein distance, by dynamic programming.
    static func levenshtein(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Int {
        var previous = Array(0...b.count)
        for x in a {
            var current = [previous[0] + 1]
            for (j, y) in b.enumerated() {
                current.append(min(previous[j] + (x == y ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
            }
            previous = current
        }
        return previous[b.count]
    }
}

/// CKNNA with dense masks.
extension PlainMetrics {
    /// A score and by how much the rounding of its terms is magnified in it.
    struct Conditioned {
        let score: Double
        let condition: Double
    }

    static func cknna(
        _ x: Rows, _ y: Rows, lists a: Lists, _ b: Lists, k: Int, variant: Variant = .exact
    ) -> Conditioned {
        cknna(grams: gram(x), gram(y), lists: a, b, k: k, variant: variant)
    }

    static func cknna(
        grams rawK: Rows, _ rawL: Rows, lists a: Lists, _ b: Lists, k: Int, variant: Variant = .exact
    ) -> Conditioned {
        let (left, right) = (mask(a, k: k), mask(b, k: k))
        let kernels = variant == .paper ? (doublyCentred(rawK), doublyCentred(rawL)) : (rawK, rawL)
        func term(_ first: Rows, _ second: Rows, _ alpha: Rows) -> (value: Double, size: Double) {
            let (m, p) = (hadamard(alpha, first), hadamard(alpha, second))
            if variant == .paper { return (trace(m, p), trace(magnitudes(m), magnitudes(p))) }
            return (maskedHSIC(m, p), maskedHSICSize(m, p))
        }
        let cross = term(kernels.0, kernels.1, hadamard(left, right))
        let (selfA, selfB) = (term(kernels.0, kernels.0, left), term(kernels.1, kernels.1, right))
        let denominator = (selfA.value * selfB.value).squareRoot()
        let condition =
            selfA.size / abs(selfA.value) + selfB.size / abs(selfB.value) + cross.size / abs(denominator)
        switch variant {
        case .reference: return Conditioned(score: cross.value / (denominator + 1e-6), condition: condition)
        case .exact, .paper:
            let isDefined = selfA.value > 0 && selfB.value > 0
            return Conditioned(score: isDefined ? cross.value / denominator : .nan, condition: condition)
        }
    }

    /// α(i,j) = [j is among the first `k` of list i].
    static func mask(_ lists: Lists, k: Int) -> Rows {
        lists.map { list in
            var row = [Double](repeating: 0, count: lists.count)
            for j in list.prefix(k) { row[j] = 1 }
            return row
        }
    }

    static func hadamard(_ a: Rows, _ b: Rows) -> Rows { zip(a, b).map { zip($0, $1).map { $0 * $1 } } }

    private static func magnitudes(_ a: Rows) -> Rows { a.map { $0.map(\.magnitude) } }

    private static func columnSums(_ m: Rows) -> [Double] { m.indices.map { j in m.reduce(0) { $0 + $1[j] } } }

    /// [ Σ_ij M_ij P_ji + (ΣM)(ΣP)/((n-1)(n-2)) - 2/(n-2) Σ_j (column sum of M)_j (row sum of P)_j ]/(n(n-3)).
    private static func maskedHSIC(_ m: Rows, _ p: Rows) -> Double {
        let n = Double(m.count)
        let (columns, rows) = (columnSums(m), p.map { $0.reduce(0, +) })
        let both = m.indices.reduce(0.0) { sum, i in m.indices.reduce(sum) { $0 + m[i][$1] * p[$1][i] } }
        let all = columns.reduce(0, +) * rows.reduce(0, +)
        let cross = zip(columns, rows).reduce(0) { $0 + $1.0 * $1.1 }
        return (both + all / ((n - 1) * (n - 2)) - 2 / (n - 2) * cross) / (n * (n - 3))
    }

    private static func maskedHSICSize(_ m: Rows, _ p: Rows) -> Double {
        let n = Double(m.count)
        let (m, p) = (magnitudes(m), magnitudes(p))
        let (columns, rows) = (columnSums(m), p.map { $0.reduce(0, +) })
        let both = m.indices.reduce(0.0) { sum, i in m.indices.reduce(sum) { $0 + m[i][$1] * p[$1][i] } }
        let cross = zip(columns, rows).reduce(0) { $0 + $1.0 * $1.1 }
        let all = columns.reduce(0, +) * rows.reduce(0, +)
        return (both + all / ((n - 1) * (n - 2)) + 2 / (n - 2) * cross) / (n * (n - 3))
    }
}
