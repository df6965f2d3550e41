internal import SweepModel

/// The centred Gram matrix of the linear kernel, by its entries or by its factor. It comes from the product that all layers take
/// (`LayerArtifacts`).
enum LinearKernel: PairMatrix {
    static var family: String { ArtifactKind.gram.family }

    static func kernel(_ kind: ArtifactKind, of layer: LayerArtifacts) throws -> any ResidentKernel {
        guard let kernel = layer.linearKernel else {
            preconditionFailure("the linear kernel was not asked for when the layer was prepared")
        }
        return kernel
    }
}
