package import ColourStudy
internal import Foundation
internal import HDF5
package import SweepModel

/// Images in an HDF5 file: a dataset `images` (m, h, w, 3) of uint8.
package enum ImageFile {
    /// What images may take in memory.
    private static let mostBytes = 2 << 30
    private static let dataset = "images"

    private static func mistaken(_ path: String, _ reason: String) -> HDF5Error {
        HDF5Error(code: .wrongShape, operation: "read images", path: path, reason: reason)
    }

    /// Reads all of them. Throws a request that is wrong where the file is not of that kind.
    package static func read(_ path: String) throws(Complaint) -> PixelImages {
        do throws(HDF5Error) {
            let file = try HDF5File.open(path)
            let root = try file.root()
            guard try root.kind(of: dataset) == .dataset else {
                throw mistaken(path, "it has no dataset '\(dataset)'")
            }
            let images = try root.dataset(dataset)
            let shape = images.shape
            guard shape.count == 4, shape[3] == 3, shape.allSatisfy({ $0 > 0 }) else {
                throw mistaken(path, "'\(dataset)' has the shape \(shape)")
            }
            guard images.elementKind == .unsigned(bits: 8) else {
                throw mistaken(path, "'\(dataset)' holds \(images.elementKind)")
            }
            guard images.elementCount <= mostBytes else {
                throw mistaken(path, "'\(dataset)' takes more than 2 GiB")
            }
            guard shape[1] * shape[2] > 1 else {
                throw mistaken(path, "the images of '\(dataset)' have one pixel")
            }
            var bytes = [UInt8](repeating: 0, count: images.elementCount)
            var failure: HDF5Error?
            bytes.withUnsafeMutableBytes { buffer in
                do throws(HDF5Error) { try images.readRows(0..<shape[0], into: buffer) } catch { failure = error }
            }
            if let failure { throw failure }
            return PixelImages(count: shape[0], height: shape[1], width: shape[2], bytes: bytes)
        } catch {
            throw Complaint(
                .request, "the images cannot be read: \(error.reason)", at: path,
                advice: "give an HDF5 file with a dataset '\(dataset)' (images, height, width, 3) of uint8")
        }
    }
}
