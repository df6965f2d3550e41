package import SweepModel

extension SplitMix64 {
    /// What a stream of random numbers is for: streams of one seed and number are unrelated.
    package enum Use: UInt64 {
        case permutation = 0x7065_726D
        case subsample = 0x7375_6273
        case parts = 0x7061_7274
        case queries = 0x7175_6572
    }

    /// The stream number `number` of a seed: it depends on these alone, so whoever draws some of them draws what one alone would.
    package init(seed: UInt64, number: Int, use: Use) {
        // Neighbouring states of one generator give shifted streams, so the number is mixed by a generator of its own first.
        var seeds = SplitMix64(seed: seed ^ use.rawValue)
        var numbers = SplitMix64(seed: seeds.next() &+ UInt64(truncatingIfNeeded: number))
        self.init(seed: numbers.next())
    }

    /// A position below `count`, each exactly as likely (Lemire 2019).
    mutating func unbiasedPosition(below count: Int) -> Int {
        let range = UInt64(count)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let surplus = (0 &- range) % range
            while product.low < surplus { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// Puts `values` into an order of which each is as likely (Fisher & Yates; Durstenfeld 1964).
    package mutating func shuffle<Value>(_ values: inout [Value]) {
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, unbiasedPosition(below: last + 1))
        }
    }
}
