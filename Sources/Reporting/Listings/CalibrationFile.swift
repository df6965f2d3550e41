internal import Foundation
package import SweepCost
package import SweepModel

/// What a host was measured to take, as a file for plans elsewhere (Schemas/calibration.schema.json).
package enum CalibrationFile {
    private static let format = "platonic-calibration"
    private static let version = 1
    /// A file is a few kilobytes.
    private static let mostBytes = 1 << 20

    // MARK: Writing

    /// Writes `host` to `path`, which may be that of an earlier calibration.
    package static func write(_ host: CalibratedHost, algorithmVersion: UInt32, to path: String) throws {
        let text = try SafeJSON.document(Document(host, algorithmVersion))
        try OutputFile(path: path).replace(rule(path)) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
    }

    /// Throws, before anything is measured, where nothing can be written to `path`.
    package static func check(_ path: String) throws(Complaint) { try OutputFile(path: path).check(rule(path)) }

    private static func rule(_ path: String) -> OutputFile.Rule {
        { (file) throws(Complaint) in
            let bytes = file.prefix(mostBytes)
            guard let found = try? JSONDecoder().decode(Mark.self, from: Data(bytes)), found.format == format else {
                throw Complaint(
                    .request, "the file is there and is no calibration", at: path,
                    advice: "name another file: only calibrations are replaced")
            }
        }
    }

    // MARK: Reading

    /// The host in the file at `path`. Throws where it is no calibration, is damaged, or is of another version.
    package static func read(_ path: String, algorithmVersion: UInt32) throws(Complaint) -> CalibratedHost {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: mostBytes + 1), !data.isEmpty
        else { throw refused("the calibration cannot be read", path) }
        guard data.count <= mostBytes, let mark = try? JSONDecoder().decode(Mark.self, from: data),
            mark.format == format
        else { throw refused("the file is no calibration, or is damaged", path) }
        guard mark.version == version else {
            throw refused("the calibration has version \(mark.version), and this program reads \(version)", path)
        }
        let document: Document
        do { document = try JSONDecoder().decode(Document.self, from: data) } catch {
            throw refused("the calibration is damaged: \(reason(error))", path)
        }
        guard document.algorithmVersion == algorithmVersion else {
            throw refused(
                "the calibration is of algorithm version \(document.algorithmVersion), and this program computes by \(algorithmVersion)",
                path)
        }
        if let name = document.unsound { throw refused("the calibration is damaged: \(name) cannot be so", path) }
        return document.calibratedHost
    }

    private static func refused(_ what: String, _ path: String) -> Complaint {
        Complaint(
            .request, what, at: path,
            advice: "make it anew on a node with the words of this sweep: platonic plan ... --calibrate-only FILE")
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .keyNotFound(let key, let context): "\(name(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(name(context.codingPath)) is of another type"
        default: "it is not JSON"
        }
    }

    // MARK: The document

    private struct Mark: Decodable {
        let format: String
        let version: Int
    }

    private struct Document: Codable {
        struct Host: Codable {
            let name: String
            let blasCore: String
            let instructions: String
            let cores: Int
        }

        struct Sweep: Codable {
            let parts: [String]
            let samples: Int
            let precision: String
        }

        /// Seconds for each unit of work (`WorkUnits`).
        struct Rates: Codable {
            let survey: [Double]
            let layer: [Double]
            let tiles: [[Double]]
            let loads: [[Double]]
            let results: [Double]
            let start: Double
            let contention: Double
        }

        let format: String
        let version: Int
        let software: String
        let algorithmVersion: UInt32
        let host: Host
        let sweep: Sweep
        let rates: Rates
        let coordinator: CoordinatorRates

        init(_ found: CalibratedHost, _ algorithmVersion: UInt32) {
            format = CalibrationFile.format
            version = CalibrationFile.version
            software = found.software
            self.algorithmVersion = algorithmVersion
            host = Host(
                name: found.name, blasCore: found.blasCore, instructions: found.instructions, cores: found.rates.cores)
            sweep = Sweep(parts: found.parts, samples: found.samples, precision: found.precision)
            rates = Rates(
                survey: found.rates.survey.rates, layer: found.rates.layer.rates,
                tiles: found.rates.tiles.map(\.rates), loads: found.rates.loads.map(\.rates),
                results: found.rates.results.rates, start: found.rates.startSeconds,
                contention: found.rates.contention)
            coordinator = found.coordinator
        }

        /// The name of what cannot be so; nil where everything can.
        var unsound: String? {
            func isRate(_ value: Double) -> Bool { value.isFinite && value >= 0 }
            let named: [(String, Bool)] = [
                ("host.name", !host.name.isEmpty), ("host.blasCore", !host.blasCore.isEmpty),
                ("host.instructions", !host.instructions.isEmpty),
                ("host.cores", (1...1 << 20).contains(host.cores)), ("sweep.parts", !sweep.parts.isEmpty),
                ("sweep.samples", sweep.samples > 0), ("rates.survey", rates.survey.allSatisfy(isRate)),
                ("rates.layer", rates.layer.allSatisfy(isRate)),
                ("rates.tiles", rates.tiles.joined().allSatisfy(isRate)),
                ("rates.loads", rates.loads.joined().allSatisfy(isRate)),
                ("rates.results", rates.results.allSatisfy(isRate)), ("rates.start", isRate(rates.start)),
                ("rates.contention", rates.contention.isFinite && rates.contention >= 1),
                ("coordinator.message", isRate(coordinator.message)),
                ("coordinator.tile", isRate(coordinator.tile)), ("coordinator.name", isRate(coordinator.name)),
                ("coordinator.byte", isRate(coordinator.byte)), ("coordinator.commit", isRate(coordinator.commit)),
            ]
            return named.first { !$0.1 }?.0
        }

        var calibratedHost: CalibratedHost {
            CalibratedHost(
                name: host.name, blasCore: host.blasCore, instructions: host.instructions, software: software,
                parts: sweep.parts, samples: sweep.samples, precision: sweep.precision,
                rates: HostRates(
                    survey: FittedCost(rates: rates.survey), layer: FittedCost(rates: rates.layer),
                    tiles: rates.tiles.map { FittedCost(rates: $0) }, loads: rates.loads.map { FittedCost(rates: $0) },
                    results: FittedCost(rates: rates.results), startSeconds: rates.start,
                    contention: rates.contention, cores: host.cores),
                coordinator: coordinator)
        }
    }
}
