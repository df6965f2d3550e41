import Foundation
import Testing

@testable import ColourStudy

struct ColourPMITests {
    private let grid = ColourGrid(levels: 2)

    @Test func cellsAreEqualPartsOfTheCube() {
        #expect(grid.cell(0, 0, 0) == 0 && grid.cell(127, 128, 255) == 3 && grid.cell(255, 255, 255) == 7)
        #expect(grid.centre(of: 4) == SRGB(0.75, 0.25, 0.25))
        let fine = ColourGrid(levels: 5)
        for cell in 0..<fine.count {
            let bytes = fine.centre(of: cell).bytes
            #expect(fine.cell(bytes.red, bytes.green, bytes.blue) == cell)
        }
    }

    /// By hand: of ten pairs six are of cell 0 with itself, three of 0 and 1, one of 1 with itself.
    @Test func pmiIsThatOfTheDefinition() {
        let counts = ColourCounts(
            grid: grid, radius: 1,
            entries: [.init(0, 0, count: 6), .init(0, 1, count: 3), .init(1, 1, count: 1), .init(2, 2, count: 50)])
        let pmi = ColourPMI(counts, cells: [0, 1], smoothing: 0)
        // P(0, 0) = 12/20, P(0, 1) = 3/20, P(1, 1) = 2/20; P(0) = 15/20, P(1) = 5/20.
        let expected = [log(0.6 / 0.5625), log(0.15 / 0.1875), log(0.15 / 0.1875), log(0.1 / 0.0625)]
        for (a, b) in zip(pmi.pmi, expected) { #expect(abs(a - b) < 1e-15) }
        #expect(pmi.unseenShare == 0 && pmi.offset == pmi.pmi[1] && pmi.dissimilarity == [0, 0, 0, 0])
    }

    @Test func unseenPairsAreSaidAndHandled() {
        let counts = ColourCounts(
            grid: grid, radius: 1,
            entries: [
                .init(0, 0, count: 8), .init(0, 1, count: 4), .init(1, 1, count: 8), .init(1, 2, count: 1),
                .init(2, 2, count: 8),
            ])
        let plain = ColourPMI(counts, cells: [0, 1, 2], smoothing: 0)
        #expect(abs(plain.unseenShare - 1.0 / 3) < 1e-15 && plain.pmi[2] == -.infinity)
        // As far apart as the farthest of the others.
        #expect(plain.dissimilarity[2] == plain.dissimilarity[5] && plain.dissimilarity[5] > 0)
        #expect(plain.dissimilarity[1] == 0, "the offset is the least that will do")
        let smoothed = ColourPMI(counts, cells: [0, 1, 2], smoothing: 0.5)
        #expect(smoothed.pmi.allSatisfy(\.isFinite) && smoothed.dissimilarity.allSatisfy { $0 >= 0 })
        // (0 + 0.5)/(58 + 9 · 0.5) of all ordered pairs.
        let (p, q) = (21.5 / 62.5, 18.5 / 62.5)
        #expect(abs(smoothed.pmi[2] - log(0.5 / 62.5 / (p * q))) < 1e-12)
        #expect(smoothed.dissimilarity[2] > smoothed.dissimilarity[5], "what was never seen is farther than what was")
    }

    /// Pairs are of one image, within the radius, and both orders count the same.
    @Test func pairsKeepToTheirImageAndRadius() {
        // Each row of an image has a colour of its own, and each image half of the colours.
        var bytes: [UInt8] = []
        for row in 0..<8 {
            let colour = [row / 4 * 128, row % 4 / 2 * 128, row % 2 * 128].map { UInt8($0) }
            for _ in 0..<5 { bytes += colour }
        }
        let images = PixelImages(count: 2, height: 4, width: 5, bytes: bytes)
        let counts = ColourCounts(images, grid: grid, radius: 1, pairs: 5000, seed: 1)
        #expect(counts.pairs == 5000)
        for entry in counts.entries {
            #expect(entry.first <= entry.second && entry.second - entry.first <= 1, "a row or the next")
            #expect(entry.first / 4 == entry.second / 4, "one image")
        }
        let wide = ColourCounts(images, grid: grid, radius: 3, pairs: 5000, seed: 1)
        #expect(wide.entries.contains { $0.second - $0.first == 3 })
        #expect(ColourCounts(images, grid: grid, radius: 1, pairs: 5000, seed: 1) == counts)
        #expect(ColourCounts(images, grid: grid, radius: 1, pairs: 5000, seed: 2) != counts)
    }

    @Test func stepsAreADisc() {
        #expect(ColourCounts.steps(1).map { [$0.y, $0.x] } == [[-1, 0], [0, -1], [0, 1], [1, 0]])
        #expect(ColourCounts.steps(4).count == 48)
    }

    @Test func theMostFrequentColoursTakePart() {
        let counts = ColourCounts(
            grid: grid, radius: 1, entries: [.init(0, 7, count: 5), .init(3, 3, count: 3), .init(5, 6, count: 1)])
        #expect(counts.mostFrequent(1) == [3] && counts.mostFrequent(3) == [0, 3, 7])
        #expect(counts.mostFrequent(100) == [0, 3, 5, 6, 7])
    }
}
