internal import Foundation
package import SweepCost
internal import SweepModel

/// What a sweep would cost, for a terminal.
package struct PlanListing {
    private let forecast: SweepForecast

    package init(_ forecast: SweepForecast) { self.forecast = forecast }

    package var text: String {
        let stages = TextTable(
            header: ["stage", "items", "worker s", "wall s"], rows: stageRows, textColumns: 1)
        let cluster = forecast.cluster.map { [ClusterListing($0).text] } ?? []
        return (facts + ["", stages.text(width: 100)] + remarks + cluster).joined(separator: "\n")
    }

    // MARK: What there is to do

    private var facts: [String] {
        let (plan, work, resources) = (forecast.plan, forecast.work, forecast.resources)
        let widths = plan.layers.map(\.width)
        let metrics = TilePart.parts(of: plan).map(\.name).joined(separator: ", ").replacing("+", with: ", ")
        return [
            line(
                "stores",
                "\(plan.models.count.counted("model")), \(plan.layers.count.counted("layer")) of \(range(widths)) features, n = \(count(plan.sampleCount)); \(bytes(work.valueBytes)) to read (\(forecast.stores.precisions.joined(separator: ", ")), \(cached))"
            ),
            line(
                "scores",
                "\(work.layerPairs.counted("layer pair")): \(metrics); \(work.tiles.counted("tile")) of \(TileGrid.edge) x \(TileGrid.edge) layers"
            ),
            line("artifacts", artifacts),
            line("memory", memory),
            line("operations", operations),
        ] + sharing + permutations + subsamples + galleries + [
            line(
                "host",
                "\(TerminalText.safe(resources.host)) (\(resources.blasCore)), \(resources.workers.counted("worker")) on \(resources.cores.counted("core"))"
            )
        ]
    }

    /// Of layers that several workers can share.
    private var sharing: [String] {
        let plan = forecast.plan
        guard let steps = plan.neighbourSteps else { return [] }
        let candidates = bytes(steps.candidateBytes(k: plan.longestNeighbourList ?? 0))
        return [
            line(
                "sharing",
                "where workers outnumber the layers left, each in \(steps.count.counted("step")); \(candidates) of candidates on disk meanwhile"
            )
        ]
    }

    /// Of scores that are calibrated.
    private var permutations: [String] {
        let (plan, work) = (forecast.plan, forecast.permutations)
        guard let drawn = plan.permutations else { return [] }
        let names = drawn.metrics.map { plan.metrics[$0].id }.joined(separator: ", ")
        return [
            line(
                "calibration",
                "\(drawn.count.counted("permutation")) of \(count(work.layerPairs)) layer pairs: \(names); \(bytes(work.bytes)) of null distributions"
            )
        ]
    }

    /// Of scores that are found again in subsamples.
    private var subsamples: [String] {
        let plan = forecast.plan
        return plan.subsamples.map { drawn in
            let names = drawn.metrics.map { plan.metrics[$0].id }.joined(separator: ", ")
            let lists = drawn.reach > 0 ? ", neighbour lists of \(drawn.reach)" : ""
            let scores = "\(bytes(SubsampleWork(drawn, plan).bytes)) of scores"
            return switch drawn.design {
            case .halves: line("intervals", "\(drawn.count.counted("subsample")): \(names); \(scores)\(lists)")
            case .parts: line("splits", "\(drawn.count.counted("part")): \(names); \(scores)\(lists)")
            }
        }
    }

    /// Of samples whose neighbours alone are found, and of scores that are expected in galleries.
    private var galleries: [String] {
        let plan = forecast.plan
        let queries = plan.queries.map { queries in
            let galleries = queries.galleries.map { count($0) }.joined(separator: ", ")
            return line(
                "queries", "\(count(queries.count)) of \(count(plan.sampleCount)) samples, in galleries of \(galleries)"
            )
        }
        return [queries].compactMap(\.self) + curves
    }

    private var curves: [String] {
        let plan = forecast.plan
        guard let gallery = plan.gallery else { return [] }
        let names = gallery.metrics.map { plan.metrics[$0].id }.joined(separator: ", ")
        let sizes = gallery.sizes.map { count($0) }.joined(separator: ", ")
        return [line("galleries", "of \(sizes) samples: \(names), neighbour lists of \(gallery.reach)")]
    }

    private var cached: String {
        let stores = forecast.stores
        guard stores.coldBytes > 0 else { return "all in memory or read before" }
        guard let rate = stores.diskRate else { return "\(bytes(stores.coldBytes)) of it from disk" }
        return "\(bytes(stores.coldBytes)) of it from a disk that gives \(bytes(Int(rate)))/s"
    }

    private var artifacts: String {
        let work = forecast.work
        let kinds = work.artifacts.map { "\($0.kind.name) \(bytes($0.bytes))" }.joined(separator: ", ")
        let known =
            forecast.known.layers.isEmpty
            ? "none there yet"
            : "those of \(count(forecast.known.layers.count)) of \(work.layers.counted("layer")) are there"
        return "\(kinds); \(known)"
    }

    private var memory: String {
        let (resources, memory) = (forecast.resources, forecast.memory)
        let kept = min(memory.limit, blocks * memory.blockBytes.values.reduce(0, +))
        return
            "\(bytes(resources.requiredBytes)) for the largest layer and up to \(bytes(kept)) of artifacts, of \(bytes(resources.workerBytes)) that each worker may use"
    }

    private var blocks: Int {
        let grid = forecast.plan.grid
        return forecast.plan.isSymmetric ? grid.blockColumns : grid.blockRows + grid.blockColumns
    }

    private var operations: String {
        let work = forecast.work
        var parts = [
            "\(flops(work.gramFlops)) of \(forecast.plan.queries == nil ? "symmetric products" : "products of queries") in \(forecast.plan.hasIntegerProducts ? "8-bit integers where they pay, else in float32" : "float32")"
        ]
        if work.pairProductFlops > 0 { parts.append("\(flops(work.pairProductFlops)) in float64") }
        if work.packedFlops > 0 {
            let streamed = forecast.memory.streamed.map(\.name).sorted()
            let place = streamed.isEmpty ? "from memory" : "\(streamed.joined(separator: ", ")) streamed from disk"
            let isFactored =
                forecast.plan.linearKernelForm == .factor
                && forecast.plan.artifactKinds.contains { $0.definition.source == .linearKernel }
            let what =
                isFactored
                ? "products of features" : "packed products in chunks of \(count(forecast.memory.packedChunk)) entries"
            parts.append("\(flops(work.packedFlops)) of \(what), \(place)")
        }
        return parts.joined(separator: ", ")
    }

    // MARK: How long it takes

    private var stageRows: [[String]] {
        let (work, estimate) = (forecast.work, forecast.estimate)
        let known = forecast.known
        var rows = [
            ["start", "", "", seconds(estimate.start)], ["stores opened", "", "", seconds(estimate.opening)],
            ["surveys", items(work.surveys, known.models), seconds(estimate.surveyWork), seconds(estimate.surveys)],
            ["layers", items(work.layers, known.layers), seconds(estimate.layerWork), seconds(estimate.layers)],
            ["tiles", count(work.tiles), seconds(estimate.tileWork), seconds(estimate.tiles)],
        ]
        let parts = TilePart.parts(of: forecast.plan)
        if parts.count > 1 {
            for (part, work) in zip(parts, estimate.tileParts) {
                rows.append(["  " + part.name, "", seconds(work), ""])
            }
        }
        let drawn = forecast.permutations
        if drawn.permutations > 0 {
            let tiles = count(forecast.plan.grid.tileCount - forecast.plan.grid.scoreTileCount)
            rows.append(["permutations", tiles, seconds(drawn.seconds), seconds(estimate.permutations)])
        }
        if !forecast.plan.subsamples.isEmpty {
            let work = SubsampleWork.seconds(forecast.plan)
            rows.append(["subsamples", "", seconds(work), seconds(estimate.subsamples)])
        }
        if forecast.plan.gallery != nil {
            let work = GalleryWork(forecast.plan).seconds
            rows.append(["galleries", "", seconds(work), seconds(estimate.galleries)])
        }
        rows.append(["results", "", "", seconds(estimate.results)])
        rows.append(["in all", "", "", seconds(estimate.total)])
        return rows
    }

    private func items(_ total: Int, _ known: Set<Int>) -> String {
        known.isEmpty ? count(total) : "\(count(total)), \(count(known.count)) known"
    }

    private var remarks: [String] {
        let calibration = forecast.calibration
        let made =
            calibration.made > 0
            ? "\(calibration.made.counted("trial")) made in \(seconds(calibration.seconds)) s" : "no trial was needed"
        return [
            "Predicted from trials on synthetic data, as on an otherwise idle machine: \(made), \(calibration.known) remembered."
        ] + forecast.unknowns.map { "Unknown: \(TerminalText.safe($0))." } + [""]
    }

    // MARK: Numbers

    private func line(_ name: String, _ text: String) -> String { PlanText.line(name, text) }

    private func range(_ values: [Int]) -> String {
        guard let low = values.min(), let high = values.max() else { return "no" }
        return low == high ? count(low) : "\(count(low)) to \(count(high))"
    }

    private func count(_ value: Int) -> String { value.grouped }

    private func seconds(_ value: Double) -> String { PlanText.seconds(value) }

    private func bytes(_ value: Int) -> String { PlanText.bytes(Double(value)) }

    private func flops(_ value: Double) -> String { PlanText.flops(value) }
}
