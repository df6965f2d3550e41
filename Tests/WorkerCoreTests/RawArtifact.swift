import ContentHash
import Foundation
import SweepTestSupport

@testable import ArtifactStore

/// An artifact's file taken to pieces, to be put together again with other contents and digests that are right: what an enemy writes.
struct RawArtifact {
    var key: [UInt8]
    var metadata: [UInt8]
    var payload: [UInt8]

    init(key: [UInt8], metadata: [UInt8], payload: [UInt8]) {
        (self.key, self.metadata, self.payload) = (key, metadata, payload)
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= ArtifactLayout.headerBytes,
            let layout = ArtifactLayout(header: Array(bytes[..<ArtifactLayout.headerBytes]), fileBytes: bytes.count)
        else { return nil }
        let text = bytes[ArtifactLayout.headerBytes...]
        key = Array(text.prefix(layout.keyBytes))
        metadata = Array(text.dropFirst(layout.keyBytes).prefix(layout.metadataBytes))
        payload = Array(bytes[layout.payloadOffset...])
    }

    /// The file.
    var bytes: [UInt8] {
        var pieces = PieceDigests()
        payload.withUnsafeBytes { pieces.update($0) }
        let layout = ArtifactLayout(keyBytes: key.count, metadataBytes: metadata.count, payloadBytes: payload.count)
        let body = key + metadata + pieces.finish()
        return layout.start + ArtifactLayout.digest(start: layout.start, body: body).bytes + body + payload
    }

    /// As builds before this layout wrote it.
    var earlierBytes: [UInt8] {
        var bytes = Array("PLATART1".utf8)
        for length in [key.count, metadata.count, payload.count] {
            withUnsafeBytes(of: UInt64(length).littleEndian) { bytes += Array($0) }
        }
        return bytes + payload.withUnsafeBytes { ContentDigest(of: $0) }.bytes + key + metadata + payload
    }

    /// Its header with another value at the end of `path`, names and positions in it.
    func lying(_ path: [any Sendable], _ value: Any) -> RawArtifact {
        var result = self
        let header = (try? JSONSerialization.jsonObject(with: Data(metadata))) ?? [:]
        result.metadata = Self.text(Self.replaced(header, path[...], value))
        return result
    }

    /// One thing is another one: a value in the header, a byte of it, or some of the payload.
    func mutated(using generator: inout SeededGenerator) -> RawArtifact {
        var result = self
        switch Int.random(in: 0..<8, using: &generator) {
        case 0...3:
            guard let header = try? JSONSerialization.jsonObject(with: Data(metadata)) else { break }
            result.metadata = Self.text(Self.mutated(header, using: &generator))
        case 4: Self.scratch(&result.metadata, using: &generator)
        case 5: Self.scratch(&result.payload, using: &generator)
        case 6:
            // A number that is one of the odd ones.
            let odd = Self.oddWords.randomElement(using: &generator) ?? 0
            let width = Bool.random(using: &generator) ? 4 : 8
            guard result.payload.count >= width else { break }
            let place = Int.random(in: 0...(result.payload.count - width) / 4, using: &generator) * 4
            for byte in 0..<width where place + byte < result.payload.count {
                result.payload[place + byte] = UInt8(truncatingIfNeeded: odd >> UInt64(8 * byte))
            }
        default:
            let count = Int.random(in: 0...(2 * payload.count), using: &generator)
            result.payload = Array((payload + payload + [0]).prefix(count))
        }
        return result
    }

    private static let oddWords: [UInt64] = [
        0, 1, .max, Double.nan.bitPattern, Double.infinity.bitPattern, (-Double.infinity).bitPattern,
        Double.greatestFiniteMagnitude.bitPattern, UInt64(Float.nan.bitPattern), UInt64(Float.infinity.bitPattern),
        UInt64(Float.greatestFiniteMagnitude.bitPattern), 0x8000_0000, 0x7FFF_FFFF, 0xFFFF_FFFF, 12, 11,
    ]

    private static func scratch(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                in: .min ... .max, using: &generator)
        }
    }

    private static var oddValues: [Any] {
        [
            0, 1, -1, 2, 3, 12, 13, 65_536, 1 << 31, 1 << 32, 1 << 62, Int.max, Int.min, 0.5, -0.5, 1e300, -1e300,
            "nan",
            "inf", "-inf", "x", NSNull(), [Any](), [String: Any](), true, [Int.min, Int.max], [0, Int.max], [5, 5],
        ]
    }

    private static func mutated(_ value: Any, using generator: inout SeededGenerator) -> Any {
        if var object = value as? [String: Any], let name = object.keys.sorted().randomElement(using: &generator) {
            guard Int.random(in: 0..<10, using: &generator) > 0 else {
                object[name] = nil
                return object
            }
            object[name] = mutated(object[name] ?? 0, using: &generator)
            return object
        }
        if var list = value as? [Any], !list.isEmpty, Int.random(in: 0..<10, using: &generator) > 1 {
            let place = Int.random(in: 0..<list.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: list.remove(at: place)
            case 1: list.insert(list[place], at: place)
            default: list[place] = mutated(list[place], using: &generator)
            }
            return list
        }
        return oddValues.randomElement(using: &generator) ?? 0
    }

    private static func replaced(_ value: Any, _ path: ArraySlice<any Sendable>, _ new: Any) -> Any {
        guard let step = path.first else { return new }
        if var object = value as? [String: Any], let name = step as? String {
            object[name] = replaced(object[name] ?? 0, path.dropFirst(), new)
            return object
        }
        if var list = value as? [Any], let place = step as? Int {
            list[place] = replaced(list[place], path.dropFirst(), new)
            return list
        }
        return value
    }

    private static func text(_ value: Any) -> [UInt8] {
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
        return Array(data ?? Data())
    }
}
