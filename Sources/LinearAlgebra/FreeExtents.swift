/// Which units of a range of memory are free, and which of those hold pages that were used before.
///
/// Neighbouring extents of the same kind are one, so that what many small blocks leave behind serves a large one as well.
struct FreeExtents {
    private struct Extent {
        var units: Range<Int>
        /// When it was given back, counted in blocks; nil where it has no pages.
        var givenBack: Int?

        /// Takes in an extent that lies right beside, if it is of the same kind.
        mutating func join(_ other: Extent) -> Bool {
            guard (givenBack == nil) == (other.givenBack == nil) else { return false }
            units = min(units.lowerBound, other.units.lowerBound)..<max(units.upperBound, other.units.upperBound)
            givenBack = givenBack.flatMap { mine in other.givenBack.map { max(mine, $0) } }
            return true
        }
    }

    /// In ascending order.
    private var extents: [Extent]
    private var blocksGivenBack = 0
    /// Free units that hold pages.
    private(set) var pagedCount = 0

    /// `count` units, all free and without pages.
    init(count: Int) { extents = count > 0 ? [Extent(units: 0..<count)] : [] }

    /// The first of `count` free units in a row, which are free no longer: of the smallest extent with room for them, one with pages if
    /// there is any; nil where none has room.
    mutating func take(_ count: Int) -> Int? {
        var best: Int?
        for (position, extent) in extents.enumerated() where extent.units.count >= count {
            guard let known = best.map({ extents[$0] }) else {
                best = position
                continue
            }
            let (isPaged, knownIsPaged) = (extent.givenBack != nil, known.givenBack != nil)
            if isPaged == knownIsPaged ? extent.units.count < known.units.count : isPaged { best = position }
        }
        guard let best else { return nil }
        let extent = extents[best]
        if extent.givenBack != nil { pagedCount -= count }
        let rest = extent.units.dropFirst(count)
        if rest.isEmpty { extents.remove(at: best) } else { extents[best].units = rest }
        return extent.units.lowerBound
    }

    /// Takes back units that were taken, with pages.
    mutating func giveBack(_ units: Range<Int>) {
        blocksGivenBack += 1
        pagedCount += units.count
        insert(Extent(units: units, givenBack: blocksGivenBack))
    }

    /// The units whose pages go back to the system so that no more than `most` free ones have any: those that were given back longest ago.
    mutating func dropPages(downTo most: Int) -> [Range<Int>] {
        var dropped: [Range<Int>] = []
        while pagedCount > most,
            let oldest = extents.indices.filter({ extents[$0].givenBack != nil }).min(by: {
                (extents[$0].givenBack ?? 0) < (extents[$1].givenBack ?? 0)
            })
        {
            let units = extents[oldest].units.suffix(pagedCount - most)
            let rest = extents[oldest].units.dropLast(units.count)
            if rest.isEmpty { extents.remove(at: oldest) } else { extents[oldest].units = rest }
            pagedCount -= units.count
            insert(Extent(units: units))
            dropped.append(units)
        }
        return dropped
    }

    /// Puts an extent in its place, together with neighbours of its kind: together they are as old as the younger one.
    private mutating func insert(_ extent: Extent) {
        var merged = extent
        let next = extents.firstIndex { $0.units.lowerBound >= extent.units.upperBound } ?? extents.count
        var replaced = next..<next
        if next < extents.count, extents[next].units.lowerBound == extent.units.upperBound, merged.join(extents[next]) {
            replaced = next..<next + 1
        }
        if next > 0, extents[next - 1].units.upperBound == extent.units.lowerBound, merged.join(extents[next - 1]) {
            replaced = next - 1..<replaced.upperBound
        }
        extents.replaceSubrange(replaced, with: CollectionOfOne(merged))
    }
}
