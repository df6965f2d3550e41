import Dispatch
import Foundation
import Synchronization
import Testing

/// `PLATONIC_SIMULATION_SEEDS=200000` runs so many seeds, `PLATONIC_SIMULATION_SEED=7` one of them with everything that happens in it.
@Suite("Simulated clusters")
struct SimulationTests {
    private static let large: Set<UInt64> = [0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000]

    private static func cluster(_ seed: UInt64) -> SimulatedCluster {
        guard large.contains(seed) else { return SimulatedCluster(seed: seed) }
        return SimulatedCluster(
            seed: seed, scale: .init(workers: 2_000...2_000, troubleSeconds: 2...4, checkInterval: 2_000))
    }

    @Test func everySweepEndsAndNothingIsLostOrDoneTwice() throws {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["PLATONIC_SIMULATION_SEED"], let seed = UInt64(text) {
            var cluster = Self.cluster(seed)
            cluster.trace = { print($0) }
            cluster.run()
            #expect(cluster.violations.isEmpty)
            return
        }
        let count = environment["PLATONIC_SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 10_000
        let found = Mutex<(failures: [(UInt64, String)], crashes: Int, events: Int)>(([], 0, 0))
        DispatchQueue.concurrentPerform(iterations: Int(count)) { seed in
            if found.withLock({ $0.failures.count }) >= 5 { return }
            var cluster = Self.cluster(UInt64(seed))
            cluster.run()
            found.withLock {
                $0.crashes += cluster.crashes
                $0.events += cluster.events
                if let first = cluster.violations.first { $0.failures.append((UInt64(seed), first)) }
            }
        }
        let (failures, crashes, events) = found.withLock { $0 }
        for (seed, violation) in failures.sorted(by: { $0.0 < $1.0 }) {
            Issue.record(
                "seed \(seed): \(violation); replay it with PLATONIC_SIMULATION_SEED=\(seed) scripts/test --filter SimulationTests"
            )
        }
        print("\(count) simulations, \(events) events, \(crashes) crashes of the coordinator")
        #expect(crashes > Int(count) / 20, "too little goes wrong to mean anything")
    }
}
