import SweepModel
import Testing

@testable import SweepProtocol

@Suite("The sweep on the wire")
struct ContextCodingTests {
    private typealias Wire = Platonic_V1_SweepContext

    @Test func aSymmetricSweepStaysSymmetric() throws {
        let context = MessageSamples.context(MessageSamples.symmetricPlan)
        let plan = try SweepContext(Wire(context)).plan
        #expect(plan.isSymmetric)
        #expect(plan.grid == context.plan.grid)
    }

    @Test func theLayersOfBothSidesKeepTheirOrder() throws {
        let plan = try SweepContext(Wire(MessageSamples.context(MessageSamples.plan))).plan
        #expect(plan.xLayers == [1, 2, 0])
        #expect(plan.yLayers == [1, 2])
        #expect(plan.layers.map(\.index) == [0, 0, 7])
    }

    @Test func anUnknownMetricIsRefusedByName() {
        refuses("the metric 'telepathy' is unknown to this version") { $0.metrics[0].kind = "telepathy" }
    }

    @Test func parametersThatAMetricCannotHaveAreRefused() {
        refuses("the metric mutual_knn has an impossible parameter") { $0.metrics[0].parameter = nil }
        refuses("the metric mutual_knn_k0 has an impossible parameter") { $0.metrics[0].k = 0 }
        refuses("the metric mutual_knn_d3 has an impossible parameter") { $0.metrics[0].dimensions = 3 }
        refuses("the metric cka_k3 has an impossible parameter") { $0.metrics[2].k = 3 }
        refuses("the metric svcca has an impossible parameter") { $0.metrics[3].parameter = nil }
        refuses("the metric svcca_d0 has an impossible parameter") { $0.metrics[3].dimensions = 0 }
        refuses("the metric svcca_b1 has an impossible parameter") { $0.metrics[3].bandwidth = 1 }
        refuses("the metric cka_rbf has an impossible parameter") { $0.metrics[4].parameter = nil }
        refuses("the metric cka_rbf_b0 has an impossible parameter") { $0.metrics[4].bandwidth = 0 }
        refuses("the metric cka_rbf_b-1 has an impossible parameter") { $0.metrics[4].bandwidth = -1 }
        refuses("the metric cka_rbf_bnan has an impossible parameter") { $0.metrics[4].bandwidth = .nan }
        refuses("the metric cka_rbf_binf has an impossible parameter") { $0.metrics[4].bandwidth = .infinity }
        refuses("the metric rsa_k1 has an impossible parameter") { $0.metrics[5].k = 1 }
    }

    @Test(arguments: [[0], [1, 286], [286], [.max], [2, 1], [3, 3], [1, 0]] as [[UInt32]])
    func curvesWithImpossibleNumbersOfNeighboursAreRefused(ks: [UInt32]) {
        refuses("the curve of cycle_knn has impossible numbers of neighbours") { $0.curves[0].ks = ks }
    }

    @Test func curvesOfUnknownMetricsAreRefused() {
        refuses("the metric 'telepathy' is unknown to this version") { $0.curves[0].kind = "telepathy" }
    }

    @Test(arguments: ["cka", "svcca", "procrustes"])
    func curvesOfMetricsWithoutNeighboursAreRefused(kind: String) {
        var wire = Wire(MessageSamples.context(MessageSamples.plan))
        wire.curves[0].kind = kind
        #expect(throws: ProtocolError.self) { try SweepContext(wire) }
    }

    @Test func unknownVariantsAndScopesAreRefused() {
        let words = "the variant or the clip scope is unknown to this version"
        refuses(words) { $0.variant = "" }
        refuses(words) { $0.variant = "Exact" }
        refuses(words) { $0.clipScope = "" }
        refuses(words) { $0.clipScope = "sampleMean" }
    }

    @Test(arguments: [1, 285, 287])
    func positionsAndGroupsOfAnotherLengthThanTheSamplesAreRefused(count: Int) {
        let words = "the sweep has 286 samples, and \(count) positions or groups"
        refuses(words) { $0.samplePositions = Array(0..<UInt32(count)) }
        refuses(words) { $0.groups = Array(repeating: 0, count: count) }
        refuses(words) {
            $0.samplePositions = Array(0..<286)
            $0.groups = Array(repeating: 0, count: count)
        }
    }

    @Test func positionsGroupsAndTiesComeBack() throws {
        let context = MessageSamples.context(
            MessageSamples.symmetricPlan, positions: [2, 3, 5, 7], groups: [1, 0, -1, 0], ignoresTies: true)
        let read = try SweepContext(Wire(context))
        #expect(read.samplePositions == [2, 3, 5, 7])
        #expect(read.groups == [1, 0, -1, 0])
        #expect(read.ignoresTies)
        let plain = try SweepContext(Wire(MessageSamples.context(MessageSamples.symmetricPlan)))
        #expect(plain.samplePositions == nil && plain.groups == nil && !plain.ignoresTies)
    }

    @Test func concatenationsStayConcatenations() throws {
        let plan = try SweepContext(Wire(MessageSamples.context(MessageSamples.symmetricPlan))).plan
        #expect(plan.layers.map(\.isConcatenation) == [false, true])
    }

    @Test func layersThatAreNoPartitionAreRefused() {
        let words = "the models' layers are not a partition of the layers"
        refuses(words) { $0.models[1].firstLayer = 0 }
        refuses(words) { $0.models[1].firstLayer = 2 }
        refuses(words) { $0.models[1].layerCount = 3 }
        refuses(words) { $0.models[1].layerCount = .max }
        refuses(words) { $0.models[0].firstLayer = .max }
        refuses(words) { $0.layers = [] }
    }

    @Test func layersOfNoModelAreRefused() {
        refuses("the sweep's models do not fit together") { $0.layers.append($0.layers[0]) }
        refuses("the sweep's models do not fit together") {
            $0.models[1].layerCount = 1; $0.models[2].firstLayer = 2
        }
    }

    @Test(arguments: [UInt32(3), 4, .max])
    func sidesThatNameNoModelAreRefused(position: UInt32) {
        refuses("the sweep's models do not fit together") { $0.xModels[0] = position }
        refuses("the sweep's models do not fit together") { $0.yModels.append(position) }
    }

    @Test func aSymmetricSweepOfTwoSidesIsRefused() {
        refuses("the sweep's models do not fit together") { $0.symmetric = true }
    }

    @Test func aQuantileThatIsNoNumberMeansNoClipping() throws {
        var wire = Wire(MessageSamples.context(MessageSamples.plan))
        wire.clipQuantile = .nan
        #expect(try SweepContext(wire).clip == .none)
    }

    private func refuses(
        _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ spoil: (inout Platonic_V1_SweepContext) -> Void
    ) {
        var wire = Wire(MessageSamples.context(MessageSamples.plan))
        spoil(&wire)
        #expect(throws: ProtocolError(words), sourceLocation: sourceLocation) { try SweepContext(wire) }
    }
}
