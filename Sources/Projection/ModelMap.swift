package import SweepModel

/// Two maps of the same models, UMAP beside MDS, with what each kept of the distances.
package struct ModelMap: Sendable {
    /// How a map was made.
    package enum Method: String, Hashable, Sendable {
        case umap = "UMAP"
        /// Metric scaling by SMACOF.
        case smacof = "MDS (SMACOF)"
        case classicalScaling = "classical MDS"
    }

    /// One map.
    package struct Panel: Sendable {
        package let method: Method
        /// n points; both panels in the units of the distances.
        package let points: [SIMD2<Double>]
        package let quality: MapQuality
    }

    /// UMAP, brought onto the MDS; for fewer than four distinct points classical MDS, and its method says so.
    package let umap: Panel
    package let mds: Panel
    /// How UMAP was brought onto the MDS; nil where there is no UMAP, or where all models coincide.
    package let alignment: SimilarityAlignment?
    /// The share of the distances that no Euclidean map shows: negative eigenvalues of classical MDS.
    package let negativeShare: Double
    /// How many distinct points there are: models at distance 0 from one another are one.
    package let pointCount: Int
    /// Whether SMACOF converged.
    package let hasConverged: Bool
    package let settings: UMAPSettings

    /// The neighbours of each point that UMAP took: as many as were asked for, or all others; nil where there is no UMAP.
    package var neighbours: Int? { umap.method == .umap ? min(settings.neighbours, pointCount - 1) : nil }

    /// The maps of `matrix`: the same bytes for the same settings. Models that coincide are mapped as one and take part in the quality
    /// one by one.
    /// - Parameter qualityNeighbours: k of trustworthiness, continuity and recall.
    package init(
        _ matrix: DistanceMatrix, settings: UMAPSettings = UMAPSettings(), qualityNeighbours: Int = 10
    ) throws(Complaint) {
        try settings.validate()
        let coincident = CoincidentModels(matrix)
        let (distinct, straightened) = (coincident.distinct, coincident.straightened)
        do {
            let classical = try ClassicalScaling(distinct)
            let smacof = StressMajorisation(distinct, from: classical.points)
            func panel(_ method: Method, _ points: [SIMD2<Double>]) -> Panel {
                let places = coincident.places(points)
                return Panel(
                    method: method, points: places,
                    quality: MapQuality(straightened, places, neighbours: qualityNeighbours))
            }
            mds = panel(.smacof, smacof.points)
            if distinct.count < UMAP.fewestModels {
                alignment = nil
                umap = panel(.classicalScaling, classical.points)
            } else {
                let points = try UMAP.points(distinct, settings)
                let found = SimilarityAlignment(points, onto: smacof.points, reflection: .allowed)
                // Onto a single point there is nothing to align with.
                alignment = found.scale > 0 ? found : nil
                umap = panel(.umap, alignment.map { points.map($0.callAsFunction) } ?? points)
            }
            pointCount = distinct.count
            negativeShare = classical.negativeShare
            hasConverged = smacof.hasConverged
            self.settings = settings
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            throw Complaint(
                .work, "the models could not be mapped: \(error)", at: "map of \(matrix.count) models",
                advice: "leave the maps out and report this")
        }
    }
}
