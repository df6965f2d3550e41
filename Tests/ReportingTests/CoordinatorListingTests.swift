import Foundation
import SweepModel
import SweepProtocol
import Testing

@testable import Reporting

/// What commands print that ask a coordinator.
struct CoordinatorListingTests {
    private static func sweep(_ change: (inout SweepStatus) -> Void = { _ in }) -> SweepStatus {
        var sweep = SweepStatus(
            id: SweepID(3), name: "emoji", owner: "ada", priority: 5, state: .running, submitted: 1_800_000_000.25,
            modelsSurveyed: 2, models: 2, layersPrepared: 5, layers: 6, tilesScored: 1, tiles: 4, workers: 2,
            remainingSeconds: 75, flops: 1e12, retries: 1, failureCount: 3,
            failures: [
                FailedItem(
                    item: .tile(row: 4, column: 7), name: "tile (4, 7)",
                    cause: Complaint(.work, "it broke\u{1B}[31m", at: "host", advice: "look there"))
            ], reason: nil)
        change(&sweep)
        return sweep
    }

    private static func worker(_ change: (inout WorkerStatus) -> Void = { _ in }) -> WorkerStatus {
        var worker = WorkerStatus(
            id: "w1", key: "cluster", host: "node1", processID: 42, state: .setAside, software: "platonic 1",
            blasCore: "Haswell", memoryBytes: 3 << 30, holds: ["tile (0, 1)", "tile (0, 2)", "layer a:1"],
            tilesScored: 9,
            failures: 2, speed: 1.25, secondsLeft: nil, silentSeconds: 0.4)
        change(&worker)
        return worker
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test func sweepsAsATable() {
        let queued = Self.sweep {
            $0.id = SweepID(12)
            $0.name = "a\u{1B}b"
            $0.state = .queued
            ($0.modelsSurveyed, $0.layersPrepared, $0.tilesScored, $0.workers) = (0, 0, 0, 0)
            ($0.remainingSeconds, $0.progress) = (nil, 0)
        }
        let complete = Self.sweep {
            $0.state = .complete
            ($0.layersPrepared, $0.tilesScored, $0.progress) = (6, 4, 1)
        }
        #expect(
            SweepListing.text([Self.sweep(), queued, complete], width: 100) == """
                id  name   owner  state     progress  tiles  workers         ETA
                3   emoji  ada    running       66 %    1/4        2  1 min 15 s
                12  a?b    ada    queued         0 %    0/4        0     unknown
                3   emoji  ada    complete     100 %    4/4        2           -

                """)
    }

    @Test func aSweepWithWhatWasGivenUp() {
        #expect(
            SweepListing.details(Self.sweep()) == """
                sweep 3: emoji
                  state      running, 66 %
                  owner      ada, priority 5
                  submitted  2027-01-15T08:00:00.250Z
                  models     2 of 2 surveyed
                  layers     5 of 6 prepared
                  tiles      1 of 4 scored
                  workers    2, ETA 1 min 15 s
                  retries    1
                  given up   3 work items
                    it broke?[31m (host): look there
                      tile 4,7 (tile (4, 7))
                    … and 2 more

                """)
        let failed = SweepListing.details(
            Self.sweep {
                $0.state = .failed
                $0.reason = "a store is gone"
            })
        #expect(failed.contains("  reason     a store is gone\n"))
        #expect(failed.contains("3 work items; 'platonic retry 3' tries them again\n"))
        #expect(!failed.contains("ETA"), "nothing more will happen")
    }

    @Test(arguments: [
        (SweepStatus.State.complete, "sweep 3 (emoji) is complete"),
        (.partial, "sweep 3 (emoji) is partial: 3 work items given up"), (.failed, "sweep 3 (emoji) failed: why"),
        (.cancelled, "sweep 3 (emoji) was cancelled: why"),
        (.running, "sweep 3 (emoji) is not over: 1 of 4 tiles scored"),
    ])
    func endings(_ state: SweepStatus.State, _ text: String) {
        let sweep = Self.sweep {
            $0.state = state
            $0.reason = "why"
        }
        #expect(SweepListing.ending(sweep) == text)
    }

    @Test func sweepsAsJSON() throws {
        let json = try SweepListing.json(Self.sweep { $0.flops = .infinity })
        #expect(!json.contains("\u{1B}") && json.contains("\\u001b"))
        let sweep = try object(json)
        #expect(sweep["id"] as? Int == 3 && sweep["state"] as? String == "running" && sweep["percent"] as? Int == 66)
        #expect(sweep["submitted"] as? String == "2027-01-15T08:00:00.250Z")
        #expect(sweep["flops"] == nil, "JSON has no infinity")
        let failure = try #require((sweep["failures"] as? [[String: Any]])?.first)
        #expect(failure["item"] as? String == "tile 4,7" && failure["what"] as? String == "it broke\u{1B}[31m")
        #expect(try SweepListing.json([SweepStatus]()) == "[\n\n]\n")
    }

    @Test func workersAsATable() {
        let idle = Self.worker {
            $0.id = "w2"
            $0.state = .idle
            $0.holds = []
            $0.speed = .nan
            $0.secondsLeft = 3600
        }
        #expect(
            WorkerListing.text([Self.worker(), idle], width: 140) == """
                worker  host   state      key      at               pid     memory  tiles  failures  speed  time left  silent
                w1      node1  set-aside  cluster  tile (0, 1), +2   42  3.000 GiB      9         2  1.250          -     0 s
                w2      node1  idle       cluster  -                 42  3.000 GiB      9         2      -  1 h 0 min     0 s

                """)
    }

    @Test func workersAsJSON() throws {
        let json = try WorkerListing.json([Self.worker { $0.silentSeconds = .infinity }])
        let workers = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(workers[0]["state"] as? String == "set-aside" && workers[0]["processID"] as? Int == 42)
        #expect((workers[0]["holds"] as? [String])?.count == 3 && workers[0]["silentSeconds"] == nil)
    }

    @Test func explanations() throws {
        let explanation = Explanation("no worker\u{7}", reasons: ["start one", "or two"])
        #expect(ExplanationText.text(explanation) == "no worker?\n  - start one\n  - or two\n")
        #expect(try object(ExplanationText.json(explanation))["reasons"] as? [String] == ["start one", "or two"])
    }

    @Test func incidentsAreLines() throws {
        let incident = Incident(
            "worker-lost", "two\nlines, \u{9B}31m and \u{E0001}", isWarning: true, sweep: SweepID(2), host: "node1",
            count: 4)
        let line = try IncidentLine.json(RecordedIncident(number: 17, time: 0.5, incident: incident))
        #expect(
            line == #"""
                {"count":4,"host":"node1","kind":"worker-lost","number":17,"sweep":2,"text":"two\nlines, \u009b31m and \udb40\udc01","time":"1970-01-01T00:00:00.500Z","warning":true}

                """#)
        #expect(try object(line)["text"] as? String == incident.text, "what is escaped still means the same")
    }

    @Test func changes() throws {
        #expect(try object(ChangeJSON.text("cancel", sweep: SweepID(3)))["sweep"] as? Int == 3)
        #expect(try object(ChangeJSON.text("drain", worker: "w"))["worker"] as? String == "w")
    }
}

struct TimeTextTests {
    @Test(
        arguments: [
            (0, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (7260, "2 h 1 min"),
            (.infinity, "unknown"),
        ] as [(Double, String)])
    func durations(_ seconds: Double, _ text: String) { #expect(TimeText.duration(seconds) == text) }

    @Test func moments() {
        #expect(TimeText.moment(secondsSince1970: 0) == "1970-01-01T00:00:00.000Z")
        #expect(TimeText.moment(secondsSince1970: .nan) == "1970-01-01T00:00:00.000Z")
        #expect(TimeText.moment(secondsSince1970: 1e300) == "9999-12-31T23:59:59.000Z")
    }
}

struct WorkItemSyntaxTests {
    @Test(arguments: [
        ("model 3", WorkItem.survey(model: 3)), ("layer 12", .layer(12)), ("step 12,43", .step(layer: 12, index: 43)),
        ("tile 4,7", .tile(row: 4, column: 7)),
    ])
    func items(_ text: String, _ item: WorkItem) {
        #expect(WorkItemSyntax.parse(text) == item)
        #expect(WorkItemSyntax.text(item) == text)
    }

    @Test(arguments: [
        "", "model", "model -1", "model 1,2", "layer x", "layer 1 2", "tile 4", "tile 4,", "tile ,4", "tile 1,2,3",
        "tile 4,-7", "row 1", "layer 4294967296", "step 3", "layer ４",
    ])
    func noItems(_ text: String) { #expect(WorkItemSyntax.parse(text) == nil) }
}
