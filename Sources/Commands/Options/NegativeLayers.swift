/// Layers that are counted from the end: the parser takes every word that begins with a hyphen for an option.
enum NegativeLayers {
    /// `--layers 0 -1` as `--layers=0 --layers=-1`; all else as it is.
    static func joined(_ arguments: [String]) -> [String] {
        var result: [String] = []
        var index = 0
        while index < arguments.count, arguments[index] != "--" {
            let word = arguments[index]
            index += 1
            guard word == "--layers" || word.hasPrefix("--layers=") else {
                result.append(word)
                continue
            }
            let first = index
            while index < arguments.count, !arguments[index].hasPrefix("-") || isNegative(arguments[index]) {
                index += 1
            }
            let values = arguments[first..<index]
            if values.contains(where: isNegative) {
                if word != "--layers" { result.append(word) }
                result += values.map { "--layers=\($0)" }
            } else {
                result += [word] + values
            }
        }
        return result + arguments[index...]
    }

    private static func isNegative(_ word: String) -> Bool {
        word.hasPrefix("-") && (word.dropFirst().first.map { "0123456789.".contains($0) } ?? false)
    }
}
