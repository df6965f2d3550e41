import Foundation
import SweepModel
import SweepRuntime

/// Data that comes with the program.
enum BundledData {
    /// The folder called `name`: in `$PLATONIC_SHARE`, in `../share/platonic` beside the binary's folder, or in the build tree.
    static func folder(_ name: String) throws(Complaint) -> String {
        let binary = URL(fileURLWithPath: Executable.path ?? CommandLine.arguments[0])
        let folder = binary.deletingLastPathComponent()
        let places = [
            ProcessInfo.processInfo.environment["PLATONIC_SHARE"],
            folder.deletingLastPathComponent().path + "/share/platonic", folder.path + "/platonic_platonic.resources",
        ]
        for place in places.compactMap(\.self) {
            let path = "\(place)/\(name)"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw Complaint(
            .request, "the bundled data cannot be found", at: folder.path,
            advice: "set PLATONIC_SHARE to the folder that holds '\(name)'")
    }
}
