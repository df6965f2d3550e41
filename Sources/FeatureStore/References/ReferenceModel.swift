internal import ContentHash
package import LinearAlgebra
package import SweepModel

/// One model of a file of references, in the place of its store: everything but feature values, which are not there.
package struct ReferenceModel: OpenStore {
    package let metadata: StoreMetadata
    package let file: ReferenceFile
    private let position: Int

    package init(_ path: ReferencePath) throws(Complaint) {
        file = try ReferenceFile.open(path.file)
        guard file.manifest.models.indices.contains(path.position) else {
            throw Complaint(
                .request,
                "the references have \(file.manifest.models.count.counted("model")), and none at position \(path.position)",
                at: path.file, advice: "name the file alone: it stands for all of its models")
        }
        position = path.position
        metadata = file.manifest.models[position].store.asReference(path.text, in: file)
    }

    package var survey: ModelSurvey { file.manifest.models[position].survey }
    /// One for each layer of the store.
    package var layers: [ReferenceManifest.Layer] { file.manifest.models[position].layers }
    package var contents: ReferenceContents { file.manifest.contents }

    package var identity: StoreIdentity? { file.identity }
    package var exactVersion: String? { file.digest }

    package func readRows(_ samples: Range<Int>, ofLayer index: Int, order: [Int]?) throws(Complaint) -> StoredMatrix {
        throw Complaint(
            .request, "references hold no features", at: metadata.path,
            advice: "use the stores that they were made of for whatever needs values")
    }

    package func isReadAsStored(_ index: Int) -> Bool { false }
}

extension StoreMetadata {
    /// The same as one of the models in `file`, whose samples are those of all.
    fileprivate func asReference(_ path: String, in file: ReferenceFile) -> StoreMetadata {
        var store = self
        (store.path, store.version, store.fileBytes) = (path, file.identity.text, file.identity.bytes)
        (store.sampleIDs, store.sampleDigest) = (file.manifest.sampleIDs, ContentDigest(ofIDs: file.manifest.sampleIDs))
        store.references = file.manifest.contents
        store.references?.digest = file.digest
        return store
    }
}
