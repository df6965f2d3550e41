/// `--calibrate`, `--intervals` and `--gallery` with nothing behind them, which the parser does not know.
enum DefaultCounts {
    /// So many permutations let a single p be 0.001, and so many subsamples let a standard error be off by a twentieth.
    private static let counts = ["--calibrate": "1000", "--intervals": "200", "--gallery": "halves"]

    /// `arguments` with a value after each of these that has none.
    static func given(_ arguments: [String]) -> [String] {
        var result: [String] = []
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        for (index, word) in arguments.enumerated() {
            result.append(word)
            guard let count = counts[word], index < end else { continue }
            let next = index + 1
            // A specification or a path may follow, and is none.
            let hasValue =
                next < arguments.endIndex && (arguments[next] == count || arguments[next].first?.isNumber == true)
            if !hasValue { result.append(count) }
        }
        return result
    }
}
