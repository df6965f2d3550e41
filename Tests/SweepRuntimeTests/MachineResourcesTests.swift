import Foundation
import Testing

@testable import SweepRuntime

@Suite("Machine resources")
struct MachineResourcesTests {
    @Test func thereIsAtLeastOneCoreAndNoneThatTheAffinityMaskLacks() {
        #expect((1...ProcessInfo.processInfo.activeProcessorCount).contains(MachineResources.cores))
    }

    @Test func theDefaultMemoryIsLessThanTheMachineHas() {
        #expect(MachineResources.defaultMemory > 1 << 20)
        #expect(MachineResources.defaultMemory < Int(ProcessInfo.processInfo.physicalMemory))
    }

    @Test func theHostHasAName() throws {
        let name = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        #expect(MachineResources.hostName + "\n" == name)
    }
}
