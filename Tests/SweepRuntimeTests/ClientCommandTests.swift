import Foundation
import SweepModel
import SweepProtocol
import SweepTestSupport
import Testing

@testable import SweepRuntime

extension ProcessSuite {
    /// The commands that ask a coordinator, run as a user runs them, with a coordinator that does as it is told.
    @Suite("Client commands")
    struct ClientCommandTests {
        private let folder: TemporaryFolder
        private let endpoints: EndpointFolder
        private let endpoint: String

        init() throws {
            folder = try TemporaryFolder()
            endpoints = try EndpointFolder()
            endpoint = endpoints.endpoint("a")
        }

        private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> RunningProgram.Outcome {
            try PlatonicProgram.run(arguments + ["--connect", endpoint], in: folder, environment: environment)
        }

        private func writeStores() throws {
            for name in ["a", "b"] {
                try StoreFixture(model: name, samples: 6, widths: [2, 2], seed: 1).write(folder.file(name + ".h5"))
            }
        }

        private var submit: [String] {
            ["submit", "--x", folder.file("a.h5"), folder.file("b.h5"), "--metric", "cka", "--connect", endpoint]
        }

        @Test func submitPrintsTheIDAlone() throws {
            try writeStores()
            let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [.reply(.accepted(SweepID(12)))] }
            defer { coordinator.stop() }
            let outcome = try PlatonicProgram.run(submit + ["--priority=-3"], in: folder)
            #expect(outcome.status == 0 && outcome.output == "12\n", "\(outcome.errors)")
            guard case .submit(let submission) = try #require(coordinator.asked.first).request else {
                Issue.record("no submission")
                return
            }
            #expect(submission.priority == -3 && submission.context.plan.models.map(\.name) == ["a", "b"])
            #expect(try SweepDossier(encoded: submission.dossier).contents.sampleIDs.count == 6)
        }

        @Test func aSweepThatIsWaitedForGoesOnAfterCtrlC() throws {
            try writeStores()
            let coordinator = try FakeCoordinator(at: endpoint) { asked, _ in
                if case .submit = asked.request { return [.reply(.accepted(SweepID(12)))] }
                return [.reply(.statuses([.half(12)]))]
            }
            defer { coordinator.stop() }
            let program = try RunningProgram(submit + ["--wait"], in: folder)
            #expect(program.wait { coordinator.asked.count > 2 })
            program.send(SIGINT)
            let outcome = try program.wait()
            #expect(outcome.status == 3 && outcome.output == "12\n")
            #expect(outcome.errors.contains("'platonic wait 12 --connect \(endpoint)' comes back to it"))
            #expect(!coordinator.asked.contains { $0.request == .cancel(SweepID(12)) })
        }

        @Test(
            arguments: [
                (SweepStatus.State.complete, 0, "is complete"), (.partial, 1, "is partial"), (.failed, 1, "failed"),
                (.cancelled, 1, "was cancelled"),
            ] as [(SweepStatus.State, Int32, String)])
        func waitingTellsHowItEnded(_ state: SweepStatus.State, _ status: Int32, _ words: String) throws {
            let coordinator = try FakeCoordinator(at: endpoint) { _, place in
                [.reply(.statuses([.half(4, place == 0 ? .running : state)]))]
            }
            defer { coordinator.stop() }
            let outcome = try run("wait", "4", "--json")
            #expect(
                outcome.status == status && outcome.errors.contains("sweep 4 (emoji) \(words)"), "\(outcome.errors)")
            #expect(outcome.output.contains("\"state\" : \"\(state.rawValue)\""))
        }

        @Test func refusalsAreSentences() throws {
            let coordinator = try FakeCoordinator(at: endpoint) { _, _ in
                [.reply(.refused(Complaint(.request, "there is no sweep 9", at: "sweep 9", advice: "look\u{1B}[31m")))]
            }
            defer { coordinator.stop() }
            let outcome = try run("cancel", "9")
            #expect(outcome.status == 2 && outcome.output.isEmpty)
            #expect(outcome.errors == "platonic: there is no sweep 9 (sweep 9)\n  look?[31m\n")
        }

        @Test func aCoordinatorThatIsAwayIsGivenUp() throws {
            let outcome = try run("status", "--timeout", "0.2s")
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("platonic: the coordinator does not answer (\(endpoint))\n"))
        }

        @Test func ctrlCEndsTheWaitForAnAnswer() throws {
            let coordinator = try FakeCoordinator(at: endpoint) { _, _ in [] }
            defer { coordinator.stop() }
            let program = try RunningProgram(["status", "--connect", endpoint], in: folder)
            #expect(program.wait { !coordinator.asked.isEmpty })
            program.send(SIGINT)
            #expect(try program.wait().status == 3)
        }

        @Test func wrongRequestsAreRefusedAtOnce() throws {
            for arguments in [
                ["status", "0"], ["status", "x"], ["explain", "1", "tile", "4"], ["drain"],
                ["wait", "1", "--timeout", "soon"],
                ["events", "--after=-1"], ["workers", "--insecure", "--keys", "k"],
            ] {
                let outcome = try PlatonicProgram.run(arguments + ["--connect", endpoint], in: folder)
                #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
            }
            #expect(try PlatonicProgram.run(["workers"], in: folder).errors.contains("no coordinator is named"))
            let open = try PlatonicProgram.run(["workers", "--connect", "tcp://127.0.0.1:1"], in: folder)
            #expect(open.status == 2 && open.errors.contains("--insecure"))
        }

        @Test func theEnvironmentStandsInForFlags() throws {
            let coordinator = try FakeCoordinator(at: endpoint) { _, _ in
                [.reply(.explanation(Explanation("no worker is registered", reasons: ["start one"])))]
            }
            defer { coordinator.stop() }
            let outcome = try PlatonicProgram.run(
                ["explain", "3", "tile", "4,7"], in: folder, environment: ["PLATONIC_CONNECT": endpoint])
            #expect(outcome.output == "no worker is registered\n  - start one\n", "\(outcome.errors)")
            #expect(coordinator.asked.first?.request == .explain(SweepID(3), .tile(row: 4, column: 7)))
        }

        @Test func eventsAreFollowedAcrossARestart() throws {
            let incident = Incident("worker-joined", "a worker joined")
            let coordinator = try FakeCoordinator(at: endpoint) { [endpoint] asked, place in
                guard case .events(let after) = asked.request, after < 8 else { return [.reply(.events([]))] }
                if place == 1 { return [.restart(endpoint)] }
                return [.reply(.events([RecordedIncident(number: after + 1, time: 0, incident: incident)]))]
            }
            defer { coordinator.stop() }
            let program = try RunningProgram(["events", "--follow", "--after", "5", "--connect", endpoint], in: folder)
            #expect(program.wait { coordinator.asked.contains { $0.request == .events(after: 8) } })
            program.send(SIGINT)
            let outcome = try program.wait()
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 3 && outcome.status == 3, "\(outcome.errors)")
            for (line, number) in zip(lines, 6...) { #expect(line.contains("\"number\":\(number),")) }
        }

        @Test func keysFromTheirMakingToTheirEnd() throws {
            let keys = folder.file("keys")
            #expect(try PlatonicProgram.run(["keys", "create", keys], in: folder).status == 0)
            let issued = try PlatonicProgram.run(["keys", "issue", keys, "nodes", "--role", "worker"], in: folder)
            #expect(issued.output == "\(keys)/issued/nodes\n", "\(issued.errors)")
            #expect(try PlatonicProgram.run(["keys", "issue", keys, "x", "--role", "king"], in: folder).status == 2)
            #expect(try PlatonicProgram.run(["keys", "revoke", keys, "nodes"], in: folder).status == 0)
            let list = try PlatonicProgram.run(["keys", "list", keys], in: folder).output
            let rows = list.split(separator: "\n").map { $0.split(separator: " ").prefix(3).map(String.init) }
            #expect(
                rows == [["name", "role", "state"], ["admin", "admin", "valid"], ["nodes", "worker", "revoked"]])
            let json = try PlatonicProgram.run(["keys", "list", keys, "--json"], in: folder).output
            #expect(!json.isEmpty && !json.contains("secret"))
        }
    }
}
