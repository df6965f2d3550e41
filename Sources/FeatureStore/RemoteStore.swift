internal import Foundation
internal import HDF5
internal import ObjectStorage
internal import SweepModel
internal import Synchronization

/// A feature store on a server, as HDF5 reads it: it remembers the first failure, which libhdf5 has no words for.
final class RemoteStore: ByteSource {
    private let object: RemoteObject
    private let failure = Mutex<TransferError?>(nil)

    /// Opens the object at `url`, with what this process's environment says of S3.
    init(_ url: String) throws(Complaint) {
        do {
            let settings = try S3Settings(environment: ProcessInfo.processInfo.environment)
            object = try RemoteObject(try ObjectURL(url, settings), settings)
        } catch {
            throw RemoteComplaints.of(error, url)
        }
    }

    var byteCount: Int { object.byteCount }
    var version: String { object.version }
    var exactVersion: String? { object.versionIsExact ? "\(object.version), \(object.byteCount)" : nil }

    /// What has failed so far.
    var complaint: Complaint? { failure.withLock { $0 }.map { RemoteComplaints.of($0, object.url.name) } }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        // What could not be read once is not asked for again: libhdf5 would go on with some other part.
        guard failure.withLock({ $0 }) == nil else { return false }
        do {
            try object.read(at: offset, into: buffer)
            return true
        } catch {
            failure.withLock { $0 = error }
            return false
        }
    }
}

/// Words for what can go wrong with a store on a server.
enum RemoteComplaints {
    static func of(_ error: TransferError, _ url: String) -> Complaint {
        let (kind, what, advice): (Complaint.Kind, String, String) =
            switch error.kind {
            case .address:
                (
                    .request, error.reason,
                    "name stores as s3://BUCKET/KEY or http(s)://HOST/PATH, see Schemas/feature-store.md for what is understood"
                )
            case .notFound: (.request, "the store is not there: \(error.reason)", "check the URL")
            case .denied:
                (
                    .request, "the store may not be read: \(error.reason)",
                    "check the credentials in this process's environment, and what they permit"
                )
            case .wrongRegion:
                (.request, "the bucket is elsewhere: \(error.reason)", "set AWS_REGION to the bucket's region")
            case .changed:
                (
                    .request, "the store changed while the sweep was running",
                    "begin the sweep anew (--restart) when nothing writes to its stores"
                )
            case .unsuitable:
                (
                    .request, "the store cannot be read from that server: \(error.reason)",
                    "serve it from S3 or from a web server that knows range requests"
                )
            case .unreachable:
                (
                    .work, "the store's server cannot be reached: \(error.reason)",
                    "check the host, the network and AWS_ENDPOINT_URL"
                )
            case .interrupted:
                (.work, "the store could not be read to the end: \(error.reason)", "try again when the network is well")
            case .busy: (.work, "the store's server fails: \(error.reason)", "try again later")
            }
        return Complaint(kind, what, at: shown(url), advice: advice)
    }

    /// A URL without what may be secret in it: its query, and whoever stands before the host.
    static func shown(_ url: String) -> String {
        let isKey = url.lowercased().hasPrefix("s3://")
        let plain = isKey ? url : String(url.prefix { $0 != "?" && $0 != "#" })
        guard !isKey, let scheme = plain.range(of: "://")?.upperBound else { return plain }
        let authority = plain[scheme...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return plain }
        return plain[..<scheme] + "…" + plain[at...]
    }
}
