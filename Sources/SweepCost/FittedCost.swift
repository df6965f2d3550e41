/// What a piece of work of known size took.
package struct Trial: Hashable, Sendable {
    /// How much of each unit it is; all trials of one cost have the same units.
    package let units: [Double]
    package let seconds: Double

    package init(units: [Double], seconds: Double) {
        self.units = units
        self.seconds = seconds
    }
}

/// Seconds as a sum of units, each at a rate that is not negative.
///
/// The rates are those whose predictions have the least sum of squared *relative* errors over the trials, so that a trial of a
/// millisecond counts as much as one of a second. Since no rate is negative, more work is never predicted to take less time.
package struct FittedCost: Hashable, Sendable {
    /// Seconds for each unit.
    package let rates: [Double]

    package init(rates: [Double]) { self.rates = rates }

    /// Fits rates to `trials`. Units that no trial tells apart get no rate.
    package init(fitting trials: [Trial]) {
        let usable = trials.filter { $0.seconds > 0 && $0.seconds.isFinite }
        let count = usable.first?.units.count ?? 0
        guard count > 0 else {
            rates = [Double](repeating: 0, count: trials.first?.units.count ?? 0)
            return
        }
        // Units are brought to a like size, for the elimination's sake.
        let scales = (0..<count).map { unit in usable.map { $0.units[unit] }.max() ?? 0 }
        let rows = usable.map { trial in
            (0..<count).map { scales[$0] > 0 ? trial.units[$0] / scales[$0] / trial.seconds : 0 }
        }
        var best = (error: Double.infinity, rates: [Double](repeating: 0, count: count))
        // Of so few units every subset can be tried, smaller ones first: exact, without an iteration that might not end.
        let subsets = (1..<1 << count).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
        for subset in subsets where subset.nonzeroBitCount <= usable.count {
            let chosen = (0..<count).filter { subset >> $0 & 1 == 1 && scales[$0] > 0 }
            guard chosen.count == subset.nonzeroBitCount, let found = Self.leastSquares(rows, chosen),
                found.allSatisfy({ $0 >= 0 })
            else { continue }
            let error = rows.reduce(0.0) { sum, row in
                let ratio = zip(chosen, found).reduce(0) { $0 + row[$1.0] * $1.1 }
                return sum + (ratio - 1) * (ratio - 1)
            }
            // A larger subset has to be really better.
            guard error < 0.999 * best.error - 1e-12 else { continue }
            best = (error, [Double](repeating: 0, count: count))
            for (unit, rate) in zip(chosen, found) { best.rates[unit] = rate / scales[unit] }
        }
        rates = best.rates
    }

    /// The predicted seconds of so much of each unit.
    package func seconds(_ units: [Double]) -> Double { zip(rates, units).reduce(0) { $0 + $1.0 * $1.1 } }

    /// The coefficients of `columns` that bring every row's sum nearest to 1; nil where they are not determined.
    private static func leastSquares(_ rows: [[Double]], _ columns: [Int]) -> [Double]? {
        let size = columns.count
        var system = columns.map { a in
            columns.map { b in rows.reduce(0) { $0 + $1[a] * $1[b] } } + [rows.reduce(0) { $0 + $1[a] }]
        }
        let largest = (0..<size).map { system[$0][$0] }.max() ?? 0
        for pivot in 0..<size {
            let row = (pivot..<size).max { abs(system[$0][pivot]) < abs(system[$1][pivot]) } ?? pivot
            system.swapAt(pivot, row)
            guard abs(system[pivot][pivot]) > 1e-13 * largest else { return nil }
            for other in 0..<size where other != pivot {
                let factor = system[other][pivot] / system[pivot][pivot]
                for column in pivot...size { system[other][column] -= factor * system[pivot][column] }
            }
        }
        return (0..<size).map { system[$0][size] / system[$0][$0] }
    }
}
