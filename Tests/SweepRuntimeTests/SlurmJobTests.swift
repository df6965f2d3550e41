import Foundation
import SweepModel
import SweepTestSupport
import Testing

@testable import SweepRuntime

@Suite("A process in a Slurm job")
struct SlurmJobTests {
    @Test func theEndIsInTheEnvironmentOrElseSqueueSaysWhatIsLeft() {
        let asked = { "10:00" }
        #expect(SlurmJob.timeLeft(["SLURM_JOB_END_TIME": "1600"], now: 1000, ask: asked) == .seconds(595))
        #expect(SlurmJob.timeLeft([:], now: 1000, ask: asked) == .seconds(595))
        #expect(SlurmJob.timeLeft(["SLURM_JOB_END_TIME": "nonsense"], now: 1000, ask: asked) == .seconds(595))
        #expect(SlurmJob.timeLeft(["SLURM_JOB_END_TIME": "1e300"], now: 1000, ask: asked) == .seconds(595))
        #expect(SlurmJob.timeLeft(["SLURM_JOB_END_TIME": "999"], now: 1000, ask: asked) == .zero)
        #expect(SlurmJob.timeLeft([:], now: 1000, ask: { "UNLIMITED" }) == nil)
        #expect(SlurmJob.timeLeft([:], now: 1000, ask: { nil }) == nil)
    }

    /// squeue says the same things many times over, on many lines.
    @Test func whatSlurmSaysIsOneLine() {
        func said(_ errors: String) -> String {
            SlurmQueue.said(ChildCommand.Result(status: 1, output: "", errors: errors))
        }
        #expect(said("") == "exit status 1" && said(" \n ") == "exit status 1")
        #expect(said("error: a\r\n  error: b\n") == "error: a; error: b")
        let long = said(String(repeating: "slurm_load_jobs error: no contact\n", count: 100))
        #expect(long.count == 201 && long.hasSuffix("…") && !long.contains { $0.isNewline })
        #expect(EventLog.printable("a\nb\r\nc\td\u{1B}[2J") == "a b c d\u{FFFD}[2J")
    }

    @Test func idsThatAreNoneAreNone() {
        #expect(SlurmJob.id(["SLURM_JOB_ID": "12"]) == "12")
        #expect(SlurmJob.id(["SLURM_JOB_ID": ""]) == nil && SlurmJob.id([:]) == nil)
        #expect(SlurmJob.id(["SLURM_JOB_ID": String(repeating: "1", count: 100_000)]) == nil)
    }

    @Test func coresAndMemoryOfTheAllocation() {
        #expect(MachineResources.slurmCores(["SLURM_CPUS_ON_NODE": "8"]) == 8)
        #expect(MachineResources.slurmCores(["SLURM_CPUS_ON_NODE": "8", "SLURM_CPUS_PER_TASK": "2"]) == 2)
        #expect(MachineResources.slurmCores([:]) == nil)
        #expect(MachineResources.slurmMemory(["SLURM_MEM_PER_NODE": "500"]) == 500 << 20)
        #expect(MachineResources.slurmMemory(["SLURM_MEM_PER_CPU": "500", "SLURM_CPUS_ON_NODE": "4"]) == 2000 << 20)
        // All that the node has.
        #expect(MachineResources.slurmMemory(["SLURM_MEM_PER_NODE": "0"]) == nil)
        #expect(MachineResources.slurmMemory(["SLURM_MEM_PER_NODE": "-1", "SLURM_MEM_PER_CPU": "many"]) == nil)
        let none = ControlGroup(root: "/nowhere", membership: "")
        #expect(MachineResources.cores(["SLURM_CPUS_PER_TASK": "1"], none) == 1)
        #expect(MachineResources.cores(["SLURM_CPUS_PER_TASK": "0"], none) >= 1)
    }

    @Test func theTightestControlGroupCounts() throws {
        let folder = try TemporaryFolder()
        let root = URL(fileURLWithPath: folder.path)
        func write(_ path: String, _ text: String) throws {
            let url = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: false, encoding: .utf8)
        }
        // Version 2: the limit is the job's, two floors above the process.
        try write("job/memory.max", "1000\n")
        try write("job/step/memory.max", "max\n")
        try write("job/cpu.max", "150000 100000\n")
        try write("job/step/task/cpu.max", "max 100000\n")
        let unified = ControlGroup(root: root.path, membership: "0::/job/step/task\n")
        #expect(unified.memory == 1000 && unified.cores == 2)
        // Version 1, some of whose controllers are mounted together.
        try write("memory/a/memory.limit_in_bytes", "2000\n")
        try write("memory/memory.limit_in_bytes", "9223372036854771712\n")
        try write("cpu,cpuacct/a/cpu.cfs_quota_us", "300000\n")
        try write("cpu,cpuacct/a/cpu.cfs_period_us", "100000\n")
        try write("cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
        try write("cpu,cpuacct/cpu.cfs_period_us", "100000\n")
        let first = ControlGroup(root: root.path, membership: "5:cpu,cpuacct:/a\n4:memory:/a/b\n")
        #expect(first.memory == 2000 && first.cores == 3)
        // Without a limit anywhere, and where nothing can be read.
        let outside = ControlGroup(root: root.path, membership: "0::/../x\n4:memory:/\nnonsense")
        #expect(outside.memory == nil && outside.cores == nil)
    }

    @Test func commandsGetTheirArgumentsAsTheyAreAndAllOfTheirInput() throws {
        let input = String(repeating: "0123456789", count: 100_000)
        let echoed = try ChildCommand.run(
            ["cat"], input: input, environment: ["PATH": "/usr/bin:/bin"], timeout: .seconds(30))
        #expect(echoed.status == 0 && echoed.output == input && echoed.errors.isEmpty)
        let failed = try ChildCommand.run(
            ["sh", "-c", "echo \"$0\" >&2; exit 7", "$(id); 'x'"], environment: ["PATH": "/usr/bin:/bin"],
            timeout: .seconds(30))
        #expect(failed.status == 7 && failed.errors == "$(id); 'x'" && failed.output.isEmpty)
        let deaf = try ChildCommand.run(
            ["true"], input: input, environment: ["PATH": "/usr/bin:/bin"], timeout: .seconds(30))
        #expect(deaf.status == 0)
    }

    @Test func commandsThatHangOrAreMissingAreComplaints() {
        #expect(throws: Complaint.self) {
            try ChildCommand.run(["sleep", "60"], environment: [:], timeout: .milliseconds(300))
        }
        #expect(throws: Complaint.self) {
            try ChildCommand.run(["no-such-command-of-slurm"], environment: [:], timeout: .seconds(5))
        }
    }
}
