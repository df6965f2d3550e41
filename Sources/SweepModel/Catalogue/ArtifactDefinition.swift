/// All that the program has to know of a kind of artifact but how it is computed, which is a file under `AlignmentMetrics`.
package struct ArtifactDefinition: Sendable {
    /// What of a sweep decides an artifact's bytes, beside the layer's values and their preparation: part of its key.
    package enum KeyPart: Sendable {
        /// The instruction set of the BLAS, which decides last bits.
        case core
        /// The length of lists, and the groups within which samples are no neighbours.
        case lists
        /// The number of singular vectors.
        case dimensions
    }

    /// What of a layer an artifact is made from; but for the rows, it is computed once for all artifacts that need it.
    package enum Source: Sendable {
        /// The prepared rows alone.
        case rows
        /// The nearest neighbours of every sample, with their similarities.
        case lists
        /// The centred linear kernel, by its entries or by its factor (`LinearKernelForm`).
        case linearKernel
        /// Products of all pairs of rows in float64: float32 would lose their differences.
        case pairProducts
    }

    /// What sizes and times follow from.
    package struct Extent: Sendable {
        /// n.
        package var samples: Int
        /// d.
        package var width: Int
        /// The length of neighbour lists, and how many there are.
        package var listLength: Int
        package var listCount: Int
        /// The most singular vectors.
        package var dimensions: Int

        /// - Parameter listCount: nil for a list of each sample.
        package init(samples: Int, width: Int, listLength: Int = 0, listCount: Int? = nil, dimensions: Int = 0) {
            self.samples = samples
            self.width = width
            self.listLength = listLength
            self.listCount = listCount ?? samples
            self.dimensions = dimensions
        }
    }

    /// What the time of a stage grows with, and seconds for each of these units on an ordinary core (`HostRates.nominal`).
    package struct Cost: Sendable {
        package var units: [Double]
        package var seconds: [Double]

        package init(_ terms: (units: Double, seconds: Double)...) {
            units = terms.map(\.units)
            seconds = terms.map(\.seconds)
        }
    }

    /// The tile that a cost is asked for: `rows` x `columns` layers of n samples and, on average, `width` features.
    package struct Tile: Sendable {
        package let samples: Double
        package let width: Double
        package let rows: Double
        package let columns: Double
        /// How linear kernels are kept.
        package let linearForm: LinearKernelForm
        /// Seconds for each sample of a layer pair, where lists are compared.
        package let secondsPerSample: Double

        package init(
            samples: Int, width: Double, rows: Int, columns: Int, linearForm: LinearKernelForm,
            secondsPerSample: Double = 0
        ) {
            self.samples = Double(samples)
            self.width = width
            self.rows = Double(rows)
            self.columns = Double(columns)
            self.linearForm = linearForm
            self.secondsPerSample = secondsPerSample
        }

        package var pairs: Double { rows * columns }
    }

    /// The family's name.
    package let family: String
    package let source: Source
    /// Whether it is a symmetric matrix over pairs of samples, which panels are made of.
    package var isPairMatrix = false
    /// Of such matrices: whether it is a kernel with a diagonal, all of whose rows sum to zero.
    package var isCentredKernel = false
    /// Whether a layer's artifact is read anew for every pair of layers: it is too large to be kept from one pair to the next.
    package var isReadForEachPair = false
    /// Whether it is the features themselves, which are never published with references.
    package var isFeatures = false
    /// Whether scores made of it are computed under permutations of samples as well.
    package var isPermuted = false
    /// Whether there is one of the family for each value of a metric's parameter.
    package var hasParameter = false
    package var keyParts: [KeyPart]
    /// Whether its files are read while a tile is scored; of others all is in memory.
    package var isKeptOpen: Bool
    /// Payload bytes of a layer's artifact as it mostly is.
    package var storedBytes: @Sendable (Extent) -> Int
    /// Payload bytes in float64, as it is kept where float32 would not do; 0 of what never is.
    package var float64Bytes: @Sendable (Extent) -> Int = { _ in 0 }
    /// What making it adds to what every layer takes, beyond products and what is done for all pairs of samples.
    package var making: @Sendable (_ samples: Double, _ width: Double) -> Cost = { _, _ in Cost() }
    /// Seconds for each pair of samples while it is made.
    package var secondsPerSamplePair = 0.0
    /// Bytes that making it takes at most, itself included, beside the rows and what is made for several kinds.
    package var makingBytes: @Sendable (Extent) -> Int
    /// A tile whose artifacts are in memory.
    package var tile: @Sendable (Tile) -> Cost
    /// One layer's artifact read into memory.
    package var load: @Sendable (_ samples: Double, _ linearForm: LinearKernelForm) -> Cost
    /// What of the time that it takes no trial can know: a clause for people; nil where there is nothing.
    package var unknown: String?

    package init(
        _ family: String, from source: Source, keyParts: [KeyPart], isKeptOpen: Bool,
        storedBytes: @escaping @Sendable (Extent) -> Int, makingBytes: @escaping @Sendable (Extent) -> Int,
        tile: @escaping @Sendable (Tile) -> Cost,
        load: @escaping @Sendable (_ samples: Double, _ linearForm: LinearKernelForm) -> Cost,
        _ change: (inout ArtifactDefinition) -> Void = { _ in }
    ) {
        self.family = family
        self.source = source
        self.keyParts = keyParts
        self.isKeptOpen = isKeptOpen
        self.storedBytes = storedBytes
        self.makingBytes = makingBytes
        self.tile = tile
        self.load = load
        change(&self)
    }

    /// A symmetric matrix over pairs of samples: float32 entries above its diagonal, or float64 ones, and the diagonal in float64.
    package static func pairMatrix(
        _ family: String, from source: Source = .pairProducts,
        _ change: (inout ArtifactDefinition) -> Void = { _ in }
    ) -> ArtifactDefinition {
        ArtifactDefinition(
            family, from: source, keyParts: [.core], isKeptOpen: true,
            storedBytes: { pairMatrixBytes(samples: $0.samples, entryBytes: 4) },
            // Its entries in float64, and beside them in float32.
            makingBytes: { pairMatrixBytes(samples: $0.samples, entryBytes: 12) },
            // The product is that of a whole tile, however many layers are in it.
            tile: {
                Cost(
                    (1, 1e-4), ($0.samples * $0.samples, 2.1e-8), ($0.pairs * $0.samples, 1e-10))
            },
            load: { n, _ in Cost((1, 5e-5), (n * n, 2.2e-10)) }
        ) {
            $0.isPairMatrix = true
            $0.isPermuted = true
            $0.float64Bytes = { pairMatrixBytes(samples: $0.samples, entryBytes: 8) }
            $0.secondsPerSamplePair = 1e-8
            change(&$0)
        }
    }

    package static func pairMatrixBytes(samples n: Int, entryBytes: Int) -> Int { n * (n - 1) / 2 * entryBytes + n * 8 }
}
