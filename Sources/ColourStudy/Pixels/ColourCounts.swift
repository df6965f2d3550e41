internal import SweepModel

/// How often two colours stand beside each other.
package struct ColourCounts: Hashable, Sendable {
    package let grid: ColourGrid
    /// The largest distance of two pixels of a pair.
    package let radius: Int
    /// How many pairs were counted.
    package let pairs: Int
    /// Pairs of cells that were seen, first ≤ second, ascending, and how many pairs of pixels each has.
    package let entries: [Entry]

    package struct Entry: Hashable, Sendable {
        package let first: Int
        package let second: Int
        package let count: Int

        package init(_ first: Int, _ second: Int, count: Int) {
            self.first = first
            self.second = second
            self.count = count
        }
    }

    package init(grid: ColourGrid, radius: Int, entries: [Entry]) {
        self.grid = grid
        self.radius = radius
        self.entries = entries
        pairs = entries.reduce(0) { $0 + $1.count }
    }

    /// Draws `pairs` pairs of pixels of one image that are at most `radius` apart: an image, a pixel of it, and a step to the other, each with the same
    /// chance; a step that leaves the image is drawn anew with all the rest. The same for the same seed.
    package init(_ images: PixelImages, grid: ColourGrid, radius: Int, pairs: Int, seed: UInt64) {
        let steps = Self.steps(radius)
        let cells = images.cells(grid)
        let (width, height) = (images.width, images.height)
        var random = SplitMix64(seed: seed)
        var table = [Int](repeating: 0, count: grid.count * grid.count)
        var drawn = 0
        while drawn < pairs {
            let image = random.position(below: images.count)
            let (y, x) = (random.position(below: height), random.position(below: width))
            let step = steps[random.position(below: steps.count)]
            let (v, u) = (y + step.y, x + step.x)
            guard (0..<height).contains(v), (0..<width).contains(u) else { continue }
            let start = image * height * width
            let (a, b) = (Int(cells[start + y * width + x]), Int(cells[start + v * width + u]))
            table[min(a, b) * grid.count + max(a, b)] += 1
            drawn += 1
        }
        self.init(
            grid: grid, radius: radius,
            entries: table.indices.compactMap { position in
                table[position] == 0
                    ? nil : Entry(position / grid.count, position % grid.count, count: table[position])
            })
    }

    /// Steps of at most `radius`, the step to the pixel itself left out, by rows.
    static func steps(_ radius: Int) -> [(y: Int, x: Int)] {
        var steps: [(y: Int, x: Int)] = []
        for y in -radius...radius {
            for x in -radius...radius where (y != 0 || x != 0) && y * y + x * x <= radius * radius {
                steps.append((y, x))
            }
        }
        return steps
    }

    /// How often each cell is at an end of a pair, both ends counted.
    package var ends: [Int] {
        var ends = [Int](repeating: 0, count: grid.count)
        for entry in entries {
            ends[entry.first] += entry.count
            ends[entry.second] += entry.count
        }
        return ends
    }

    /// The `limit` cells that are most often at an end of a pair, ascending; fewer where fewer are seen.
    package func mostFrequent(_ limit: Int) -> [Int] {
        let ends = ends
        return ends.indices.filter { ends[$0] > 0 }.sorted { (ends[$1], $0) < (ends[$0], $1) }.prefix(limit).sorted()
    }
}
