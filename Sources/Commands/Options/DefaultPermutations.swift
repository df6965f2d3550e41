/// `--calibrate` without a number, which the parser does not know.
enum DefaultPermutations {
    /// So many let a single p be 0.001.
    private static let count = "1000"

    /// `arguments` with a number after every `--calibrate` that has none.
    static func given(_ arguments: [String]) -> [String] {
        var result: [String] = []
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        for (index, word) in arguments.enumerated() {
            result.append(word)
            guard word == "--calibrate", index < end else { continue }
            let next = index + 1
            // A specification or a path may follow, and is no number.
            let hasNumber =
                next < arguments.endIndex && !arguments[next].hasPrefix("-") && arguments[next].first?.isNumber == true
            if !hasNumber { result.append(count) }
        }
        return result
    }
}
