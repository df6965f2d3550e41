import SweepModel
import Testing

@testable import WorkerScaling

@Suite("What Slurm is told and says")
struct SlurmTextTests {
    @Test func squeueIsReadBack() throws {
        let text = """
            12|PENDING|platonic-a||Resources
            13|RUNNING|platonic-a-min|node[1-2]|None
            14|FAILED|platonic-a|node1|NonZeroExitCode
            15|CANCELLED|platonic-a||Nodes required for job are DOWN|DRAINED
            16|PREEMPTED|platonic-a|node1|None
            17|COMPLETING|platonic-a|node1|None

            """
        let jobs = try SlurmListing.jobs(text, standingName: "platonic-a-min")
        #expect(jobs.map(\.id) == ["12", "13", "14", "15", "16", "17"])
        #expect(
            jobs.map(\.state) == [
                .pending, .running, .over("FAILED, NonZeroExitCode"),
                .over("CANCELLED, Nodes required for job are DOWN|DRAINED, before it ran"), .interrupted, .ending,
            ])
        #expect(jobs.map(\.isStanding) == [false, true, false, false, false, false])
        #expect(jobs[0].reason == "Resources" && jobs[1].reason.isEmpty)
        #expect(try SlurmListing.jobs("", standingName: "").isEmpty)
    }

    @Test(arguments: ["12|PENDING|name|", "slurm_load_jobs error", "1 2|RUNNING|a|b|c", "12;rm|RUNNING|a|b|c"])
    func whatIsNoJobIsRefused(line: String) {
        #expect(throws: Complaint.self) { try SlurmListing.jobs(line, standingName: "") }
    }

    @Test func sbatchSaysWhichJobItIs() {
        #expect(SlurmListing.submitted("4711\n") == "4711")
        #expect(SlurmListing.submitted("sbatch: lua: welcome\n4711;cluster\n") == "4711")
        #expect(SlurmListing.submitted("4711;cluster\nYour quota: 80 % of 100 GB\n\n") == "4711")
        #expect(SlurmListing.submitted("*** 2 nodes are down ***\r\n  4711 \r\nbye\r\n") == "4711")
        #expect(SlurmListing.submitted("welcome\nSubmitted batch job 4711\nbye\n") == "4711")
        #expect(SlurmListing.submitted("Submitted batch job 4711 on cluster two\n") == "4711")
        for text in ["", "welcome\n", "job 4711\n", "4711;\n", "12\n4711\n"] {
            #expect(SlurmListing.submitted(text) == nil, "\(text)")
        }
    }

    @Test func optionsAreTheUsersAndWhatHasToBeAsItIsComesLast() throws {
        let options = try SlurmOptions(["-p", "short", "--time=1:00:00"])
        let submission = SlurmSubmission(
            options: options, logs: "/shared/100% mine", command: ["/bin/plato nic", "worker", "it's $HOME; `rm`"],
            leaving: ["--idle-timeout", "5s"])
        #expect(
            submission.arguments(name: "n") == [
                "--open-mode=append", "-p", "short", "--time=1:00:00", "--parsable", "--job-name=n",
                "--output=/shared/100%% mine/worker-%j.log",
            ])
        #expect(submission.log(of: "7") == "/shared/100% mine/worker-7.log")
        #expect(
            submission.script(isStanding: false)
                == "#!/bin/sh\nexec '/bin/plato nic' 'worker' 'it'\\''s $HOME; `rm`' '--idle-timeout' '5s'\n")
        #expect(!submission.script(isStanding: true).contains("idle"))
    }

    @Test func coresAreCountedAsSbatchCountsThem() throws {
        #expect(try SlurmOptions([]).cores == nil)
        #expect(try SlurmOptions(["-c", "8"]).cores == 8)
        #expect(try SlurmOptions(["-c8", "--mem=4G"]).cores == 8)
        #expect(try SlurmOptions(["--cpus-per-task", "3", "--cpus-per-task=4"]).cores == 4)
        #expect(try SlurmOptions(["--constraint=8", "-C", "x", "-c"]).cores == nil)
    }

    @Test(arguments: [
        ["--array=1-3"], ["-a", "1"], ["-Jmine"], ["--job-name", "x"], ["-o", "log"], ["--wrap=true"], ["short"],
    ])
    func optionsThatHideJobsAreRefused(words: [String]) {
        #expect(throws: Complaint.self) { try SlurmOptions(words) }
    }

    @Test func timesAreReadAsSqueueWritesThem() {
        #expect(SlurmTime.seconds("0:59") == 59)
        #expect(SlurmTime.seconds("59:00") == 3540)
        #expect(SlurmTime.seconds("1:00:00") == 3600)
        #expect(SlurmTime.seconds("2-03:04:05") == 183_845)
        for text in ["UNLIMITED", "INVALID", "", "NOT_SET", "1-2", "1:2:3:4", "1:-2", "5", "1-00:30", "9999999:00"] {
            #expect(SlurmTime.seconds(text) == nil, "\(text)")
        }
    }
}
