package import ContentHash
internal import HDF5
package import SweepModel

/// The samples that the stores of a sweep share, in one order: that of the first store.
package struct SampleJoin: Sendable {
    /// The joined ids in order, their digest, and the store whose order it is.
    package let ids: [String]
    package let digest: ContentDigest
    package let orderedBy: String
    /// Where some of that store's samples are left out: the positions of the others in it.
    package let positions: [Int]?
    private let isIntersection: Bool

    /// Joins `stores`, given in ascending order of paths. Throws where data sets differ, and where sample ids do, unless the
    /// `samples` that all have are to be compared.
    package init(
        _ stores: [StoreMetadata], samples: SweepSpec.Samples = .same, allowDatasetMismatch: Bool
    ) throws(Complaint) {
        guard let first = stores.first else {
            throw Complaint(.request, "there are no stores to join", at: "x", advice: "name at least one store")
        }
        orderedBy = first.path
        isIntersection = samples == .intersect
        let kept = isIntersection ? Self.shared(stores) : nil
        positions = kept?.count == first.sampleIDs.count ? nil : kept
        if let positions {
            ids = positions.map { first.sampleIDs[$0] }
            digest = ContentDigest(ofIDs: ids)
        } else {
            ids = first.sampleIDs
            digest = first.sampleDigest
        }
        for store in stores.dropFirst() {
            if store.dataset != first.dataset, !allowDatasetMismatch {
                throw Complaint(
                    .request, "the data set is '\(store.dataset)', that of \(first.path) is '\(first.dataset)'",
                    at: store.path,
                    advice: "compare models on one data set, or say --allow-dataset-mismatch if they are the same")
            }
            _ = try order(of: store) { Self.shared(stores).count }
        }
        try Self.checkInputs(stores)
        guard ids.count >= Self.fewestSamples else {
            throw Complaint(
                .request,
                "the stores have \(ids.count.counted("sample")) in common, and metrics need at least \(Self.fewestSamples)",
                at: "samples: intersect",
                advice: stores.lazy.compactMap { Self.normalisation(first.sampleIDs, $0.sampleIDs) }.first
                    ?? "compare stores that were written on the same samples")
        }
    }

    /// Throws where two stores of one modality, and of one kind of captions, were made from different inputs of one sample: one of them has other
    /// or scrambled rows.
    private static func checkInputs(_ stores: [StoreMetadata]) throws(Complaint) {
        var firsts: [[String]: StoreMetadata] = [:]
        for store in stores {
            guard let inputs = store.sampleInputs else { continue }
            let kind = [store.modality, store.attributes["captions"]?.text ?? ""]
            guard let first = firsts[kind], let expected = first.sampleInputs else {
                firsts[kind] = store
                continue
            }
            if store.sampleDigest == first.sampleDigest, inputs == expected { continue }
            let positions = positions(first.sampleIDs)
            let others = zip(store.sampleIDs, inputs).filter { id, input in
                positions[ExactText(id)].map { expected[$0] != input } ?? false
            }
            guard others.isEmpty else {
                throw Complaint(
                    .request,
                    "the model was shown something else than that of \(first.path), by /samples/digest: of \(summary(others.map(\.0))) samples",
                    at: store.path,
                    advice: "one of the two has other inputs, or rows in another order than its ids: extract it again")
            }
        }
    }

    /// Metrics need at least so many.
    private static let fewestSamples = 4

    /// Positions in the first store of the samples that every store has.
    private static func shared(_ stores: [StoreMetadata]) -> [Int] {
        guard let first = stores.first else { return [] }
        var ids = Set(first.sampleIDs.map(ExactText.init))
        for store in stores.dropFirst() where store.sampleDigest != first.sampleDigest {
            ids.formIntersection(store.sampleIDs.lazy.map(ExactText.init))
        }
        return first.sampleIDs.indices.filter { ids.contains(ExactText(first.sampleIDs[$0])) }
    }

    /// For each joined sample its position in `store`; nil where the store has just the joined samples in order. Throws where
    /// samples are missing or, unless some are left out, where there are others.
    package func order(of store: StoreMetadata) throws(Complaint) -> [Int]? {
        try order(of: store) {
            Set(ids.map(ExactText.init)).intersection(store.sampleIDs.map(ExactText.init)).count
        }
    }

    /// - Parameter sharedCount: how many samples there would be, if only those in common were compared.
    private func order(of store: StoreMetadata, sharedCount: () -> Int) throws(Complaint) -> [Int]? {
        if store.sampleDigest == digest { return nil }
        var positions = Self.positions(store.sampleIDs)
        var order: [Int] = []
        var missing: [String] = []
        for id in ids {
            if let position = positions.removeValue(forKey: ExactText(id)) {
                order.append(position)
            } else {
                missing.append(id)
            }
        }
        guard missing.isEmpty, positions.isEmpty || isIntersection else {
            let extra = store.sampleIDs.filter { positions[ExactText($0)] != nil }
            let shared = sharedCount()
            let advice = "write all stores of a sweep on the same samples"
            throw Complaint(
                .request,
                "the sample ids differ from those of \(orderedBy): \(Self.summary(missing)) missing, \(Self.summary(extra)) extra",
                at: store.path,
                advice: Self.normalisation(missing, extra)
                    ?? (shared >= Self.fewestSamples
                        ? "\(advice), or compare the \(shared) in common with --samples intersect"
                        : "\(advice): they have \(shared.counted("sample")) in common, and metrics need at least \(Self.fewestSamples)")
            )
        }
        return order
    }

    /// Where each id is. Ids are compared byte by byte, as they are digested.
    package static func positions(_ ids: [String]) -> [ExactText: Int] {
        var positions: [ExactText: Int] = [:]
        positions.reserveCapacity(ids.count)
        for (position, id) in ids.enumerated() { positions[ExactText(id)] = position }
        return positions
    }

    /// What is to be done about ids of one list that are in the other but for their bytes; nil where there are none.
    package static func normalisation(_ ids: [String], _ others: [String]) -> String? {
        func marked(_ ids: [String]) -> [String] { ids.filter { !$0.utf8.allSatisfy { $0 < 0x80 } } }
        let exact = Set(marked(others).map(ExactText.init))
        let equivalent = Set(exact.lazy.map(\.text))
        let count = marked(ids).count { equivalent.contains($0) && !exact.contains(ExactText($0)) }
        guard count > 0 else { return nil }
        return "\(count) of them differ only in Unicode normalisation ('é' as one character or as two): "
            + "write the ids of all stores in one form, such as NFC"
    }

    /// Whether the ids are merely 0 … n-1, so that a join proves little.
    package var idsAreCounters: Bool { ids.enumerated().allSatisfy { $0.element == String($0.offset) } }

    private static func summary(_ ids: [String]) -> String {
        let shown = ids.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return ids.isEmpty ? "none" : "\(ids.count) (\(shown)\(ids.count > 3 ? ", …" : ""))"
    }
}
