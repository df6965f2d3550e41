import ArgumentParser
import Foundation
import KeyStore
import Reporting
import SweepModel

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, issue, revoke and list the keys by which a coordinator lets others in over TCP.",
        discussion: """
            A key is a pair of CURVE keys. One key may serve many workers, and revoking it drops them all.

              platonic keys create keys
              platonic coordinator --state state --keys keys
              platonic keys issue keys nodes --role worker
              platonic worker --connect tcp://head:7070 --keys keys/issued/nodes

            The first is done once, where the coordinator runs; the third prints the directory to hand over.
            """,
        subcommands: [Create.self, Issue.self, Revoke.self, List.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a directory of keys: the coordinator's, and one for its admin.",
            discussion: "Commands on this account take the directory itself as --keys, and are then the admin's.")

        @Argument(help: "The directory to make.", completion: .directory)
        var directory: String

        func run() throws {
            let made = try KeyDirectory.create(directory)
            Console.note("platonic: keys made; the coordinator takes --keys \(TerminalText.safe(made.path))")
        }
    }

    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a key, and print the directory to hand over to its owner.",
            discussion: """
                A worker works, a client submits sweeps and changes its own, an observer looks, an admin may do everything. Copy the \
                directory to where the owner is, so that nobody else reads it, and delete it here.
                """)

        @Argument(help: "The directory of keys.", completion: .directory)
        var directory: String

        @Argument(help: "The owner's name: letters, digits, dots, dashes and underscores.")
        var name: String

        @Option(help: "What the owner may do: worker, client, observer or admin.")
        var role: KeyRole

        func run() throws { try Console.print(KeyDirectory(directory).issue(name, role: role) + "\n") }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the owner of a key in no more; a coordinator that runs drops it within a second or two.")

        @Argument(help: "The directory of keys.", completion: .directory)
        var directory: String

        @Argument(help: "The owner's name.")
        var name: String

        func run() throws {
            try KeyDirectory(directory).revoke(name)
            Console.note("platonic: '\(TerminalText.safe(name))' is let in no more")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List every key that was issued.")

        @Argument(help: "The directory of keys.", completion: .directory)
        var directory: String

        @Flag(help: "Print JSON instead of text.")
        var json = false

        func run() throws {
            let (keys, complaints) = try KeyDirectory(directory).list()
            for complaint in complaints { Console.warn("\(complaint)") }
            let rows = keys.map {
                KeyListing.Row(
                    name: $0.name, role: $0.role.rawValue, publicKey: $0.publicKey, issued: $0.issued,
                    revoked: $0.revoked)
            }
            let width = TerminalText.width(of: STDOUT_FILENO)
            try Console.print(json ? KeyListing.json(rows) : KeyListing.text(rows, width: width))
        }
    }
}

extension KeyRole: ExpressibleByArgument {}
