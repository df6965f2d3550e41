internal import SweepModel
internal import SweepProtocol

extension SweepStatus {
    /// What a sweep that goes on does not have to do again, for people.
    var keptWork: String {
        "kept \(tilesScored.grouped) of \(tiles.counted("tile")), \(layersPrepared.grouped) of \(layers.counted("layer")) and "
            + "the surveys of \(modelsSurveyed.grouped) of \(models.counted("model"))"
    }
}
