import SweepModel
import SwiftProtobuf
import Testing

@testable import SweepProtocol

@Suite("The sweep on the wire")
struct ContextCodingTests {
    @Test(arguments: MessageSamples.contexts)
    func contextsComeBackFromTheirBytes(_ context: SweepContext) throws {
        let encoded = context.encoded()
        let read = try SweepContext(encoded: encoded)
        #expect(read == context)
        #expect(read.encoded() == encoded)
    }

    @Test func sidesLayersAndGridKeepTheirOrder() throws {
        let plan = try SweepContext(encoded: MessageSamples.contexts[0].encoded()).plan
        #expect(plan.xLayers == [1, 2, 0] && plan.yLayers == [1, 2])
        #expect(plan.layers.map(\.index) == [0, 0, 7] && !plan.isSymmetric)
        let symmetric = try SweepContext(encoded: MessageSamples.contexts[1].encoded()).plan
        #expect(symmetric.isSymmetric && symmetric.grid == MessageSamples.symmetricPlan.grid)
        #expect(symmetric.layers.map(\.isConcatenation) == [false, true])
    }

    @Test func metricsThatCannotBeAreRefused() {
        refuses("the metric 'telepathy' is unknown to this version") { $0.metricKinds[0] = "telepathy" }
        refuses("the metric mutual_knn cannot have 0 and 0.0") { $0.metricCounts[0] = 0 }
        refuses("the metric mutual_knn cannot have 286 and 0.0") { $0.metricCounts[0] = 286 }
        refuses("the metric mutual_knn cannot have 10 and 1.0") { $0.metricBandwidths[0] = 1 }
        refuses("the metric cka cannot have 3 and 0.0") { $0.metricCounts[2] = 3 }
        refuses("the metric cka cannot have 0 and nan") { $0.metricBandwidths[2] = .nan }
        refuses("the metric svcca cannot have 0 and 0.0") { $0.metricCounts[3] = 0 }
        refuses("the metric svcca cannot have \(UInt32.max) and 0.0") { $0.metricCounts[3] = .max }
        refuses("the metric cka_rbf cannot have 1 and 0.3333333333333333") { $0.metricCounts[4] = 1 }
        for bandwidth in [0, -1, .nan, .infinity] as [Double] {
            refuses("the metric cka_rbf cannot have 0 and \(bandwidth)") { $0.metricBandwidths[4] = bandwidth }
        }
        refuses("the sweep's 6 metrics do not fit their parameters") { $0.metricCounts.removeLast() }
        refuses("the sweep's 6 metrics do not fit their parameters") { $0.metricBandwidths.append(0) }
        refuses("the sweep's 8193 metrics do not fit their parameters") {
            $0.metricKinds = Array(repeating: "cka", count: 8193)
            ($0.metricCounts, $0.metricBandwidths) = (
                Array(repeating: 0, count: 8193), Array(repeating: 0, count: 8193)
            )
        }
    }

    @Test(arguments: [[0], [1, 286], [286], [.max], [2, 1], [3, 3], [1, 0]] as [[UInt32]])
    func curvesWithImpossibleNumbersOfNeighboursAreRefused(ks: [UInt32]) {
        refuses("the curve of cycle_knn has impossible numbers of neighbours") {
            $0.curveKs = ks
            $0.curveLengths[0] = UInt32(ks.count)
        }
    }

    @Test func curvesThatCannotBeAreRefused() {
        refuses("the metric 'telepathy' is unknown to this version") { $0.curveKinds[0] = "telepathy" }
        refuses("the curve of cka has impossible numbers of neighbours") { $0.curveKinds[0] = "cka" }
        let words = "the sweep's 2 curves do not fit their numbers of neighbours"
        refuses(words) { $0.curveLengths = [3] }
        refuses(words) { $0.curveLengths = [2, 0] }
        refuses(words) { $0.curveLengths = [.max, .max] }
        refuses(words) { $0.curveKs = Array(repeating: 1, count: ProtocolLimits.curveValues + 1) }
    }

    @Test func wordsOfOtherVersionsAreRefused() {
        let words = "the variant, clip scope or normalisation is unknown to this version"
        refuses(words) { $0.variant = "" }
        refuses(words) { $0.variant = "Exact" }
        refuses(words) { $0.clipScope = "sampleMean" }
        refuses(words) { $0.normalize = "l1" }
    }

    @Test(arguments: [1, 285, 287])
    func positionsAndGroupsOfAnotherLengthThanTheSamplesAreRefused(count: Int) {
        let words = "the sweep has 286 samples, and \(count) positions or groups"
        refuses(words) { $0.samplePositions = Array(0..<UInt32(count)) }
        refuses(words) {
            $0.samplePositions = Array(0..<286)
            $0.groups = Array(repeating: 0, count: count)
        }
    }

    @Test func propertiesOfTooManyOrTooFewAreRefused() {
        let words = "the models or layers have properties of too many or too few"
        refuses(words) { $0.modelNames.removeLast() }
        refuses(words) { $0.modelPaths.append("") }
        refuses(words) { $0.modelBytes.removeLast() }
        refuses(words) { $0.modelLayers.removeLast() }
        refuses(words) { $0.modelLayers[0] = 2 }
        refuses(words) { $0.modelLayers[2] = .max }
        refuses(words) { $0.layerNames = [] }
        refuses(words) { $0.layerIndices.append(0) }
        refuses(words) { $0.layerWidths.removeLast() }
    }

    @Test func layersAndStoresThatCannotBeAreRefused() {
        refuses("a layer of index -1 and 1 features cannot be") { $0.layerIndices[0] = -1 }
        refuses("a layer of index \(Int32.min) and 1 features cannot be") { $0.layerIndices[0] = .min }
        refuses("a layer of index \(Int32.max) and 1 features cannot be") { $0.layerIndices[0] = .max }
        refuses("a layer of index 0 and 0 features cannot be") { $0.layerWidths[0] = 0 }
        refuses("a layer of index 0 and \(UInt32.max) features cannot be") { $0.layerWidths[0] = .max }
        refuses("the number of samples cannot be \(UInt32.max)") { $0.sampleCount = .max }
        refuses("the stores of the sweep are too large") { $0.modelBytes[0] = .max }
        refuses("the stores of the sweep are too large") { $0.modelBytes[0] = 1 << 60 }
    }

    @Test func sidesThatCannotBeAreRefused() {
        let words = "a side of the sweep names a model twice, or one that there is not"
        for position in [UInt32(3), 4, .max] {
            refuses(words) { $0.xModels[0] = position }
            refuses(words) { $0.yModels.append(position) }
        }
        refuses(words) { $0.xModels = [1, 1] }
        let empty = "a side of the sweep has no layers, or is one too many"
        refuses(empty) { $0.xModels = [] }
        refuses(empty) { $0.yModels = [2] }
        refuses(empty) { $0.isSymmetric = true }
    }

    @Test(arguments: [-0.5, 1.5, .nan, .infinity])
    func quantilesThatAreNoneAreRefused(_ quantile: Double) {
        refuses("the clip quantile cannot be \(quantile)") { $0.clipQuantile = quantile }
    }

    @Test func textsBeyondTheLimitAreRefused() {
        let long = String(repeating: "x", count: 65_537)
        refuses("a model's name has 65537 bytes, 65536 at most were expected") { $0.modelNames[0] = long }
        refuses("a store's path has 65537 bytes, 65536 at most were expected") { $0.modelPaths[0] = long }
        refuses("a store's path has 65537 bytes, 65536 at most were expected") { $0.sampleStore = long }
        refuses("a layer's name has 65537 bytes, 65536 at most were expected") { $0.layerNames[0] = long }
        refuses("the samples' digest has 65537 bytes, 256 at most were expected") { $0.sampleDigest = long }
    }

    @Test func bytesThatAreNoContextAreRefused() {
        #expect(throws: ProtocolError.self) { try SweepContext(encoded: []) }
        #expect(throws: ProtocolError.self) { try SweepContext(encoded: [0xFF]) }
        #expect(throws: ProtocolError.self) {
            try SweepContext(encoded: [UInt8](repeating: 0, count: ProtocolLimits.parsedBytes + 1))
        }
    }

    private func refuses(
        _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ spoil: (inout WireSweepContext) -> Void
    ) {
        var message = WireSweepContext(MessageSamples.contexts[0])
        spoil(&message)
        #expect(throws: ProtocolError(words), sourceLocation: sourceLocation) {
            try SweepContext(encoded: try message.serializedBytes())
        }
    }
}
