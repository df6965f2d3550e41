/// Layers at matched relative depth, of a model of `x` layers and one of `y`, each by its depth: each layer l = 0 … L-1 of the deeper model (of
/// x, if they are as deep) with layer ⌊l(L'-1)/(L-1) + ½⌋ of the other's L' (Schemas/results.md, `matched_depth`).
package func matchedDepths(_ x: Int, _ y: Int) -> [(x: Int, y: Int)] {
    let (deeper, other) = (max(x, y), min(x, y))
    guard other > 0 else { return [] }
    return (0..<deeper).map { l in
        // In whole numbers: l(L'-1)/(L-1) + ½ rounded down.
        let partner = deeper > 1 ? (2 * l * (other - 1) + deeper - 1) / (2 * (deeper - 1)) : 0
        return x >= y ? (l, partner) : (partner, l)
    }
}
