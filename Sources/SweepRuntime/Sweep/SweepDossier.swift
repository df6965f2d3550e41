internal import ContentHash
package import FeatureStore
package import SweepModel
package import SweepProtocol
internal import WorkerCore

/// What the results of a sweep are written from, beside its findings and scores: it travels with the sweep, so that results can be
/// fetched anywhere and at any time, whether or not the stores are still there.
package struct SweepDossier: Sendable {
    package let context: SweepContext
    package let contents: Contents

    package struct Contents: Codable, Sendable {
        package let spec: SweepSpec
        /// In the order of the plan's models, without what they say of single samples and layers.
        package let stores: [StoreMetadata]
        package let sampleIDs: [String]
        package let groupSizes: [Int]?
        package let warnings: [String]
    }

    /// - Parameter isLocal: whether all workers see the files that `prepared` was made from.
    package init(_ prepared: PreparedSweep, isLocal: Bool) {
        context = SweepContext(
            plan: prepared.plan, sampleDigest: prepared.join.digest.description, sampleStore: prepared.join.orderedBy,
            samplePositions: prepared.join.positions, groups: prepared.groups?.groups, clip: prepared.spec.clip,
            clipScope: prepared.spec.clipScope, normalize: prepared.spec.normalize,
            ignoresTies: prepared.spec.ignoresTies, storeDigests: prepared.storeDigests,
            storeVersions: isLocal ? prepared.stores.map { $0.version ?? "" } : [])
        contents = Contents(
            spec: prepared.spec, stores: prepared.stores.map(\.summary), sampleIDs: prepared.join.ids,
            groupSizes: prepared.groups?.sizes, warnings: prepared.warnings)
    }

    // MARK: Bytes

    /// The length of the context in 8 bytes, little-endian, the context in its wire form, then the contents as JSON.
    package func encoded() throws(Complaint) -> [UInt8] {
        do {
            let wire = context.encoded()
            let length = withUnsafeBytes(of: UInt64(wire.count).littleEndian) { Array($0) }
            return length + wire + (try SortedJSON.bytes(contents, escapesSlashes: true))
        } catch {
            throw Complaint(
                .work, "the sweep cannot be written down: \(error)", at: "submit", advice: "report this as a bug")
        }
    }

    package init(encoded bytes: [UInt8]) throws(Complaint) {
        do {
            guard bytes.count >= 8 else { throw ProtocolError("it has \(bytes.count) bytes") }
            let count = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
            guard count <= UInt64(bytes.count - 8) else { throw ProtocolError("it is cut") }
            context = try SweepContext(encoded: Array(bytes[8..<8 + Int(count)]))
            contents = try SortedJSON.value(Contents.self, Array(bytes[(8 + Int(count))...]))
        } catch {
            throw Complaint(
                .request, "what was submitted cannot be read: \(error)", at: "dossier",
                advice: "use the release of platonic that submitted the sweep")
        }
    }

    // MARK: Submitting

    /// What goes to a coordinator.
    package func submission(priority: Int32) throws(Complaint) -> Submission {
        Submission(
            name: contents.spec.name, priority: priority, spec: contents.spec.canonicalYAML,
            workerBytes: UInt64(WorkingMemory.required(context.plan)), context: context, dossier: try encoded())
    }
}
