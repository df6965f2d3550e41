internal import HDF5
package import SweepModel

extension ReferenceManifest {
    /// Whether the file of an artifact of layers of that extent is one that an archive can have.
    package static func canHold(_ kind: ArtifactKind, _ extent: ArtifactDefinition.Extent) -> Bool {
        let stored = max(kind.definition.storedBytes(extent), kind.definition.float64Bytes(extent))
        // Its head, its key and the digests of its pieces.
        return stored + stored / 1024 + (1 << 20) <= TarHeader.largestMember
    }
}

/// What a manifest of references may say: the same limits as a store's (Schemas/feature-store.md), since it takes the place of stores.
extension ReferenceManifest {
    /// The first rule that is broken, as a clause; nil where none is. What is counted with afterwards is within these limits.
    var defect: String? {
        let n = sampleIDs.count
        guard (1...StoreLimits.samples).contains(n) else { return "it has \(n) samples" }
        let lengths = sampleIDs.map(\.utf8.count)
        guard lengths.allSatisfy({ $0 <= StoreLimits.idBytes }), lengths.reduce(0, +) <= StoreLimits.allIDBytes,
            sampleIDs.allSatisfy({ !$0.utf8.contains(0) })
        else { return "its sample ids are longer than ids may be, or have a NUL" }
        guard Set(sampleIDs.map(ExactText.init)).count == n else { return "a sample id is there twice" }
        guard (1...ReferencePath.mostModels).contains(models.count) else { return "it has \(models.count) models" }
        if let why = contents.defect(sampleCount: n) { return why }
        for (position, model) in models.enumerated() {
            if let why = model.defect(contents, sampleCount: n) { return "model \(position): \(why)" }
        }
        guard Set(artifacts.map(\.name)).count == artifacts.count else { return "an artifact has two lengths" }
        return nil
    }
}

extension ReferenceContents {
    fileprivate func defect(sampleCount n: Int) -> String? {
        guard clip.map({ $0 > 0 && $0 <= 1 }) ?? true else { return "values were clipped at a quantile that is none" }
        guard !kinds.isEmpty, Set(kinds).count == kinds.count, kinds.allSatisfy({ ArtifactKind(name: $0) != nil })
        else {
            return "its kinds of artifacts are unknown, or there twice"
        }
        guard (0..<n).contains(listLength), (0...n).contains(dimensions) else {
            return "its lists or bases are longer than its samples allow"
        }
        guard (metrics + [core, licence ?? ""]).allSatisfy(Self.isText) else {
            return "a text is too long, or has a NUL"
        }
        return nil
    }

    fileprivate static func isText(_ text: String) -> Bool {
        text.utf8.count <= StoreLimits.attributeBytes && !text.utf8.contains(0)
    }
}

extension ReferenceManifest.Model {
    fileprivate func defect(_ contents: ReferenceContents, sampleCount n: Int) -> String? {
        if let why = store.defect(sampleCount: n) { return why }
        guard layers.count == store.layers.count, survey.layerDigests.count == layers.count,
            survey.layerDigests.allSatisfy(Self.isLayerDigest)
        else { return "its layers have no digests of their values" }
        guard [1, layers.count].contains(survey.clipThresholds.count), survey.clipThresholds.allSatisfy({ $0 >= 0 }),
            survey.warnings.count <= StoreLimits.attributes, survey.warnings.allSatisfy(ReferenceContents.isText)
        else { return "its clip thresholds are none" }
        let kinds = Set(contents.kinds)
        for layer in layers {
            let isConstant = layer.artifacts.isEmpty && layer.diagnostics.isConstant
            guard isConstant || Set(layer.artifacts.keys) == kinds,
                layer.artifacts.values.allSatisfy({
                    ArtifactName.isValid($0.name) && (0...TarHeader.largestMember).contains($0.bytes)
                })
            else { return "a layer has other artifacts than the rest" }
            guard layer.nullNumbers.count <= StoreLimits.attributes,
                layer.nullNumbers.allSatisfy({
                    ReferenceContents.isText($0.key) && $0.value.utf8.count <= StoreLimits.chunkBytes
                })
            else { return "the numbers of a layer's moments are too many" }
        }
        return nil
    }

    /// A precision, and the digest of the values.
    private static func isLayerDigest(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && StoredPrecision(rawValue: String(parts[0])) != nil && isDigest(String(parts[1]))
    }

    fileprivate static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension StoreMetadata {
    /// Of one that came from a file of references.
    fileprivate func defect(sampleCount n: Int) -> String? {
        func isName(_ text: String) -> Bool {
            !text.isEmpty && text.utf8.count <= StoreLimits.nameBytes && !text.utf8.contains(0)
        }
        func isSmall(_ value: AttributeValue) -> Bool {
            switch value {
            case .string(let text), .other(let text): ReferenceContents.isText(text)
            case .strings(let texts):
                texts.allSatisfy(ReferenceContents.isText) && texts.count <= StoreLimits.attributeBytes
            case .int64s(let values): values.count <= StoreLimits.attributeBytes
            case .float64s(let values): values.count <= StoreLimits.attributeBytes
            case .booleans(let values): values.count <= StoreLimits.attributeBytes
            case .int64, .float64, .boolean, .unsigned, .empty: true
            }
        }
        guard ([model, modality, dataset] + attributes.keys + scores.keys + lowerIsBetter).allSatisfy(isName) else {
            return "a name is empty, too long, or has a NUL"
        }
        guard attributes.count <= StoreLimits.attributes, scores.count <= StoreLimits.attributes,
            attributes.values.allSatisfy(isSmall),
            ((warnings ?? []) + (notes ?? [])).allSatisfy(ReferenceContents.isText)
        else { return "its attributes are too many, or too long" }
        guard attributes["pretrained"].map({ [0, 1].contains($0.integer) }) ?? true,
            attributes["parameters"].map({ ($0.integer ?? -1) >= 0 }) ?? true
        else { return "the attribute 'pretrained' or 'parameters' is no such number" }
        guard (1...StoreLimits.layers).contains(layers.count), layers.enumerated().allSatisfy({ $1.index == $0 }),
            layers.allSatisfy({ isName($0.name) && (1...StoreLimits.width).contains($0.width) }),
            layers.allSatisfy({ n * $0.width <= StoreLimits.layerBytes / $0.precision.byteSize })
        else { return "its layers are none that a store may have" }
        guard sampleGroups.map({ $0.count == n }) ?? true,
            sampleInputs.map({ $0.count == n && $0.allSatisfy(ReferenceManifest.Model.isDigest) }) ?? true
        else { return "its groups or digests of inputs are not one for each sample" }
        return nil
    }
}
