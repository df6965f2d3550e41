internal import Foundation
internal import GRDB
internal import SweepModel

extension Complaint {
    /// What a person is told about `error`, which came of the journal in `directory`.
    init(journal error: any Error, in directory: String) {
        let path = directory + "/journal.sqlite"
        switch error {
        case let complaint as Complaint:
            let place = complaint.place.isEmpty ? path : complaint.place
            self.init(complaint.kind, complaint.what, at: place, advice: complaint.advice)
        case let other as OtherLayout:
            self.init(
                .request,
                "the journal has layout \(other.layout), this release reads \(JournalMigration.earliest) to \(JournalSchema.layout)",
                at: path,
                advice: "use the release of platonic that wrote it, or another state directory")
        case let error as DatabaseError: self.init(database: error, path)
        case let error as POSIXError: self.init(system: error, path)
        case let damage as Damage: self.init(damage: damage.what, path)
        default: self.init(damage: "a fact in it cannot be read", path)
        }
    }

    private init(damage: String, _ path: String) {
        self.init(
            .request, "the journal is damaged: \(damage)", at: path,
            advice:
                "begin anew, in another state directory or ('platonic sweep') with --restart; what it had is computed again"
        )
    }

    private init(database error: DatabaseError, _ path: String) {
        let message = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .work, "the state directory's disk is full", at: path,
                advice: "free some space and start again: nothing that was acknowledged is lost")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT, .SQLITE_FORMAT,
            .SQLITE_SCHEMA, .SQLITE_RANGE:
            self.init(damage: message, path)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .request, "another program has the journal open", at: path,
                advice: "close that program, or take another state directory")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .request, "the journal cannot be written: \(message)", at: path,
                advice: "make the state directory one that you may write to")
        case .SQLITE_IOERR where Self.isLocking(error.extendedResultCode):
            self.init(
                .request, "the journal cannot be locked: \(message)", at: path,
                advice: "put the state directory on a local disk")
        default:
            self.init(
                .work, "the journal cannot be used: \(message)", at: path,
                advice: "look after the disk and start again: nothing that was acknowledged is lost")
        }
    }

    private init(system error: POSIXError, _ path: String) {
        let message = String(cString: strerror(error.code.rawValue))
        self.init(
            .work, "the journal cannot be made: \(message)", at: path, advice: "look after the disk and start again")
    }

    private static func isLocking(_ code: ResultCode) -> Bool {
        [.SQLITE_IOERR_LOCK, .SQLITE_IOERR_UNLOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_CHECKRESERVEDLOCK].contains(code)
    }
}
