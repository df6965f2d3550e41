/// Quantiles by linear interpolation between order statistics (Hyndman & Fan 1996, type 7; NumPy's default).
enum Quantile {
    /// The quantile at `share` of 0 to 1 of values in ascending order.
    ///
    /// - Precondition: there are values.
    static func of(sorted values: [Double], at share: Double) -> Double {
        precondition(!values.isEmpty, "quantiles are of at least one value")
        let place = share * Double(values.count - 1)
        let below = Int(place)
        guard below + 1 < values.count else { return values[values.count - 1] }
        return values[below] + (place - Double(below)) * (values[below + 1] - values[below])
    }

    /// The same of values in any order, in linear time, putting them into another one.
    static func of(_ values: inout [Double], at share: Double) -> Double {
        precondition(!values.isEmpty, "quantiles are of at least one value")
        let place = share * Double(values.count - 1)
        let below = min(Int(place), values.count - 1)
        select(&values, below)
        guard below + 1 < values.count else { return values[below] }
        let next = values[(below + 1)...].min() ?? values[below]
        return values[below] + (place - Double(below)) * (next - values[below])
    }

    /// The value at a place from 1 in ascending order, likewise.
    static func ofOrder(_ place: Int, _ values: inout [Double]) -> Double {
        precondition(values.indices.contains(place - 1), "there is such a value")
        select(&values, place - 1)
        return values[place - 1]
    }

    /// Moves the value of that place in ascending order there, lower ones before it and greater ones behind it (Hoare 1961).
    private static func select(_ values: inout [Double], _ place: Int) {
        var (low, high) = (0, values.count - 1)
        while low < high {
            let pivot = values[low + (high - low) / 2]
            var (i, j) = (low, high)
            while i <= j {
                while values[i] < pivot { i += 1 }
                while values[j] > pivot { j -= 1 }
                if i <= j {
                    values.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if place <= j { high = j } else if place >= i { low = i } else { return }
        }
    }
}
