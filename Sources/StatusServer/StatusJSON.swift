internal import Foundation
internal import SweepModel
internal import SweepProtocol

/// JSON that no command prints.
enum StatusJSON {
    static func backlog(_ backlog: Backlog, target: Double, limit: Int) -> String {
        encode(BacklogDocument(backlog, target: target, limit: limit))
    }

    static func overview(
        _ overview: ClusterOverview, version: String, phase: CoordinatorHealth.Phase, uptime: Double
    ) -> String {
        let totals = overview.totals
        let sweeps = Dictionary(grouping: overview.sweeps, by: \.state)
        return encode(
            OverviewDocument(
                version: version, phase: phase.rawValue, uptimeSeconds: uptime,
                backlog: BacklogDocument(overview.backlog, target: 300, limit: 1_000),
                workers: Dictionary(
                    uniqueKeysWithValues: WorkerStatus.State.allCases.map { ($0.rawValue, overview.workers[$0] ?? 0) }),
                sweeps: Dictionary(
                    uniqueKeysWithValues: SweepStatus.State.allCases.map { ($0.rawValue, sweeps[$0]?.count ?? 0) }),
                tilesScored: totals.tilesScored, layersPrepared: totals.layersPrepared,
                modelsSurveyed: totals.modelsSurveyed, flops: totals.flops.isFinite ? totals.flops : nil,
                retries: totals.retries, givenUp: totals.givenUp, workersLost: totals.incidents["worker-lost"] ?? 0))
    }

    /// Written by hand: a matrix of a thousand models is large, and its numbers are the only ones.
    static func matrix(_ matrix: LiveMatrix, digits: Int?) -> String {
        let head = encode(
            MatrixHead(
                sweep: matrix.sweep.number, metric: matrix.metric, metrics: matrix.metrics,
                symmetric: matrix.isSymmetric, x: matrix.xModels, y: matrix.yModels, tilesDone: matrix.tilesDone,
                tiles: matrix.tiles, reading: matrix.isReading))
        let width = matrix.yModels.count
        var text = String(head.dropLast(2)) + ",\"scores\":["
        for row in matrix.xModels.indices {
            text += row > 0 ? ",[" : "["
            for column in 0..<width {
                if column > 0 { text += "," }
                text += number(matrix.scores[row * width + column], digits)
            }
            text += "]"
        }
        return text + "]}\n"
    }

    private static func number(_ value: Double, _ digits: Int?) -> String {
        guard value.isFinite else { return "null" }
        guard let digits, abs(value) < 1e3 else { return "\(value)" }
        let scale = pow(10, Double(digits))
        return "\((value * scale).rounded() / scale)"
    }

    private static func encode(_ value: some Encodable) -> String {
        ((try? SortedJSON.text(value)) ?? "{}") + "\n"
    }

    private struct BacklogDocument: Encodable {
        let tiles: Int
        let items: Int
        let seconds: Double?
        let workers: Int
        let activeSweeps: Int
        let workerBytes: UInt64
        let workersWanted: Int

        init(_ backlog: Backlog, target: Double, limit: Int) {
            tiles = backlog.tiles
            items = backlog.items
            seconds = backlog.seconds.flatMap { $0.isFinite ? $0 : nil }
            workers = backlog.workers
            activeSweeps = backlog.activeSweeps
            workerBytes = backlog.workerBytes
            workersWanted = backlog.workersWanted(target: target, limit: limit)
        }

        private enum Keys: String, CodingKey {
            case tiles, items, seconds, workers, activeSweeps, workerBytes, workersWanted
        }

        /// With a null for seconds that are unknown, so that readers of a path always find it.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(tiles, forKey: .tiles)
            try container.encode(items, forKey: .items)
            try container.encode(seconds, forKey: .seconds)
            try container.encode(workers, forKey: .workers)
            try container.encode(activeSweeps, forKey: .activeSweeps)
            try container.encode(workerBytes, forKey: .workerBytes)
            try container.encode(workersWanted, forKey: .workersWanted)
        }
    }

    private struct OverviewDocument: Encodable {
        let version: String
        let phase: String
        let uptimeSeconds: Double
        let backlog: BacklogDocument
        let workers: [String: Int]
        let sweeps: [String: Int]
        let tilesScored: Int
        let layersPrepared: Int
        let modelsSurveyed: Int
        let flops: Double?
        let retries: Int
        let givenUp: Int
        let workersLost: Int
    }

    private struct MatrixHead: Encodable {
        let sweep: UInt32
        let metric: String
        let metrics: [String]
        let symmetric: Bool
        let x: [String]
        let y: [String]
        let tilesDone: Int
        let tiles: Int
        let reading: Bool
    }
}
