import Testing

@testable import ContrastiveStudy

struct SmoothnessConditionTests {
    /// A PMI of one number on and another off the diagonal has its eigenvalues in closed form.
    @Test func eigenvaluesAreThoseOfTheMatrix() throws {
        let n = 5
        let pmi = PairValues(count: n) { $0 == $1 ? 2 : -1 }
        let condition = try SmoothnessCondition(pmi)
        #expect(condition.leastPMI == -1 && condition.spread == 0 && condition.greatestPMI == -1)
        #expect(condition.slack == 3 && condition.holds)
        // C = -(2 - 4)/5; then 3 four times, and 3 + n (C - 1) = 0 once.
        #expect(abs((condition.offset ?? 0) - 0.4) < 1e-15)
        #expect(abs((condition.leastEigenvalue ?? 1)) < 1e-12)
        #expect(condition.eigenvalues.dropLast().allSatisfy { abs($0 - 3) < 1e-12 })
        #expect(abs((condition.leastAtAnyOffset ?? 0) - 3) < 1e-12)
        #expect(condition.neededDimension == 4)
    }

    /// What the proposition promises, it keeps; what it does not promise may hold all the same.
    @Test(arguments: [16, 64, 100])
    func thePropositionKeepsItsPromise(events: Int) throws {
        let recurring = try SmoothnessCondition(World.make(.recurring, events: events, seed: 0).pmi)
        #expect(recurring.holds && recurring.slack > 0 && (recurring.leastEigenvalue ?? -1) > -1e-10)
        let ring = try SmoothnessCondition(World.make(.ring, events: events, seed: 0).pmi)
        #expect(!ring.holds && abs(ring.leastAtAnyOffset ?? -1) < 1e-10)
        let rough = try SmoothnessCondition(World.make(.rough, events: events, seed: 0).pmi)
        #expect(!rough.holds && (rough.leastAtAnyOffset ?? 0) < -1)
    }

    /// The premise is part of the condition: with some PMI above 0 it says nothing, however large the diagonal.
    @Test func aPMIAboveZeroFailsThePremise() throws {
        let condition = try SmoothnessCondition(PairValues(count: 4) { $0 == $1 ? 100 : 0.5 })
        #expect(condition.slack > 0 && !condition.holds)
    }

    @Test func pairsThatAreNeverSeenLeaveNothingToSay() throws {
        let condition = try SmoothnessCondition(World.make(.window, events: 32, seed: 0).pmi)
        #expect(!condition.holds && condition.offset == nil && condition.leastEigenvalue == nil)
    }
}
