internal import Foundation
package import SweepModel

/// Where a coordinator is, as a user names it.
package enum EndpointArgument: Hashable, Sendable {
    /// `tcp://HOST:PORT` or `ipc://PATH`.
    case endpoint(String)
    /// `@DIR`: the state directory of a coordinator, which holds its endpoint.
    case directory(String)

    /// - Parameter place: the option or variable that holds `text`.
    package init(_ text: String, at place: String = "--connect") throws(Complaint) {
        if text.hasPrefix("@"), text.count > 1 {
            self = .directory(String(text.dropFirst()))
            return
        }
        do throws(Complaint) {
            self = .endpoint("\(try Endpoint(text, for: .connecting, at: place))")
        } catch {
            throw Complaint(
                error.kind, error.what, at: error.place,
                advice: "give tcp://HOST:PORT, ipc://PATH, or @DIR with the coordinator's state directory")
        }
    }

    /// The endpoint to connect to; nil while the coordinator has not written it yet.
    package func resolve() throws(Complaint) -> String? {
        switch self {
        case .endpoint(let endpoint): return endpoint
        case .directory(let directory):
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue
            else {
                throw Complaint(
                    .request, "there is no such state directory", at: directory,
                    advice: "name the folder that the coordinator was given as --state")
            }
            return try EndpointFile.read(in: directory)
        }
    }

    /// The same for a program that runs in another directory.
    package var absolute: EndpointArgument {
        guard case .directory(let directory) = self else { return self }
        return .directory(URL(fileURLWithPath: directory).standardizedFileURL.path)
    }
}

extension EndpointArgument: CustomStringConvertible {
    package var description: String {
        switch self {
        case .endpoint(let endpoint): endpoint
        case .directory(let directory): "@" + directory
        }
    }
}
