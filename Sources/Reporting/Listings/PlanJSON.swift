package import SweepCost
internal import SweepModel

/// What a sweep would cost, for programs (Schemas/plan.schema.json).
package enum PlanJSON {
    package static func text(_ forecast: SweepForecast) throws -> String { try SafeJSON.document(Document(forecast)) }

    private struct Document: Encodable {
        let work: Work
        let artifacts: [Artifact]
        let memory: Memory
        let flops: Flops
        let form: Form
        let host: Host
        let seconds: Seconds
        let workerSeconds: WorkerSeconds
        let calibration: Calibration
        let permutations: Permutations?
        let subsamples: [Subsamples]
        let gallery: Gallery?
        let queries: Queries?
        let cluster: ClusterDocument?
        let unknown: [String]

        init(_ forecast: SweepForecast) {
            let (plan, work) = (forecast.plan, forecast.work)
            self.work = Work(
                models: plan.models.count, layers: work.layers, xLayers: plan.xLayers.count,
                yLayers: plan.yLayers.count, samples: plan.sampleCount, symmetric: plan.isSymmetric,
                layerPairs: work.layerPairs, metrics: plan.metrics.map(\.id), curves: plan.curves.map(\.kind.rawValue),
                surveys: work.surveys, tiles: work.tiles, readBytes: work.valueBytes,
                coldBytes: forecast.stores.coldBytes, scoreBytes: work.scoreBytes,
                knownSurveys: forecast.known.models.count, knownLayers: forecast.known.layers.count)
            artifacts = work.artifacts.map { Artifact(kind: $0.kind.name, bytes: $0.bytes) }
            memory = Memory(
                workerBytes: forecast.resources.workerBytes, requiredBytes: forecast.resources.requiredBytes,
                artifactBytes: forecast.memory.limit,
                blockBytes: Dictionary(
                    uniqueKeysWithValues: forecast.memory.blockBytes.map { ($0.key.name, $0.value) }))
            flops = Flops(
                symmetricProducts: work.gramFlops, float64Products: work.pairProductFlops,
                packedProducts: work.packedFlops)
            form = Form(
                tileRows: TileGrid.edge, tileColumns: TileGrid.edge, packedChunk: forecast.memory.packedChunk,
                streamed: forecast.memory.streamed.map(\.name).sorted(), layerSteps: plan.neighbourSteps?.count ?? 0)
            let resources = forecast.resources
            host = Host(
                name: resources.host, blasCore: resources.blasCore, workers: resources.workers, cores: resources.cores,
                artifactDirectory: resources.artifactDirectory, diskBytesPerSecond: forecast.stores.diskRate?.finite)
            let estimate = forecast.estimate
            seconds = Seconds(
                start: estimate.start, opening: estimate.opening, surveys: estimate.surveys, layers: estimate.layers,
                tiles: estimate.tiles, permutations: estimate.permutations, subsamples: estimate.subsamples,
                galleries: estimate.galleries,
                results: estimate.results,
                total: estimate.total)
            workerSeconds = WorkerSeconds(
                surveys: estimate.surveyWork, layers: estimate.layerWork, tiles: estimate.tileWork,
                tileParts: zip(TilePart.parts(of: plan), estimate.tileParts).map {
                    WorkerSeconds.Part(metrics: $0.0.name, seconds: $0.1)
                })
            calibration = Calibration(
                remembered: forecast.calibration.known, made: forecast.calibration.made,
                seconds: forecast.calibration.seconds)
            permutations = plan.permutations.map { drawn in
                Permutations(
                    count: drawn.count, metrics: drawn.metrics.map { plan.metrics[$0].id },
                    layerPairs: forecast.permutations.layerPairs, bytes: forecast.permutations.bytes,
                    workerSeconds: forecast.permutations.seconds)
            }
            subsamples = plan.subsamples.map { drawn in
                let work = SubsampleWork(drawn, plan)
                return Subsamples(
                    design: drawn.design.rawValue, count: drawn.count,
                    metrics: drawn.metrics.map { plan.metrics[$0].id },
                    listLength: drawn.reach, bytes: work.bytes, workerSeconds: work.seconds)
            }
            gallery = plan.gallery.map { gallery in
                Gallery(
                    sizes: gallery.sizes, metrics: gallery.metrics.map { plan.metrics[$0].id },
                    listLength: gallery.reach,
                    workerSeconds: GalleryWork(plan).seconds)
            }
            queries = plan.queries.map { Queries(count: $0.count, galleries: $0.galleries) }
            cluster = forecast.cluster.map(ClusterDocument.init)
            unknown = forecast.unknowns
        }
    }

    private struct Work: Encodable {
        let models: Int
        let layers: Int
        let xLayers: Int
        let yLayers: Int
        let samples: Int
        let symmetric: Bool
        let layerPairs: Int
        let metrics: [String]
        let curves: [String]
        let surveys: Int
        let tiles: Int
        let readBytes: Int
        let coldBytes: Int
        let scoreBytes: Int
        let knownSurveys: Int
        let knownLayers: Int
    }

    private struct Artifact: Encodable {
        let kind: String
        let bytes: Int
    }

    private struct Memory: Encodable {
        let workerBytes: Int
        let requiredBytes: Int
        let artifactBytes: Int
        let blockBytes: [String: Int]
    }

    private struct Flops: Encodable {
        let symmetricProducts: Double
        let float64Products: Double
        let packedProducts: Double
    }

    private struct Form: Encodable {
        let tileRows: Int
        let tileColumns: Int
        let packedChunk: Int
        let streamed: [String]
        let layerSteps: Int
    }

    private struct Host: Encodable {
        let name: String
        let blasCore: String
        let workers: Int
        let cores: Int
        let artifactDirectory: String
        let diskBytesPerSecond: Double?
    }

    private struct Seconds: Encodable {
        let start: Double
        let opening: Double
        let surveys: Double
        let layers: Double
        let tiles: Double
        let permutations: Double
        let subsamples: Double
        let galleries: Double
        let results: Double
        let total: Double
    }

    private struct WorkerSeconds: Encodable {
        struct Part: Encodable {
            let metrics: String
            let seconds: Double
        }

        let surveys: Double
        let layers: Double
        let tiles: Double
        let tileParts: [Part]
    }

    private struct Permutations: Encodable {
        let count: Int
        let metrics: [String]
        let layerPairs: Int
        let bytes: Int
        let workerSeconds: Double
    }

    private struct Subsamples: Encodable {
        let design: String
        let count: Int
        let metrics: [String]
        let listLength: Int
        let bytes: Int
        let workerSeconds: Double
    }

    private struct Gallery: Encodable {
        let sizes: [Int]
        let metrics: [String]
        let listLength: Int
        let workerSeconds: Double
    }

    private struct Queries: Encodable {
        let count: Int
        let galleries: [Int]
    }

    private struct Calibration: Encodable {
        let remembered: Int
        let made: Int
        let seconds: Double
    }
}
