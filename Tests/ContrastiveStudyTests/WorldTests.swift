import Foundation
import Testing

@testable import ContrastiveStudy

struct WorldTests {
    @Test(arguments: WorldKind.allCases)
    func aWorldIsASymmetricDistribution(kind: WorldKind) {
        let world = World.make(kind, events: 25, seed: 1)
        #expect(world.count == 25)
        #expect(abs(world.joint.values.reduce(0, +) - 1) < 1e-12)
        for a in 0..<25 {
            for b in 0..<25 { #expect(abs(world.joint[a, b] - world.joint[b, a]) < 1e-15) }
        }
        let zeros = world.joint.values.count { $0 <= 0 }
        #expect(kind == .window ? zeros == 25 * 22 : zeros == 0)
        #expect(World.make(kind, events: 25, seed: 1).joint == world.joint)
    }

    /// Worlds that are drawn differ by seed; the other two are what they are.
    @Test func seedsMatter() {
        for kind in WorldKind.allCases {
            let same = World.make(kind, events: 16, seed: 1).joint == World.make(kind, events: 16, seed: 2).joint
            #expect(same == (kind == .recurring || kind == .window))
        }
    }

    /// Heat from every node of a connected graph goes somewhere, as much as there was: all events are alike likely.
    @Test func heatIsKept() {
        let world = World.make(.graph, events: 30, seed: 4)
        for share in world.marginals { #expect(abs(share - 1 / 30.0) < 1e-13) }
    }

    @Test func pmiIsThatOfTheDefinition() {
        let joint = PairValues(count: 2, values: [0.4, 0.1, 0.1, 0.4])
        let pmi = World.pmi(of: joint)
        #expect(abs(pmi[0, 0] - log(1.6)) < 1e-15 && abs(pmi[0, 1] - log(0.4)) < 1e-15)
        #expect(World.pmi(of: PairValues(count: 2, values: [0.5, 0, 0, 0.5]))[0, 1] == -.infinity)
    }

    @Test func bijectionsLoseNothingAndMergersDo() {
        let world = World.make(.ring, events: 20, seed: 2)
        let bijection = Observation.bijection(events: 20, seed: 7)
        #expect(Set(bijection.ofEvent) == Set(0..<20) && bijection.ofEvent != Array(0..<20))
        let seen = bijection.joint(world)
        for a in 0..<20 {
            for b in 0..<20 { #expect(seen[bijection.ofEvent[a], bijection.ofEvent[b]] == world.joint[a, b]) }
        }
        let merging = Observation.merging(events: 21, seed: 7)
        #expect(merging.count == 11)
        let sizes = (0..<11).map { one in merging.ofEvent.count { $0 == one } }
        #expect(sizes.sorted() == [1] + [Int](repeating: 2, count: 10))
    }
}
