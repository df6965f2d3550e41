internal import CKernels

/// What float32 does to sums Σ_{i<j} K_ij L_ij of a kernel's entries with those of another one, as far as the first kernel is to blame.
///
/// Roundings are taken as independent (Higham & Mary 2019), and four standard errors of their sum are allowed for: of one that stands
/// above all others, more than the most that it can be. For each of the two kernels
///
/// - entries: a product of d values loses about u·√(d/4) of what it is, and u‖x_i‖‖x_j‖/√3 through the rounding of both rows; an entry that
///   was computed in float64 loses u/√3 of what it is;
/// - sums: every addition loses u/√6 of what the sum is by then, over the mantissas that a growing sum goes through, and u/√3 where few
///   entries are most of it. Blocks of 128 entries are added up by themselves, and then those of a chunk;
/// - beside one entry that decides a sum the others are often alike, and so is what rounding does to them: every addition may then lose u of
///   the sum, or what is added, the same way.
///
/// By the inequality of Cauchy and Schwarz the square of the error of a pair is at most the product of a number of either kernel's, but for
/// the rounding of rows, of which both have a part of their own. So a pair keeps the promise where both kernels keep it by themselves.
package struct Float32Error {
    /// The error of Σ_{i<j} K_ij L_ij for a partner like the kernel itself that is not exceeded.
    private let absolute: Double

    /// The largest share of a self term at which float32 does: what all kernel scores promise.
    package static let largest = 1e-6

    private static let unit = 0x1p-24
    /// Standard errors that are allowed for, and those of products of factors, of which all sums grow alike.
    private static let (deviations, factorDeviations) = (4.0, 3.0)

    /// Of entries that are products of rows of `width` values; `diagonal` are the rows' squared norms.
    init(ofProducts packed: [Float], width: Int, diagonal: [Double]) {
        // Products are formed in panels of some hundred values.
        self.init(packed, share: Double(min(width, 1024)) / 4, norms: FixedOrderSums.squares(diagonal))
    }

    /// Of entries that were rounded from float64.
    init(ofRounded packed: [Float]) { self.init(packed, share: 1.0 / 3, norms: 0) }

    private init(_ packed: [Float], share: Double, norms: Double) {
        var found = PackedSums()
        packed.withUnsafeBufferPointer { packed in
            for first in stride(from: 0, to: packed.count, by: KernelPanel.chunkLength) {
                let count = min(KernelPanel.chunkLength, packed.count - first)
                found.add(UnsafeBufferPointer(rebasing: packed[first..<first + count]))
            }
        }
        let entries = 2 * share * found.fourths + 2 / 3 * (norms * norms * found.fourths / 2).squareRoot()
        absolute = Self.unit * Self.deviations * (entries + found.variance).squareRoot() + found.lost
    }

    /// Of the whole ‖XᵀX‖²_F, halved, of a factor X whose rows have squared norms `diagonal`, given the sums of the squares and of the
    /// fourth powers of the entries of XᵀX: those are added up in panels of some hundred rows, and rows were rounded.
    init(ofFactorProduct squares: Double, fourths: Double, diagonal: [Double]) {
        let trace = diagonal.reduce(0, +)
        guard squares > 0, trace > 0 else {
            absolute = 0
            return
        }
        let panel = 384.0
        let (rows, share) = (Double(diagonal.count), fourths.squareRoot() / squares)
        // As many rows of one norm would have as much to say.
        let equivalent = trace * trace / FixedOrderSums.squares(diagonal)
        // Sums that grow evenly, or are what they are from the first row on.
        let uneven: Double = equivalent < min(32, rows / 4) ? 6 : 1
        let withinPanels = min(rows, panel) / 18 * uneven / max(1, equivalent / panel)
        let betweenPanels = min(rows, Double(FactorProducts.chunkRows)) / panel / 18 * uneven
        let additions = withinPanels + betweenPanels / max(1, equivalent / Double(FactorProducts.chunkRows))
        let rounding = min(2.3 * share.squareRoot(), 2.8 / (share * equivalent.squareRoot()))
        absolute =
            Self.unit * Self.factorDeviations * squares / 2
            * (4 * additions * share * share + rounding * rounding).squareRoot()
    }

    /// The error as a share of `selfTerm`, half a sum over all pairs; infinite where that is zero or less.
    func share(of selfTerm: Double) -> Double {
        guard absolute > 0 else { return 0 }
        return selfTerm > 0 ? absolute / selfTerm : .infinity
    }
}

/// What the additions do to the sum of the squares of packed entries, chunk by chunk in the order of `KernelSums`.
private struct PackedSums {
    private(set) var fourths = 0.0
    /// That of additions whose roundings are independent, in squared units of rounding.
    private(set) var variance = 0.0
    /// The most that the others may take together.
    private(set) var lost = 0.0

    private static let blockLength = 128
    /// The share of a sum that the rounding of an addition may take.
    private static let unit = 0x1p-24
    /// The shares of the square of a block's sum that its fourth powers have, beyond which few entries are most of it, or next to none.
    private static let (few, fewest) = (1.0 / 32, 1.0 / 4)
    /// So few additions cannot add up to more than four standard errors, or hardly.
    private static let fewAdditions = 32

    mutating func add(_ chunk: UnsafeBufferPointer<Float>) {
        guard let entries = chunk.baseAddress else { return }
        var (sum, squares, most, largest) = (0.0, 0.0, 0.0, 0.0)
        var found = [0.0, 0]
        for first in stride(from: 0, to: chunk.count, by: Self.blockLength) {
            let count = min(Self.blockLength, chunk.count - first)
            ck_power_sums(entries + first, count, &found)
            let block = found[0]
            fourths += found[1]
            if found[1] > Self.few * block * block {
                addEach(
                    entries + first, count,
                    isDecided: count > Self.fewAdditions && found[1] > Self.fewest * block * block)
            } else {
                variance += Double(count) / 18 * block * block
            }
            sum += block
            squares += sum * sum
            if first > 0 { most += min(block, Self.unit * sum) }
            largest = max(largest, block)
        }
        if 4 * largest < sum { variance += squares / 6 } else { lost += most }
    }

    /// A block of which few entries are most: beside those that decide it the others may be alike, and so may be what rounding does to them.
    private mutating func addEach(_ entries: UnsafePointer<Float>, _ count: Int, isDecided: Bool) {
        var (sum, squares, most, gone) = (0.0, 0.0, 0.0, 0.0)
        for position in 0..<count {
            let square = Double(entries[position]) * Double(entries[position])
            sum += square
            squares += sum * sum
            most += min(square, Self.unit * sum)
            if square < 2 * Self.unit * sum { gone += square }
        }
        if isDecided {
            lost += most
        } else {
            variance += squares / 3
            lost += gone
        }
    }
}
