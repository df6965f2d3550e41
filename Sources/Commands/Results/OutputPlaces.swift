import Foundation
import SweepModel

/// The places that one command writes.
enum OutputPlaces {
    /// Throws where two of them are one, or where something would be written into a directory that is to hold nothing else: it
    /// would be taken for something foreign when the work is over, hours later.
    /// - Parameters:
    ///   - places: files, and directories that may hold other things.
    ///   - closed: directories that may not.
    static func keepApart(_ places: [String], closed: [String] = []) throws(Complaint) {
        let closed = closed.map(absolute)
        let all = places.map(absolute) + closed
        for (position, place) in all.enumerated() {
            guard !all[..<position].contains(place) else {
                throw Complaint(
                    .request, "two outputs have the same name", at: place, advice: "give each a place of its own")
            }
            guard let directory = closed.first(where: { place.hasPrefix($0 + "/") }) else { continue }
            throw Complaint(
                .request, "the directory \(directory) is to hold nothing else", at: place,
                advice: "name a place outside of that directory")
        }
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
