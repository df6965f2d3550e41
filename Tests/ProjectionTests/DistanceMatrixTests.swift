import Foundation
import SweepModel
import Testing

@testable import Projection

struct DistanceMatrixTests {
    private func refusal(_ values: [Double], rows: Int = 2, columns: Int = 2) -> String? {
        do {
            _ = try DistanceMatrix(distances: values, rows: rows, columns: columns, at: "metric cka")
            return nil
        } catch {
            #expect(error.kind == .request && error.place == "metric cka" && !error.advice.isEmpty)
            return error.what
        }
    }

    @Test func refusesByName() {
        #expect(refusal([0, 1, 1, 0, 1, 1], columns: 3)?.contains("not square") == true)
        #expect(refusal([0, 1, 1])?.contains("not square") == true)
        #expect(refusal([], rows: 0, columns: 0)?.contains("not square") == true)
        #expect(refusal([0, .nan, .nan, 0])?.contains("NaN") == true)
        #expect(refusal([0, .infinity, .infinity, 0])?.contains("infinite") == true)
        #expect(refusal([0, 1, 1.1, 0])?.contains("asymmetric") == true)
        #expect(refusal([0, 1, 1, 0.5])?.contains("non-zero diagonal") == true)
        #expect(refusal([0, -1, -1, 0])?.contains("negative") == true)
        #expect(refusal([1, 0.4, 0.4, 1])?.contains("similarities were passed as distances") == true)
        #expect(refusal([1], rows: 1, columns: 1)?.contains("similarities") == true)
    }

    @Test func roundingIsStraightened() throws {
        let found = try DistanceMatrix(distances: [1e-12, 2, 2 + 1e-10, -1e-12], rows: 2, columns: 2, at: "test")
        #expect(found.values[0] == 0 && found.values[3] == 0 && found[0, 1] == found[1, 0])
        let tiny = try DistanceMatrix(distances: [0, -9e-10, -9e-10, 0], rows: 2, columns: 2, at: "test")
        #expect(tiny.values == [0, 0, 0, 0])
        #expect(refusal([0, -2e-9, -2e-9, 0]) != nil)
    }

    @Test func similaritiesAreAveragedAndClampedAtChance() throws {
        let s = [.nan, 0.2, 0.01, 0.4, 7, 1, 0.03, 1 + 1e-12, 1]
        let found = try DistanceMatrix(
            similarities: s, rows: 3, columns: 3, rule: .negativeLog(chance: 0.1), at: "test")
        #expect(found.values == [0, -log((0.2 + 0.4) / 2), -log(0.1), -log((0.2 + 0.4) / 2), 0, 0, -log(0.1), 0, 0])
        let complement = try DistanceMatrix(similarities: s, rows: 3, columns: 3, rule: .complement, at: "test")
        #expect(abs(complement[0, 1] - 0.7) < 1e-15 && abs(complement[2, 0] - 0.98) < 1e-15 && complement[1, 2] == 0)
    }

    /// What scores are rounded by is no distance, from either side of 1; more than that is.
    @Test func scoresOfOneUpToRoundingAreNoDistance() throws {
        for rule in [DistanceRule.complement, .negativeLog(chance: 0.1)] {
            for s in [1 - 1e-6, 1 - 3e-9, 1 + 2e-9, 1 + 1e-6] {
                let found = try DistanceMatrix(similarities: [1, s, s, 1], rows: 2, columns: 2, rule: rule, at: "test")
                #expect(found.values == [0, 0, 0, 0])
            }
            let near = try DistanceMatrix(
                similarities: [1, 1 - 2e-6, 1 - 2e-6, 1], rows: 2, columns: 2, rule: rule, at: "test")
            #expect(abs(near[0, 1] - 2e-6) < 1e-11)
            #expect(throws: Complaint.self) {
                try DistanceMatrix(
                    similarities: [1, 1 + 2e-6, 1 + 2e-6, 1], rows: 2, columns: 2, rule: rule, at: "test")
            }
        }
    }

    @Test(arguments: [0, -0.1, 1, Double.nan]) func chanceLevelsWithoutALogarithmAreRefused(_ chance: Double) {
        #expect(throws: Complaint.self) {
            try DistanceMatrix(
                similarities: [1, 0.5, 0.5, 1], rows: 2, columns: 2, rule: .negativeLog(chance: chance), at: "test")
        }
    }

    @Test func similaritiesAboveOneAndMissingOnesAreRefused() {
        for s in [1.5, Double.nan] {
            for rule in [DistanceRule.complement, .negativeLog(chance: 0.1)] {
                #expect(throws: Complaint.self) {
                    try DistanceMatrix(similarities: [1, s, s, 1], rows: 2, columns: 2, rule: rule, at: "test")
                }
            }
        }
    }
}
