/// How large the parts of a store may be (Schemas/feature-store.md): far beyond any store that was meant, and small enough that what is
/// within them can be looked at in seconds, in a GiB of memory, and counted in 64 bits.
enum StoreLimits {
    static let samples = 1 << 20
    static let layers = 4096
    /// Features of one layer.
    static let width = 1 << 23
    /// Bytes of one layer's values.
    static let layerBytes = 1 << 40
    /// Bytes of one sample id, and of all.
    static let idBytes = 4096
    static let allIDBytes = 256 << 20
    /// Bytes of the name of a model, a layer, a score or an attribute.
    static let nameBytes = 1024
    /// Attributes of one object, and the bytes of one of them.
    static let attributes = 4096
    static let attributeBytes = 1 << 16
    /// Chunks of one layer.
    static let chunks = 1 << 20
    /// Bytes of one chunk that goes through a filter, and of all those that one row of a layer runs through.
    static let chunkBytes = 256 << 20
    static let chunkRowBytes = 1 << 30
    /// What all values of a store may take however small its file is, and how often its file's size they may take otherwise.
    static let plainBytes = 1 << 30
    static let expansion = 64
}
