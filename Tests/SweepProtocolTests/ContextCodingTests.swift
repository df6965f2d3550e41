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
