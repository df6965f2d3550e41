import ContentHash
import LinearAlgebra
import SweepModel
import SweepTestSupport
import Synchronization

@testable import FeatureStore

/// Stores that are in memory alone, by URLs that no server has: their values and versions change, and reading them fails, when a test
/// says so.
final class StoresInMemory: Sendable {
    struct Contents {
        var ids: [String]
        /// Row after row of float32, and the width of each layer.
        var layers: [(values: [Float], width: Int)]
        var version: String?
        /// Reading rows fails so many times.
        var failures = 0
    }

    private struct State {
        var stores: [String: Contents] = [:]
        var opened: [String] = []
        var rowsRead = 0
    }

    private let state = Mutex(State())

    subscript(url: String) -> Contents? {
        get { state.withLock { $0.stores[url] } }
        set { state.withLock { $0.stores[url] = newValue } }
    }

    /// The stores that were opened since the last look, in order, and the rows of layers that were read.
    func looks() -> (opened: [String], rowsRead: Int) {
        state.withLock { state in
            defer { (state.opened, state.rowsRead) = ([], 0) }
            return (state.opened, state.rowsRead)
        }
    }

    var opener: StoreOpener { StoreOpener { [self] url throws(Complaint) in try open(url) } }

    private func open(_ url: String) throws(Complaint) -> any OpenStore {
        let contents = state.withLock { state in
            state.opened.append(url)
            return state.stores[url]
        }
        guard let contents else { throw Self.lost(url) }
        return Store(stores: self, url: url, version: contents.version, metadata: Self.metadata(url, contents))
    }

    private static func lost(_ url: String) -> Complaint {
        Complaint(.request, "the connection was lost", at: url, advice: "try again")
    }

    private static func metadata(_ url: String, _ contents: Contents) -> StoreMetadata {
        StoreMetadata(
            path: url, model: url, modality: "", dataset: "", attributes: [:], sampleIDs: contents.ids,
            sampleDigest: ContentDigest(ofIDs: contents.ids), sampleGroups: nil,
            layers: contents.layers.enumerated().map { index, layer in
                StoredLayer(index: index, name: "layer \(index)", width: layer.width, precision: .float32)
            }, scores: [:], lowerIsBetter: [], fileBytes: 0, isUnlocked: false, version: contents.version,
            warnings: nil,
            notes: nil)
    }

    private func read(_ url: String, _ samples: Range<Int>, _ layer: Int, _ order: [Int]?) throws(Complaint)
        -> StoredMatrix
    {
        let found = state.withLock { state -> (values: [Float], width: Int)? in
            guard let contents = state.stores[url], contents.failures == 0 else {
                state.stores[url]?.failures -= 1
                return nil
            }
            state.rowsRead += samples.count
            return contents.layers[layer]
        }
        guard let found else { throw Self.lost(url) }
        let rows = Matrix<Float>(unwrittenRows: samples.count, columns: found.width)
        for (row, sample) in samples.enumerated() {
            let source = order?[sample] ?? sample
            for column in 0..<found.width { rows.row(row)[column] = found.values[source * found.width + column] }
        }
        return .float32(rows)
    }

    private struct Store: OpenStore {
        let stores: StoresInMemory
        let url: String
        let version: String?
        let metadata: StoreMetadata
        var identity: StoreIdentity? { nil }
        var exactVersion: String? { version }

        func readRows(_ samples: Range<Int>, ofLayer index: Int, order: [Int]?) throws(Complaint) -> StoredMatrix {
            try stores.read(url, samples, index, order)
        }

        func isReadAsStored(_ index: Int) -> Bool { false }
    }
}
