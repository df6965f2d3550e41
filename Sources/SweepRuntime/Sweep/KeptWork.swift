internal import SweepModel
internal import SweepProtocol

extension SweepStatus {
    /// What a sweep that goes on does not have to do again, for people.
    var keptWork: String {
        "kept \(tilesScored.grouped) of \(tiles.grouped) tiles, \(layersPrepared.grouped) of \(layers.grouped) layers and "
            + "\(modelsSurveyed.grouped) of \(models.grouped) models' surveys"
    }
}
