package import ColourStudy
internal import Foundation
package import SweepModel

/// Colours by their names, from a table with the columns `name` and `hex` (#rrggbb).
package struct ColourTable: Sendable {
    private let colours: [String: SRGB]
    private let path: String

    /// Longer tables are taken for something else.
    private static let mostBytes = 1 << 24

    package init(path: String) throws(Complaint) {
        self.path = path
        func mistaken(_ what: String) -> Complaint {
            Complaint(
                .request, "the table of colours \(what)", at: path,
                advice: "give a CSV file whose first line is 'name,hex' and whose others are like 'navy blue,#001146'")
        }
        var size: UInt64?
        if let attributes = try? FileManager.default.attributesOfItem(atPath: path) {
            size = attributes[.size] as? UInt64
        }
        guard let size, size <= Self.mostBytes, let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .utf8)
        else { throw mistaken("cannot be read") }
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "name,hex" else { throw mistaken("does not begin with 'name,hex'") }
        var colours: [String: SRGB] = [:]
        for (position, line) in lines.enumerated().dropFirst() {
            // Names may have commas; colours do not.
            guard let comma = line.lastIndex(of: ","), let colour = SRGB(hex: String(line[line.index(after: comma)...]))
            else { throw mistaken("has no colour in line \(position + 1)") }
            colours[Self.key(String(line[..<comma]))] = colour
        }
        self.colours = colours
    }

    /// The colour of each word. Throws where one has none.
    package func colours(of words: [String], in store: String) throws(Complaint) -> [SRGB] {
        var found: [SRGB] = []
        for word in words {
            guard let colour = colours[Self.key(word)] else {
                throw Complaint(
                    .request, "no colour is known by the name '\(word)', which is a sample of the store", at: store,
                    advice: "name samples by colour words of the XKCD survey, or give their colours with --words")
            }
            found.append(colour)
        }
        return found
    }

    private static func key(_ word: String) -> String { word.lowercased() }
}
