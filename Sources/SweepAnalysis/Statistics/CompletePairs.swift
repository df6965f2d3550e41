/// The observations of two variables of which both are finite, in order.
struct CompletePairs {
    let x: [Double]
    let y: [Double]
    var count: Int { x.count }

    /// - Precondition: as many x as y.
    init(_ x: [Double], _ y: [Double]) {
        precondition(x.count == y.count, "every observation has an x and a y")
        var (keptX, keptY): ([Double], [Double]) = ([], [])
        keptX.reserveCapacity(x.count)
        keptY.reserveCapacity(x.count)
        for (a, b) in zip(x, y) where a.isFinite && b.isFinite {
            keptX.append(a)
            keptY.append(b)
        }
        (self.x, self.y) = (keptX, keptY)
    }

    /// Why no statistic of the two variables exists; nil where one does.
    func defect(needsVaryingY: Bool) -> String? {
        if count < 3 { return "fewer than 3 observations" }
        if Self.isConstant(x) { return "every x is the same" }
        if needsVaryingY && Self.isConstant(y) { return "every y is the same" }
        return nil
    }

    private static func isConstant(_ values: [Double]) -> Bool { values.allSatisfy { $0 == values[0] } }
}
