internal import Figures
internal import Foundation
package import SweepModel

/// Pictures of samples: files of a folder that are called by the samples' ids, as `platonic-extract` names samples by pictures.
package struct SamplePictures: Sendable {
    private let folder: String
    /// By suffix, what the bytes begin with and what browsers call it.
    private static let kinds: [(suffixes: [String], start: [UInt8], type: String)] = [
        (["jpg", "jpeg"], [0xFF, 0xD8, 0xFF], "image/jpeg"), (["png"], [0x89, 0x50, 0x4E, 0x47], "image/png"),
        (["webp"], Array("RIFF".utf8), "image/webp"), (["gif"], Array("GIF8".utf8), "image/gif"),
    ]
    /// What one picture, and all of a page together, may have.
    private static let largest = 2 << 20
    private static let mostOfAPage = 24 << 20

    /// Throws where `folder` is none.
    package init(folder: String) throws(Complaint) {
        guard let state = try? FileState.of(folder, followingLinks: true), state.kind == .directory else {
            throw Complaint(
                .request, "there is no such folder of pictures", at: folder,
                advice: "name the folder in which the picture of sample ID is ID.jpg, ID.png, ID.webp or ID.gif")
        }
        self.folder = folder
    }

    /// Pictures by id, as far as they are there and the page has room; the first ones first.
    func pictures(of ids: [String]) -> [String: HTMLPage.Picture] {
        var found: [String: HTMLPage.Picture] = [:]
        var room = Self.mostOfAPage
        for id in ids where found[id] == nil {
            guard let (type, bytes) = file(id), bytes.count <= room else { continue }
            room -= bytes.count
            found[id] = HTMLPage.Picture(type: type, base64: bytes.base64EncodedString())
        }
        return found
    }

    /// The picture called `id`; nil where there is none of a kind that browsers show. An id never leads out of the folder.
    private func file(_ id: String) -> (type: String, bytes: Data)? {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard !id.utf8.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
        for kind in Self.kinds {
            for suffix in kind.suffixes {
                guard let file = try? ExistingFile.open("\(folder)/\(id).\(suffix)"), file.size <= Int64(Self.largest),
                    case let bytes = file.prefix(Int(file.size)), bytes.starts(with: kind.start)
                else { continue }
                return (kind.type, Data(bytes))
            }
        }
        return nil
    }
}
